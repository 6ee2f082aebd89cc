"""Part 3: `PSPNet`, on small doubles of the backbone and of the pyramid pooling."""

import numpy as np
import pytest

from proj4_unit_tests.harness.compare import Wrong, expect, expect_array, expect_equal, refused

NO_PPM = "no PPM"


def _made(ppms: list) -> str:
    """Write what a network makes its PPMs with, as it stands in code."""
    return " and ".join(f"PPM({c}, {branch}, bins={tuple(bins)})" for c, branch, bins in ppms) or NO_PPM


@pytest.mark.points(1)
@pytest.mark.function("PSPNet")
def test_eval_mode_gives_out_alone(student, draw, book):
    """In eval mode: {"out": logits of every pixel (N, K, H, W)}, not softmaxed."""
    first, weights = draw.normal(2, 3, 17, 25), draw.seed()
    answer = student.pspnet(x=first, weights=weights, num_classes=4)
    book.check(answer)
    expect_array(answer["out"], "float32", (2, 4, 17, 25))
    images = [draw.normal(1, 3, 9, 17), draw.normal(2, 3, 17, 9)]
    for out, x in zip(student.pspnet_on_sizes(images=images, weights=draw.seed()), images, strict=True):
        expect_array(out, "float32", (len(x), 3, *x.shape[2:]))
    largest = abs(student.sample("pspnet", x=1e6 * first, weights=weights, num_classes=4)["out"]).max()
    expect(largest > 1000, f"no logit beyond ±{largest:.3g}, however large the image", "ReLU has no upper limit")


@pytest.mark.points(1)
@pytest.mark.function("PSPNet")
def test_training_mode_gives_out_and_aux(student, draw, book):
    """In training mode: "out" and "aux", from the features of stages 4 and 3 (dropout 0)."""
    x, seed = draw.normal(2, 3, 25, 17), draw.seed()
    book.check(student.pspnet(x=x, weights=seed, options={"dropout": 0.0}, training=True))


@pytest.mark.points(0.5)
@pytest.mark.function("PSPNet")
def test_without_aux_there_is_only_out(student, draw, book):
    """With `aux=False`, training mode gives "out" alone."""
    x, seed = draw.normal(2, 3, 17, 17), draw.seed()
    answer = student.pspnet(x=x, weights=seed, options={"dropout": 0.0, "aux": False}, training=True)
    expect_equal(sorted(answer), ["out"], "the key 'out' alone")
    book.check(answer)


@pytest.mark.points(0.5)
@pytest.mark.function("PSPNet")
def test_the_mode_can_be_changed_back_and_forth(student, draw, book):
    """Training, eval, training again: "aux" comes and goes, and batch norm uses in eval mode what it learnt before."""
    x = 2 + 3 * draw.normal(2, 3, 17, 17)
    keys = student.pspnet_modes(x=x)
    shown = [
        f"{' and '.join(key)} in {mode} mode" for key, mode in zip(keys, ("training", "eval", "training"), strict=True)
    ]
    expect(keys == [["aux", "out"], ["out"], ["aux", "out"]], ", then ".join(shown), "aux and out, then out, then both")
    book.check(student.pspnet_statistics(x=x, weights=draw.seed()))


@pytest.mark.points(0.5)
@pytest.mark.function("PSPNet")
def test_no_bins_mean_no_pyramid_pooling(student, draw, book):
    """With empty `bins`, the classifier reads the features as they are."""
    x, seed = draw.normal(1, 3, 17, 25), draw.seed()
    answer = student.pspnet(x=x, weights=seed, options={"bins": []})
    made = _made(student.pspnet_ppm(options={"bins": []}, backbone={}))
    expect(made == NO_PPM, made, NO_PPM)
    book.check(answer)


@pytest.mark.points(2.5)
@pytest.mark.function("PSPNet")
def test_branches_share_the_channels_of_the_features(student, draw, book):
    """The PPM has `out_channels // len(bins)` channels per branch, for the given bins; 1, 2, 3, 6 by default."""
    wanted, made = "PPM(16, 4, bins=(1, 2, 3, 6))", _made(student.pspnet_ppm(options={}, backbone={"out_channels": 16}))
    expect(made == wanted, made, wanted)
    uneven = {"options": {"bins": [2, 5, 9]}, "backbone": {"out_channels": 20}}
    wanted, made = "PPM(20, 6, bins=(2, 5, 9))", _made(student.pspnet_ppm(**uneven))
    expect(made == wanted, made, f"{wanted} for bins (2, 5, 9) and 20 channels")
    book.check(student.pspnet(x=draw.normal(1, 3, 17, 17), weights=draw.seed(), **uneven))


@pytest.mark.points(0.5)
@pytest.mark.function("PSPNet")
def test_hidden_channels_follow_the_backbone(student, draw, book):
    """The classifiers have out_channels // 4 and aux_channels // 4 hidden channels, whatever the backbone."""
    x, seed = draw.normal(2, 3, 17, 17), draw.seed()
    backbone = {"out_channels": 24, "aux_channels": 8}
    book.check(
        student.pspnet(x=x, weights=seed, num_classes=5, options={"dropout": 0.0}, backbone=backbone, training=True)
    )


