"""Part 6: `segmentation_loss`, `poly_factor`, `parameter_groups`, `train_one_epoch`, `evaluate`."""

import numpy as np
import pytest

from proj4_unit_tests.harness.book import Draw
from proj4_unit_tests.harness.compare import counted, describe, difference, expect, expect_array, expect_equal
from proj4_unit_tests.harness.values import Plain

VOID = 255


def _batch(draw: Draw, images: int = 5, height: int = 5, width: int = 7) -> dict:
    """Draw images and targets of three classes, an eighth of them void."""
    targets = draw.integers(0, 3, images, height, width)
    targets[draw.integers(0, 8, images, height, width) == 0] = VOID
    return {"images": draw.normal(images, 3, height, width), "targets": targets}


def _target(draw: Draw) -> np.ndarray:
    target = draw.integers(0, 4, 2, 5, 6)
    target[draw.integers(0, 3, 2, 5, 6) == 0] = VOID
    return target


@pytest.mark.points(0.5)
@pytest.mark.function("segmentation_loss")
def test_the_loss_is_the_mean_over_labelled_pixels(student, draw, book):
    """Without "aux": cross-entropy, averaged over the pixels that are not 255, and the right gradient."""
    answer = student.segmentation_loss(out=draw.normal(2, 4, 5, 6), target=_target(draw))
    expect_array(answer["loss"], "float32", ())
    book.check(answer)


@pytest.mark.points(0.5)
@pytest.mark.function("segmentation_loss")
def test_the_auxiliary_loss_counts_0_4(student, draw, book):
    """With "aux", 0.4 times its cross-entropy is added."""
    logits = {"out": draw.normal(2, 4, 5, 6), "aux": draw.normal(2, 4, 5, 6)}
    book.check(student.segmentation_loss(**logits, target=_target(draw)))


@pytest.mark.points(0.5)
@pytest.mark.function("segmentation_loss")
def test_the_weight_and_the_void_value_can_be_chosen(student, draw, book):
    """`aux_weight` and `ignore_index` are used as given."""
    logits = {"out": draw.normal(2, 4, 5, 6), "aux": draw.normal(2, 4, 5, 6)}
    target, options = draw.integers(0, 4, 2, 5, 6), {"aux_weight": 1.5, "ignore_index": 2}
    book.check(student.segmentation_loss(**logits, target=target, options=options))


@pytest.mark.points(0.5)
@pytest.mark.function("segmentation_loss", forgeable=True)
def test_equal_logits_cost_the_logarithm_of_k(student, draw):
    """If all K logits are equal, the loss is log K, even for one pixel: a first loss near log 11 = 2.4 is healthy."""
    out, lonely = np.zeros((2, 4, 5, 6), np.float32), np.full((2, 5, 6), VOID)
    lonely[1, 2, 3] = 3
    for target in (_target(draw), lonely):
        loss = student.segmentation_loss(out=out, target=target)["loss"]
        expect_equal(loss, np.array(np.log(4), np.float32), "log 4 = 1.386", tolerance=1e-6)


@pytest.mark.points(1)
@pytest.mark.function("segmentation_loss", forgeable=True)
def test_a_batch_without_labels_costs_nothing(student, draw):
    """If all pixels are void, the loss is 0, not NaN, and its gradients are zeros, which reach the network."""
    logits = {"out": draw.normal(1, 4, 3, 3), "aux": draw.normal(1, 4, 3, 3)}
    answer = student.segmentation_loss(**logits, target=np.full((1, 3, 3), VOID))
    for name, value in answer.items():
        expect_equal(value, np.zeros_like(value), f"{name}: zeros", name=name)
    batch = _batch(draw, images=2) | {"targets": np.full((2, 5, 7), VOID)}
    reached = student.loss_reaches_the_network(**batch, weights=draw.seed())["reached"]
    expect(reached, "a zero that depends on no weight", "a zero computed from the outputs: a scaler needs gradients")


