"""Several parts at once, to see that they fit together; each test needs all parts in its name."""

import numpy as np
import pytest

from proj4_code.given.classes import CLASSES
from proj4_unit_tests.harness.compare import expect, expect_equal


@pytest.mark.points(2)
@pytest.mark.function("PSPNet")
@pytest.mark.parts(1, 2, 3)
def test_parts_1_2_3_make_a_pspnet(student, draw, book):
    """Your PSPNet on your dilated ResNet-18 with your pyramid pooling, with given weights, in eval mode."""
    book.check(student.whole_pspnet(x=draw.normal(1, 3, 41, 49), weights=draw.seed(), num_classes=5))


@pytest.mark.points(1)
@pytest.mark.function("train_one_epoch", forgeable=True)
@pytest.mark.parts(1, 2, 3, 6)
def test_parts_1_2_3_6_learn(student, draw):
    """Your PSPNet-18 learns two images by heart: the loss falls by a third in eight steps."""
    targets = np.repeat(np.repeat(draw.integers(0, 3, 2, 3, 3), 6, axis=1), 6, axis=2)[:, :17, :17]
    images = np.eye(3, dtype=np.float32)[targets].transpose(0, 3, 1, 2) + 0.1 * draw.normal(2, 3, 17, 17)
    losses = student.whole_training(images=images, targets=targets, weights=draw.seed(), epochs=8, lr=0.002)
    expect(
        losses[-1] < losses[0] * 2 / 3,
        f"losses {np.round(losses, 2).tolist()}",
        "the last less than two thirds of the first",
    )


@pytest.mark.points(1)
@pytest.mark.function("evaluate")
@pytest.mark.parts(5, 6)
def test_parts_5_6_measure(student, draw, book):
    """Your evaluation with your confusion matrix, IoU, mean IoU and accuracy."""
    targets = draw.integers(0, 4, 5, 6, 6)
    targets[:, 0] = 255
    book.check(student.whole_evaluation(logits=draw.normal(5, 4, 6, 6), targets=targets, num_classes=4))


@pytest.mark.points(1)
@pytest.mark.function("CamVid", forgeable=True)
@pytest.mark.parts(4)
def test_part_4_makes_batches(student, draw):
    """Your data set with your augmentation, in batches, as training reads them."""
    colors = np.array([c.color for c in CLASSES], np.uint8)
    names = ["x_1", "x_2", "x_3"]
    images = {f"{name}.png": draw.integers(0, 256, 3, 20, 30).astype(np.uint8) for name in names}
    labels = {
        f"{name}_L.png": np.ascontiguousarray(colors[draw.integers(0, 32, 20, 30)].transpose(2, 0, 1)) for name in names
    }
    answer = student.whole_camvid(images=images, labels=labels, splits={"train": names})
    expected = [["torch.float32", [3, 3, 17, 25]], ["torch.int64", [3, 17, 25]]]
    expect_equal(answer, expected, "float32 images (3, 3, 17, 25) and int64 masks (3, 17, 25)")


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__]))
