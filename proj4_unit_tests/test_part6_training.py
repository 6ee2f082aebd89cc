"""Part 6: `segmentation_loss`, `poly_factor`, `parameter_groups`, `train_one_epoch`, `evaluate`."""

import numpy as np
import pytest

from proj4_unit_tests.harness.book import Draw
from proj4_unit_tests.harness.compare import expect, expect_array, expect_equal

VOID = 255


def _batch(draw: Draw, images: int = 5, side: int = 6) -> dict:
    """Draw images and targets of three classes, an eighth of them void."""
    targets = draw.integers(0, 3, images, side, side)
    targets[draw.integers(0, 8, images, side, side) == 0] = VOID
    return {"images": draw.normal(images, 3, side, side), "targets": targets}


def _target(draw: Draw) -> np.ndarray:
    target = draw.integers(0, 4, 2, 5, 6)
    target[draw.integers(0, 3, 2, 5, 6) == 0] = VOID
    return target


@pytest.mark.points(1)
def test_the_loss_is_the_mean_over_labelled_pixels(student, draw, book):
    """Without "aux": cross-entropy, averaged over the pixels that are not 255, and the right gradient."""
    answer = student.segmentation_loss(out=draw.normal(2, 4, 5, 6), target=_target(draw))
    expect_array(answer["loss"], "float32", ())
    book.check(answer)


@pytest.mark.points(1)
def test_the_auxiliary_loss_counts_0_4(student, draw, book):
    """With "aux", 0.4 times its cross-entropy is added."""
    logits = {"out": draw.normal(2, 4, 5, 6), "aux": draw.normal(2, 4, 5, 6)}
    book.check(student.segmentation_loss(**logits, target=_target(draw)))


@pytest.mark.points(0.5)
def test_the_weight_and_the_void_value_can_be_chosen(student, draw, book):
    """`aux_weight` and `ignore_index` are used as given."""
    logits = {"out": draw.normal(2, 4, 5, 6), "aux": draw.normal(2, 4, 5, 6)}
    target, options = draw.integers(0, 4, 2, 5, 6), {"aux_weight": 1.5, "ignore_index": 2}
    book.check(student.segmentation_loss(**logits, target=target, options=options))


@pytest.mark.points(0.5)
def test_equal_logits_cost_the_logarithm_of_k(student, draw):
    """If all K logits are equal, the loss is log K, even for one pixel: a first loss near log 11 = 2.4 is healthy."""
    out, lonely = np.zeros((2, 4, 5, 6), np.float32), np.full((2, 5, 6), VOID)
    lonely[1, 2, 3] = 3
    for target in (_target(draw), lonely):
        loss = student.segmentation_loss(out=out, target=target)["loss"]
        expect_equal(loss, np.array(np.log(4), np.float32), "log 4 = 1.386", tolerance=1e-6)


@pytest.mark.points(1)
def test_a_batch_without_labels_costs_nothing(student, draw):
    """If all pixels are void, the loss and its gradients are 0, not NaN."""
    logits = {"out": draw.normal(1, 4, 3, 3), "aux": draw.normal(1, 4, 3, 3)}
    answer = student.segmentation_loss(**logits, target=np.full((1, 3, 3), VOID))
    for name, value in answer.items():
        expect_equal(value, np.zeros_like(value), f"{name}: zeros")


@pytest.mark.points(0.5)
def test_void_pixels_do_not_matter(student, draw):
    """The logits of void pixels do not change the loss."""
    out, target = draw.normal(2, 4, 5, 6), _target(draw)
    changed = np.where((target == VOID)[:, None], draw.normal(2, 4, 5, 6), out)
    first, second = (student.segmentation_loss(out=logits, target=target)["loss"] for logits in (out, changed))
    expect_equal(second, first, "the same loss", tolerance=1e-6)