@pytest.mark.points(0.5)
@pytest.mark.function("segmentation_loss", forgeable=True)
def test_void_pixels_do_not_matter(student, draw):
    """The logits of void pixels do not change the loss."""
    out, target = draw.normal(2, 4, 5, 6), _target(draw)
    changed = np.where((target == VOID)[:, None], draw.normal(2, 4, 5, 6), out)
    first, second = (student.segmentation_loss(out=logits, target=target)["loss"] for logits in (out, changed))
    expect_equal(second, first, "the same loss", tolerance=1e-6)


def _number(value: Plain) -> float:
    """Return a number, or the one value of a tensor."""
    expect(isinstance(value, int | float | np.ndarray) and np.size(value) == 1, describe(value), "a number")
    return float(np.asarray(value).item())


@pytest.mark.points(0.5)
@pytest.mark.function("poly_factor", forgeable=True)
def test_poly_falls_from_one_to_zero(student):
    """The factor is 1 at the first step and 0 after the last; with power 1, it falls in a straight line."""
    expect_equal(_number(student.poly_factor(step=0, total_steps=40)), 1.0, "1 at step 0 of 40")
    expect_equal(_number(student.poly_factor(step=40, total_steps=40)), 0.0, "0 at step 40 of 40")
    line = [_number(student.poly_factor(step=step, total_steps=4, options={"power": 1.0})) for step in range(5)]
    expect_equal(line, [1.0, 0.75, 0.5, 0.25, 0.0], "1, 0.75, 0.5, 0.25, 0 for power 1", tolerance=1e-12)


@pytest.mark.points(0.5)
@pytest.mark.function("poly_factor")
def test_poly_has_the_power_of_the_paper(student, draw, book):
    """(1 - step / total) to the power 0.9 by default, or to any other power that is given."""
    step = int(draw.integers(1, 900))
    book.check(student.poly_factor(step=step, total_steps=900), tolerance=1e-9)
    book.check(student.poly_factor(step=step, total_steps=900, options={"power": 2.5}), tolerance=1e-9)


@pytest.mark.points(2)
@pytest.mark.function("parameter_groups", forgeable=True)
def test_heads_learn_ten_times_as_fast(student):
    """Parameters of `model.backbone` get `lr`, all others ten times that, and each parameter is in one group."""
    rates = student.parameter_groups(lr=0.01)
    expected = {name: [0.01 if name.startswith("backbone") else 0.1] for name in rates}
    wrong = [name for name in rates if difference(rates[name], expected[name], 1e-9)]
    got = "; ".join(f"{name}: {_rates(rates[name])}" for name in wrong[:2])
    expect(not wrong, got, "0.01 for the backbone, 0.1 for the rest, each parameter in one group")


def _rates(rates: list) -> str:
    """Write the learning rates of one parameter."""
    return (" and ".join(map(str, rates)) + " (in two groups)" * (len(rates) > 1)) or "in no group"


@pytest.mark.points(0.5)
@pytest.mark.function("parameter_groups")
def test_the_multiplier_can_be_chosen(student, draw, book):
    """`head_multiplier` is used as given."""
    book.check(
        student.parameter_groups(lr=0.5, options={"head_multiplier": float(draw.integers(2, 9))}), tolerance=1e-9
    )


@pytest.mark.points(2)
@pytest.mark.function("train_one_epoch")
def test_an_epoch_changes_the_weights_as_sgd_does(student, draw, book):
    """Loss, weights and schedule after one epoch of three batches: gradients are cleared each time, "aux" counts."""
    book.check(student.train_one_epoch(**_batch(draw), batch_size=2, weights=draw.seed()))


