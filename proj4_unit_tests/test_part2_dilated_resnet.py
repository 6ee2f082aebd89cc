"""Part 2: `receptive_field`, `dilate_stage` and `DilatedResNet`."""

import pytest

from proj4_unit_tests.harness.compare import expect, expect_equal, refused

BLOCKS = ("BasicBlock", "Bottleneck")
VALUES = {18: 11176512, 34: 21284672, 50: 23508032, 101: 42500160, 152: 58143808}  # of each ResNet without classifier
VALUES_TO_STAGE_3 = 2782784  # of ResNet-18


@pytest.mark.points(1)
@pytest.mark.function("receptive_field", forgeable=True)
def test_receptive_field_of_plain_convolutions(student):
    """One 3×3 convolution sees 3 pixels, three in a row see 7, and no convolution at all sees 1."""
    expect_equal(student.receptive_field(layers=[[3, 1, 1]]), 3, "3 for one layer (3, 1, 1)")
    expect_equal(student.receptive_field(layers=[[3, 1, 1]] * 3), 7, "7 for three layers (3, 1, 1)")
    expect_equal(student.receptive_field(layers=[]), 1, "1 for no layers")


@pytest.mark.points(1)
@pytest.mark.function("receptive_field")
def test_receptive_field_with_stride_and_dilation(student):
    """Stride spreads all layers after it; dilation spreads its own layer."""
    expect_equal(student.receptive_field(layers=[[3, 1, 1], [3, 1, 2], [3, 1, 4]]), 15, "15 for dilations 1, 2, 4")
    expect_equal(
        student.receptive_field(layers=[[7, 2, 1], [3, 2, 1]]), 11, "11 for ResNet's stem: 7×7 and 3×3, stride 2"
    )
    expect_equal(student.receptive_field(layers=[[3, 2, 1], [3, 1, 2]]), 11, "11: stride 2, then dilation 2")
    expect_equal(student.receptive_field(layers=[[1, 2, 1], [3, 1, 1]]), 5, "5: 1×1 of stride 2, then 3×3")


@pytest.mark.points(0.5)
@pytest.mark.function("receptive_field")
def test_receptive_field_of_a_random_stack(student, draw, book):
    """The receptive field of any mix of kernels, strides and dilations."""
    layers = [[int(draw.integers(1, 8)), int(draw.integers(1, 4)), int(draw.integers(1, 5))] for _ in range(8)]
    book.check(student.receptive_field(layers=layers))


@pytest.mark.points(1)
@pytest.mark.function("dilate_stage")
def test_a_dilated_stage_contains_the_strided_one(student, draw, book):
    """Every second value of a stage dilated from 1 to 2 is the value of the stage with stride 2."""
    for block in BLOCKS:
        x, seed = draw.normal(2, 6, 13, 9), draw.seed()
        dilated = student.dilated_stage(x=x, block=block, weights=seed, dilation_before=1, dilation=2)
        strided = book.known("strided_stage", x=x, block=block, weights=seed)
        height, width = dilated.shape[-2:]
        expect((height, width) == (13, 9), f"{block}: {height}×{width}", "the input's height and width, 13×9")
        expect_equal(dilated[..., ::2, ::2], strided, f"the strided {block} stage's values", tolerance=1e-5)


@pytest.mark.points(1)
@pytest.mark.function("dilate_stage")
def test_a_stage_dilated_from_2_to_4(student, draw, book):
    """The convolution that had the stride gets dilation 2, all 3×3 convolutions after it get 4; padding follows."""
    for block in BLOCKS:
        x, seed = draw.normal(1, 6, 11, 14), draw.seed()
        book.check(student.dilated_stage(x=x, block=block, weights=seed, dilation_before=2, dilation=4, blocks=3))


@pytest.mark.points(0.5)
@pytest.mark.function("dilate_stage")
def test_a_stage_dilated_in_the_official_way(student, draw, book):
    """`dilate_stage(stage, 2, 2)`, as the official PSPNet code does, dilates the first convolution fully too."""
    for block in BLOCKS:
        x, seed = draw.normal(1, 6, 9, 9), draw.seed()
        book.check(student.dilated_stage(x=x, block=block, weights=seed, dilation_before=2, dilation=2))


@pytest.mark.points(1)
@pytest.mark.function("dilate_stage", forgeable=True)
def test_a_stage_keeps_its_weights(student, draw):
    """Dilating a stage leaves its weights as they were."""
    for block in BLOCKS:
        kept = student.dilated_stage_weights(block=block, weights=draw.seed())["same weights"]
        expect(kept, f"{block}: other weights, or other names for them", "the weights that the stage had")


@pytest.mark.points(2)
@pytest.mark.function("DilatedResNet")
def test_resnet18_gives_what_the_paper_says(student, draw, book):
    """Features of stages 4 and 3 of ResNet-18 in eval mode; stage 3 is dilated from 1 to 2, stage 4 from 2 to 4."""
    x = draw.normal(1, 3, 41, 33) + 2 * draw.normal(1, 3, 1, 1)  # with a mean colour, as images have
    book.check(student.dilated_resnet(x=x, depth=18, weights=draw.seed(), every=8))


@pytest.mark.points(1)
@pytest.mark.function("DilatedResNet")
def test_resnet50_gives_what_the_paper_says(student, draw, book):
    """Features of stages 4 and 3 of ResNet-50, which is made of bottleneck blocks, in eval mode."""
    x = draw.normal(1, 3, 33, 25) + 2 * draw.normal(1, 3, 1, 1)
    book.check(student.dilated_resnet(x=x, depth=50, weights=draw.seed(), every=64))