@pytest.mark.points(0.5)
def test_poly_falls_from_one_to_zero(student):
    """The factor is 1 at the first step and 0 after the last; with power 1, it falls in a straight line."""
    expect_equal(float(student.poly_factor(step=0, total_steps=40)), 1.0)
    expect_equal(float(student.poly_factor(step=40, total_steps=40)), 0.0)
    line = [float(student.poly_factor(step=step, total_steps=4, options={"power": 1.0})) for step in range(5)]
    expect_equal(line, [1.0, 0.75, 0.5, 0.25, 0.0], "1, 0.75, 0.5, 0.25, 0 for power 1", tolerance=1e-12)


@pytest.mark.points(0.5)
def test_poly_has_the_power_of_the_paper(student, draw, book):
    """(1 - step / total) to the power 0.9 by default, or to any other power that is given."""
    step = int(draw.integers(1, 900))
    book.check(student.poly_factor(step=step, total_steps=900), tolerance=1e-9)
    book.check(student.poly_factor(step=step, total_steps=900, options={"power": 2.5}), tolerance=1e-9)


@pytest.mark.points(1)
def test_heads_learn_ten_times_as_fast(student):
    """Parameters of `model.backbone` get `lr`, all others ten times that, and each parameter is in one group."""
    rates = student.parameter_groups(lr=0.01)
    expected = {name: [0.01 if name.startswith("backbone") else 0.1] for name in rates}
    expect_equal(rates, expected, "0.01 for the backbone, 0.1 for the rest, each once", tolerance=1e-9)


@pytest.mark.points(0.5)
def test_the_multiplier_can_be_chosen(student, draw, book):
    """`head_multiplier` is used as given."""
    book.check(
        student.parameter_groups(lr=0.5, options={"head_multiplier": float(draw.integers(2, 9))}), tolerance=1e-9
    )


@pytest.mark.points(1)
def test_an_epoch_changes_the_weights_as_sgd_does(student, draw, book):
    """Loss, weights and schedule after one epoch of three batches: gradients are cleared each time, "aux" counts."""
    book.check(student.train_one_epoch(**_batch(draw), batch_size=2, weights=draw.seed()))


@pytest.mark.points(1)
def test_an_epoch_uses_its_auxiliary_weight(student, draw, book):
    """`aux_weight` reaches the loss, and a network without "aux" trains as well."""
    batch, seed = _batch(draw), draw.seed()
    book.check(student.train_one_epoch(**batch, batch_size=2, weights=seed, options={"aux_weight": 0.9}))
    book.check(student.train_one_epoch(**batch, batch_size=2, weights=seed, aux=False))


@pytest.mark.points(1)
def test_the_schedule_steps_every_iteration(student, draw):
    """Three batches are three iterations and three steps of the scheduler, even if one batch is all void."""
    batch = _batch(draw)
    batch["targets"][2:4] = VOID
    answer = student.train_one_epoch(**batch, batch_size=2, weights=draw.seed())
    expect_equal(answer["schedule steps"], 3, "3 steps")


@pytest.mark.points(0.5)
def test_training_happens_in_training_mode(student, draw):
    """The model is put in training mode, whatever mode it was in."""
    answer = student.train_one_epoch(**_batch(draw), batch_size=2, weights=draw.seed())
    expect_equal(answer["passes in training mode"], [True] * 3, "three forward passes in training mode")


@pytest.mark.points(1)
def test_a_batch_counts_by_its_size(student, draw):
    """The mean loss is a float, and per image: with batches of 2, 2 and 1 images, the last counts half."""
    batch, seed = _batch(draw), draw.seed()

    def loss(part: slice) -> float:
        images, targets = batch["images"][part], batch["targets"][part]
        return student.train_one_epoch(images=images, targets=targets, batch_size=2, weights=seed, lr=0.0)["loss"]

    expected = (2 * loss(slice(0, 2)) + 2 * loss(slice(2, 4)) + loss(slice(4, 5))) / 5
    expect_equal(loss(slice(0, 5)), expected, "the losses of the three batches, weighted 2, 2, 1", tolerance=1e-5)


@pytest.mark.points(0.5)
def test_autocast_is_entered_for_every_batch(student, draw):
    """`autocast()` makes a new context for each batch; the forward pass and the loss run inside it."""
    answer = student.train_with_precision(**_batch(draw), batch_size=2, weights=draw.seed(), scaled=False)
    expect_equal(answer["forward passes before each context"], [0, 1, 2], "0, 1, 2 passes before each context")
    expect_equal(answer["forward passes after each context"], [1, 2, 3], "1, 2, 3 passes after each context")
    expect_equal(answer["losses inside"], [True] * 3, "the loss is computed inside, each time")