@pytest.mark.points(0.5)
@pytest.mark.function("train_one_epoch")
def test_an_epoch_uses_its_auxiliary_weight(student, draw, book):
    """`aux_weight` reaches the loss, and a network without "aux" trains as well."""
    batch, seed = _batch(draw), draw.seed()
    book.check(student.train_one_epoch(**batch, batch_size=2, weights=seed, options={"aux_weight": 0.9}))
    book.check(student.train_one_epoch(**batch, batch_size=2, weights=seed, aux=False))


@pytest.mark.points(0.5)
@pytest.mark.function("train_one_epoch", forgeable=True)
def test_the_schedule_steps_every_iteration(student, draw):
    """Three batches are three iterations and three steps of the scheduler, even if one batch is all void."""
    batch = _batch(draw)
    batch["targets"][2:4] = VOID
    answer = student.train_one_epoch(**batch, batch_size=2, weights=draw.seed())
    steps = answer["schedule steps"]
    expect(steps == 3, f"{counted(steps, 'step')} of the scheduler for 3 batches", "3 steps, one for each batch")


@pytest.mark.points(0.5)
@pytest.mark.function("train_one_epoch", forgeable=True)
def test_training_happens_in_training_mode(student, draw):
    """The model is put in training mode, whatever mode it was in."""
    answer = student.train_one_epoch(**_batch(draw), batch_size=2, weights=draw.seed())
    modes = ["training mode" if training else "eval mode" for training in answer["passes in training mode"]]
    expect(modes == ["training mode"] * 3, ", ".join(modes) or "no forward pass", "training mode in all 3 passes")


@pytest.mark.points(0.5)
@pytest.mark.function("train_one_epoch", forgeable=True)
def test_a_batch_counts_by_its_size(student, draw):
    """The mean loss is a float, and per image: with batches of 2, 2 and 1 images, the last counts half."""
    batch, seed = _batch(draw), draw.seed()

    def loss(part: slice) -> Plain:
        images, targets = batch["images"][part], batch["targets"][part]
        return student.train_one_epoch(images=images, targets=targets, batch_size=2, weights=seed, lr=0.0)["loss"]

    of_batches = [_number(loss(part)) for part in (slice(0, 2), slice(2, 4), slice(4, 5))]
    expected = float(np.average(of_batches, weights=[2, 2, 1]))
    expect_equal(loss(slice(0, 5)), expected, "the losses of the three batches, weighted 2, 2, 1", tolerance=1e-5)


@pytest.mark.points(0.5)
@pytest.mark.function("train_one_epoch", forgeable=True)
def test_autocast_is_entered_for_every_batch(student, draw):
    """`autocast()` makes a new context for each batch; the forward pass and the loss run inside it."""
    answer = student.train_with_precision(**_batch(draw), batch_size=2, weights=draw.seed(), scaled=False)
    before, after = answer["forward passes before each context"], answer["forward passes after each context"]
    entered = {0: "autocast is never entered", 1: "autocast is entered once"}.get(len(before))
    expect(len(before) == 3, entered or f"autocast is entered {len(before)} times", "3 times, once for each batch")
    expect_equal(before, [0, 1, 2], "0, 1, 2 forward passes before each context", name="forward passes before")
    expect_equal(after, [1, 2, 3], "1, 2, 3 forward passes when each context ends", name="forward passes by its end")
    expect(all(answer["losses inside"]), "the loss is computed outside the context", "inside, like the forward pass")


@pytest.mark.points(0.5)
@pytest.mark.function("train_one_epoch")
def test_a_scaler_takes_the_optimizers_place(student, draw, book):
    """With a scaler: scale the loss, step, update, in this order, for every batch; all else is as without it."""
    answer = student.train_with_precision(**_batch(draw), batch_size=2, weights=draw.seed(), scaled=True)
    calls = ", ".join(answer["scaler"]) or "the scaler is never called"
    expect(answer["scaler"] == ["scale", "step", "update"] * 3, calls, "scale, step, update for each of 3 batches")
    expect(
        answer["schedule steps"] == 3,
        f"{counted(answer['schedule steps'], 'step')} of the scheduler",
        "3, one for each batch",
    )
    book.check(answer)