@pytest.mark.points(2)
@pytest.mark.function("DilatedResNet")
def test_the_dilated_network_contains_the_strided_one(student, draw, book):
    """Every fourth feature (of stage 3, every second) is that of torchvision's own network, of stride 32 (16)."""
    x, seed = draw.normal(1, 3, 33, 65), draw.seed()
    dilated = student.dilated_resnet(x=x, depth=18, weights=seed, every=64)
    strided = book.known("strided_resnet", x=x, depth=18, weights=seed, every=64)
    for name, step in (("features", 4), ("aux features", 2)):
        expect_equal(dilated[name][..., ::step, ::step], strided[name], f"the strided network's {name}", tolerance=1e-5)


@pytest.mark.points(1)
@pytest.mark.function("DilatedResNet", forgeable=True)
def test_features_have_an_eighth_of_the_resolution(student, draw):
    """Features (N, C4, H/8, W/8), aux features (N, C3, H/8, W/8), rounded up; `out_channels` C4, `aux_channels` C3."""
    for depth, channels, size in ((18, [512, 256], (12, 22)), (50, [2048, 1024], (16, 24))):
        answer = student.dilated_resnet_shapes(x=draw.normal(2, 3, *size), depth=depth)
        expected = {
            "features": [2, channels[0], 2, 3],
            "aux features": [2, channels[1], 2, 3],
            "out_channels": channels[0],
            "aux_channels": channels[1],
        }
        because = f"for depth {depth}: {_shown(expected)}"
        expect_equal(answer, expected, because, name=f"depth {depth}")


def _shown(expected: dict) -> str:
    """Write what is expected as a reader would: "features (2, 512, 2, 3), out_channels 512"."""
    return ", ".join(f"{name} {tuple(it) if isinstance(it, list) else it}" for name, it in expected.items())


def _network(depth: int) -> dict:
    wide = depth >= 50
    return {"out_channels": 2048 if wide else 512, "aux_channels": 1024 if wide else 256, "values": VALUES[depth]}


@pytest.mark.points(1)
@pytest.mark.function("DilatedResNet", forgeable=True)
def test_all_five_depths_exist(student):
    """Depths 18, 34, 50, 101 and 152 have the right channels and number of values, and no classifier."""
    for depth in VALUES:
        answer = student.dilated_resnet_channels(depth=depth)
        expect_equal(answer, _network(depth), f"for depth {depth}: {_shown(_network(depth))}", name=f"depth {depth}")


@pytest.mark.points(1)
@pytest.mark.function("DilatedResNet", forgeable=True)
def test_other_depths_are_refused(student):
    """A depth that no ResNet has raises a ValueError."""
    for depth in (42, 0):
        with refused(ValueError):
            student.dilated_resnet_channels(depth=depth)


@pytest.mark.points(0.5)
@pytest.mark.function("DilatedResNet", forgeable=True)
def test_the_default_is_depth_50_without_weights(student):
    """`DilatedResNet()` has depth 50, and downloads nothing."""
    expect_equal(student.dilated_resnet_channels(depth=None), _network(50), f"as for depth 50: {_shown(_network(50))}")


@pytest.mark.points(1)
@pytest.mark.function("DilatedResNet", forgeable=True)
def test_weights_are_loaded_strictly(student):
    """The state dict stays as it was; a missing, unexpected or misshapen entry raises a RuntimeError that names it."""
    answer = student.dilated_resnet_loads(depth=18)
    changed = "entries" if not answer["same entries"] else "values, once the network has been trained"
    expect(all(answer.values()), f"a state dict with other {changed}", "the state dict as it was given")
    for missing in ("layer3.0.conv1.weight", "layer2.0.bn1.running_mean", "fc.bias"):
        with refused(RuntimeError, missing):
            student.dilated_resnet_loads(depth=18, without=[missing])
    for wrong in ("surprise", "bn1.weight"):  # the one is unexpected, the other misshapen: it has 64 values
        with refused(RuntimeError, wrong):
            student.dilated_resnet_loads(depth=18, extra=[wrong])


@pytest.mark.points(0.5)
@pytest.mark.function("DilatedResNet", forgeable=True)
def test_without_weights_the_start_is_random(student):
    """Two networks made without weights differ, and nothing is downloaded."""
    alike = student.dilated_resnet_start(depth=18)["alike"]
    expect(not alike, "the same weights in both", "random weights, which differ each time")


@pytest.mark.points(3)
@pytest.mark.function("DilatedResNet", forgeable=True)
def test_nothing_is_frozen(student, draw):
    """Gradients from the features reach every weight; those from the aux features, every weight up to stage 3."""
    answer = student.dilated_resnet_learns(x=draw.normal(2, 3, 17, 17), depth=18)
    expected = {"values that learn from features": VALUES[18], "from aux features": VALUES_TO_STAGE_3}
    expect_equal(answer, expected, f"all {VALUES[18]} values of ResNet-18 learn, from aux features {VALUES_TO_STAGE_3}")


@pytest.mark.points(1)
@pytest.mark.function("DilatedResNet")
def test_batch_norm_works_in_training_mode(student, draw, book):
    """In training mode, batch norm uses the statistics of the batch."""
    book.check(
        student.dilated_resnet(x=draw.normal(3, 3, 25, 33), depth=18, weights=draw.seed(), every=16, training=True)
    )


if __name__ == "__main__":
    raise SystemExit(pytest.main([__file__]))