@pytest.mark.points(1)
def test_a_scaler_takes_the_optimizers_place(student, draw, book):
    """With a scaler: scale the loss, step, update, in this order, for every batch; the final weights are the same."""
    answer = student.train_with_precision(**_batch(draw), batch_size=2, weights=draw.seed(), scaled=True)
    expect_equal(answer["scaler"], ["scale", "step", "update"] * 3, "scale, step, update for each of 3 batches")
    book.check(answer)


@pytest.mark.points(1)
def test_batches_are_moved_to_the_device(student, draw):
    """Images and targets are moved to `device`, in training and in evaluation: on a GPU nothing works otherwise."""
    for answer in (student.moved_in_training(**_batch(draw)), student.moved_in_evaluation(**_batch(draw))):
        expect_equal(answer, {"images": "moved", "targets": "moved"}, "moved: `.to` gives a tensor that is there")


def _planned(draw: Draw) -> tuple[np.ndarray, dict]:
    """Draw a confusion matrix first, and then images that have it."""
    matrix = draw.integers(1, 9, 3, 3)
    pairs = np.repeat(np.argwhere(matrix > 0), matrix.ravel(), axis=0)
    void = np.stack([np.full(500, VOID), draw.integers(0, 3, 500)], axis=1)
    pixels = draw.generator.permutation(np.concatenate([pairs, void])[:180]).reshape(5, 6, 6, 2)
    logits = np.eye(3, dtype=np.float32)[pixels[..., 1]] / 2 - 5 * draw.generator.random((5, 6, 6, 1), np.float32)
    return matrix, {"logits": np.ascontiguousarray(logits.transpose(0, 3, 1, 2)), "targets": pixels[..., 0].copy()}


def _sums(matrix: np.ndarray) -> np.ndarray:
    """Compute what the double of part 5 returns in place of a matrix."""
    target, prediction = np.indices(matrix.shape)
    sums = np.zeros_like(matrix)
    sums[0, 0], sums[0, 1] = matrix.sum(), (matrix * target).sum()
    sums[1, 0] = (matrix * target * prediction).sum()
    return sums


@pytest.mark.points(1)
def test_evaluation_counts_every_image(student, draw):
    """The matrix of five images in batches of two is that of all five: the smaller last batch counts too."""
    matrix, batch = _planned(draw)
    answer = student.evaluate(**batch, num_classes=3, batch_size=2, training=True)
    expected = _sums(matrix) if answer["part 5 counted"] else matrix
    expect_equal(answer["matrix"], expected, "the sum over all batches of part 5's matrices of prediction and target")
    expect_equal(answer["images"], 5, "5 images seen")


@pytest.mark.points(1)
def test_evaluation_runs_in_eval_mode(student, draw):
    """All forward passes are in eval mode, so batch norm learns nothing from them."""
    answer = student.evaluate(**_planned(draw)[1], num_classes=3, batch_size=2, training=True)
    expect(answer["eval mode"], "a forward pass in training mode", "eval mode")


@pytest.mark.points(1)
def test_evaluation_needs_no_gradients(student, draw):
    """Forward passes run without gradients, which would fill the memory; afterwards gradients are on again."""
    answer = student.evaluate(**_planned(draw)[1], num_classes=3, batch_size=2, training=False)
    expect(not answer["gradients"], "a forward pass with gradients on", "gradients off")
    expect(answer["gradients afterwards"], "gradients off after the evaluation", "on, as they were before")


@pytest.mark.points(1)
def test_the_mode_is_put_back(student, draw):
    """Afterwards the model is in the mode that it was in before."""
    for training in (True, False):
        answer = student.evaluate(**_planned(draw)[1], num_classes=3, batch_size=2, training=training)
        mode = "training" if training else "eval"
        expect(answer["training afterwards"] == training, "the other mode", f"{mode} mode, as before")