@pytest.mark.points(2)
@pytest.mark.function("train_one_epoch", forgeable=True)
def test_batches_are_moved_to_the_device(student, draw):
    """Images and targets are moved to `device`, in training and in evaluation: on a GPU nothing works otherwise."""
    for where, move in (("training", student.moved_in_training), ("evaluation", student.moved_in_evaluation)):
        moved = {"images": "moved", "targets": "moved"}
        expect_equal(move(**_batch(draw)), moved, "moved: `.to` gives a tensor that is there", name=f"in {where}")


def _planned(draw: Draw) -> tuple[np.ndarray, dict]:
    """Draw a confusion matrix first, and then images that have it."""
    matrix = draw.integers(1, 9, 3, 3)
    pairs = np.repeat(np.argwhere(matrix > 0), matrix.ravel(), axis=0)
    void = np.stack([np.full(500, VOID), draw.integers(0, 3, 500)], axis=1)
    pixels = draw.generator.permutation(np.concatenate([pairs, void])[:180]).reshape(5, 4, 9, 2)
    logits = np.eye(3, dtype=np.float32)[pixels[..., 1]] / 2 - 5 * draw.generator.random((5, 4, 9, 1), np.float32)
    return matrix, {"logits": np.ascontiguousarray(logits.transpose(0, 3, 1, 2)), "targets": pixels[..., 0].copy()}


def _sums(matrix: np.ndarray) -> np.ndarray:
    """Compute what the double of part 5 returns in place of a matrix."""
    target, prediction = np.indices(matrix.shape)
    sums = np.zeros_like(matrix)
    sums[0, 0], sums[0, 1] = matrix.sum(), (matrix * target).sum()
    sums[1, 0] = (matrix * target * prediction).sum()
    return sums


@pytest.mark.points(2)
@pytest.mark.function("evaluate")
def test_evaluation_counts_every_image(student, draw):
    """The matrix of five images in batches of two is that of all five: the smaller last batch counts too."""
    matrix, batch = _planned(draw)
    answer = student.evaluate(**batch, num_classes=3, batch_size=2, training=True)
    expected = _sums(matrix) if answer["part 5 counted"] else matrix
    expect_equal(answer["matrix"], expected, "the sum over all batches of part 5's matrices of prediction and target")
    expect(
        answer["images"] == 5,
        f"{counted(answer['images'], 'image')} went through the network",
        "all 5 images, each once",
    )


@pytest.mark.points(1)
@pytest.mark.function("evaluate", forgeable=True)
def test_evaluation_runs_in_eval_mode(student, draw):
    """All forward passes are in eval mode, so batch norm learns nothing from them."""
    answer = student.evaluate(**_planned(draw)[1], num_classes=3, batch_size=2, training=True)
    expect(answer["eval mode"], "a forward pass in training mode", "eval mode")


@pytest.mark.points(0.5)
@pytest.mark.function("evaluate", forgeable=True)
def test_evaluation_needs_no_gradients(student, draw):
    """Forward passes run without gradients, which would fill the memory; afterwards gradients are on again."""
    answer = student.evaluate(**_planned(draw)[1], num_classes=3, batch_size=2, training=False)
    expect(not answer["gradients"], "a forward pass with gradients on", "gradients off")
    expect(answer["gradients afterwards"], "gradients off after the evaluation", "on, as they were before")


@pytest.mark.points(0.5)
@pytest.mark.function("evaluate", forgeable=True)
def test_the_mode_is_put_back(student, draw):
    """Afterwards the model is in the mode that it was in before."""
    for training in (True, False):
        answer = student.evaluate(**_planned(draw)[1], num_classes=3, batch_size=2, training=training)
        mode = "training" if training else "eval"
        other = "eval" if training else "training"
        expect(answer["training afterwards"] == training, f"{other} mode afterwards", f"{mode} mode, as before")


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__]))