@pytest.mark.points(0.5)
@pytest.mark.function("PSPNet", forgeable=True)
def test_each_classifier_reads_its_own_features(student, draw):
    """The output "out" is made from the features, "aux" from the aux features, and neither from the other ones."""
    x, seed = draw.normal(2, 3, 17, 17), draw.seed()
    for features, reader in (("features", "out"), ("aux features", "aux")):
        sees = student.pspnet_sees(x=x, weights=seed, changed=features)
        changes = " and ".join(name for name in ("out", "aux") if sees.get(name)) or "nothing"
        expect(
            changes == reader, f"{changes} changes with the {features}", f"only {reader} changes with the {features}"
        )


@pytest.mark.points(2)
@pytest.mark.function("PSPNet", forgeable=True)
def test_sizes_other_than_8n_plus_1_are_refused(student, draw):
    """A height or width that is not 8n+1 raises a ValueError that says so, in both modes."""
    accepted = []
    for height, width in ((16, 17), (17, 24), (16, 24), (20, 20), (13, 21), (17, 19)):
        for training, mode in ((False, "eval"), (True, "training")):
            try:
                with refused(ValueError, ("8", " eight")):
                    student.pspnet(x=draw.normal(2, 3, height, width), weights=0, training=training)
            except Wrong as wrong:
                accepted.append(f"{height}×{width} in {mode} mode: {wrong.got}")
    expect(not accepted, ", ".join(accepted), "a ValueError that says 8n+1")


@pytest.mark.points(1)
@pytest.mark.function("PSPNet", forgeable=True)
def test_cells_lie_on_every_eighth_pixel(student, draw):
    """Upsampling puts cell i on pixel 8i, and is linear between two cells: halfway, it gives their mean."""
    x, seed = draw.normal(1, 3, 33, 41), draw.seed()
    out = student.pspnet(x=x, weights=seed, options={"bins": []})["out"]
    expect_array(out, "float32", (1, 3, 33, 41))
    cells = out[..., ::8, ::8]
    middle = (cells[..., :-1] + cells[..., 1:]) / 2
    expect_equal(out[..., ::8, 4::8], middle, "halfway, the mean of both cells", tolerance=1e-5)
    expect(bool(np.abs(np.diff(cells)).max() > 0.01), "the same value in all cells", "different values")


@pytest.mark.points(1)
@pytest.mark.function("PSPNet")
def test_dropout_drops_whole_channels(student, draw, book):
    """`Dropout2d` drops whole hidden channels: of 2, dropout 0.7 takes both from some images; 1 leaves only biases."""
    x, seed = draw.normal(40, 3, 25, 25), draw.seed()
    options = {"dropout": 0.7, "bins": []}
    out = student.pspnet(x=x, weights=seed, options=options, backbone={"aux_channels": 8}, training=True)
    expect_equal(sorted(out), ["aux", "out"], "aux and out")
    for name in ("out", "aux"):
        expect_array(out[name], "float32", (40, 3, 25, 25))
        logits = out[name].reshape(40, -1, 25 * 25)
        constant = int((logits.max(-1) - logits.min(-1) < 1e-6).all(-1).sum())
        expect(0 < constant < 40, f"{name}: {constant} of 40 images lost all channels", "some, but not all")
    book.check(student.pspnet(x=x[:2], weights=seed, options={"dropout": 1.0}, training=True))


@pytest.mark.points(0.5)
@pytest.mark.function("PSPNet", forgeable=True)
def test_dropout_can_be_zero(student, draw):
    """With dropout 0, two passes in training mode are equal; by default, dropout is 0.1."""
    x, seed = draw.normal(2, 3, 17, 17), draw.seed()
    first, second = student.pspnet_twice(x=x, weights=seed, options={"dropout": 0.0})
    expect_equal(second, first, "the same output twice")
    options = student.pspnet_defaults()
    wanted = {"dropout": 0.1, "aux": 1.0, "bins": [1.0, 2.0, 3.0, 6.0]}
    shown = {"dropout": "dropout=0.1", "aux": "aux=True", "bins": "bins=(1, 2, 3, 6)"}
    other = [name for name in wanted if options.get(name) != wanted[name]]
    got = ", ".join(f"{name}={options[name]}" if name in options else f"no default for {name}" for name in other)
    expect(not other, got, f"by default {', '.join(shown[name] for name in other)}")


@pytest.mark.points(0.5)
@pytest.mark.function("PSPNet", forgeable=True)
def test_the_backbone_keeps_its_name(student):
    """`model.backbone` is the very backbone that was given, as part 6 expects, and its weights are as they were."""
    answer = student.pspnet_backbone()
    expect(answer["is the one given"], "model.backbone is missing, or another module", "the backbone that was given")
    expect(answer["has its weights"], "a backbone whose weights were changed", "the weights that it was given with")


@pytest.mark.points(3)
@pytest.mark.function("PSPNet", forgeable=True)
def test_every_weight_learns(student, draw):
    """Gradients from "out" and "aux" reach all weights: none is unused, and none is hidden in a plain list."""
    answer = student.pspnet_learns(x=draw.normal(3, 3, 25, 25), options={})
    backbone, pooling = 9 * 9 * 3 * (8 + 12) + (8 + 12), 4 * (8 * 2 + 2)
    head, aux = 9 * 16 * 2 + 2 * 2 + 2 * 3 + 3, 9 * 12 * 3 + 2 * 3 + 3 * 3 + 3
    total = backbone + pooling + head + aux
    expect_equal(answer, {"values": total, "values that learn": total}, f"{total} values, and all of them learn")
    answer = student.pspnet_learns(x=draw.normal(3, 3, 25, 25), options={"aux": False})
    expect_equal(answer["values"], total - aux, f"{total - aux} values without the auxiliary classifier")


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__]))
