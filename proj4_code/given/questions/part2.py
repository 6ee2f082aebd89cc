"""Questions on the dilated ResNet: receptive fields, and the size of its maps."""

from collections.abc import Sequence
from random import Random

import numpy as np

from proj4_code.given.questions.draft import Ask, Draft, counted, shape

CHANNELS = {18: 512, 34: 512, 50: 2048}
"""Of the last stage, by depth."""
NOISE = 1e-4  # rounding moves values by a hundredth of that, a cell that is read by a hundred times that


def stack(draw: Random) -> Draft:
    """Ask for the receptive field of a stack of layers."""
    layers = [
        (draw.choice((3, 3, 5, 7)), draw.choice((1, 2)), draw.choice((1, 1, 2, 4))) for _ in range(draw.choice((2, 3)))
    ]
    layers[0] = (layers[0][0], 2, layers[0][2])
    layers[-1] = (layers[-1][0], layers[-1][1], draw.choice((2, 3)))

    def find(ask: Ask) -> str:
        return str(ask("receptive_field", {"layers": [list(layer) for layer in layers]}))

    widths = _widths(layers)
    plain = _widths([(kernel, stride, 1) for kernel, stride, _ in layers])
    strideless = _widths([(kernel, 1, dilation) for kernel, _, dilation in layers])
    early = _widths([(kernel, layers[place - 1][1] if place else 1, d) for place, (kernel, _, d) in enumerate(layers)])
    expected = widths[-1]
    return Draft(
        "trace",
        2,
        f"receptive field of {layers}",
        f"What does `receptive_field({layers})` return? The layers are (kernel, stride, dilation), from first to last.",
        ("receptive_field",),
        find,
        str(expected),
        (
            str(strideless[-1]),
            str(plain[-1]),
            str(early[-1]),
            str(expected - 1),
            str(sum(widths)),
            str(expected + 2),
        ),
        "Go backwards from one output, and mark what each layer reads of the map before it: "
        f"{', then '.join(counted(width, 'cell') for width in widths)}.",
        "Does a layer's own stride change what that layer sees, or what the next one sees?",
    )


def _widths(layers: Sequence[tuple[int, int, int]]) -> list[int]:
    """Return how wide a piece of each map one output sees, from the last layer's own output back to the input."""
    cells, widths = {0}, [1]
    for kernel, stride, dilation in reversed(layers):
        cells = {stride * cell + dilation * tap for cell in cells for tap in range(kernel)}
        widths.append(max(cells) - min(cells) + 1)
    return widths


def map_shape(draw: Random) -> Draft:
    """Ask for the shape of one of the two feature maps."""
    depth = draw.choice((18, 34, 50))
    height, width = (8 * draw.randint(4, 11) + draw.choice((1, 1, 5)) for _ in range(2))
    which = draw.choice(("features", "aux features"))
    channels = CHANNELS[depth] // (1 if which == "features" else 2)
    other = CHANNELS[depth] // (2 if which == "features" else 1)

    def find(ask: Ask) -> str:
        x = np.zeros((1, 3, height, width), np.float32)
        return shape(ask("dilated_resnet_shapes", {"x": x, "depth": depth})[which])

    def over(step: int) -> tuple[int, int]:
        return -(-height // step), -(-width // step)

    stages = "the last stage" if which == "features" else "the second-last stage"
    return Draft(
        "trace",
        2,
        f"{which} of ResNet-{depth} on {height}×{width}",
        f"The last stage of ResNet-{depth} has {CHANNELS[depth]} channels, the one before half as many. "
        f"`features, aux_features = DilatedResNet({depth})(x)`, and `x` has the shape {(1, 3, height, width)}. "
        f"What is the shape of `{which.replace(' ', '_')}`?",
        ("DilatedResNet",),
        find,
        shape((1, channels, *over(8))),
        (
            shape((1, channels, *over(32))),
            shape((1, other, *over(8))),
            shape((1, channels, height // 8, width // 8)),
            shape((1, channels, *over(16))),
            shape((1, channels, *over(4))),
        ),
        f"The first convolution, the pooling and stage 2 halve the map; stages 3 and 4 no longer do. So height and "
        f"width are divided by 8 and rounded up: {over(8)[0]}×{over(8)[1]}, with the {channels} channels of {stages}.",
        "Which stages have a stride in torchvision's ResNet, and which line of yours removes it?",
    )


def stage_field(draw: Random) -> Draft:
    """Ask how much of its input one cell of a dilated stage reads."""
    block = draw.choice(("BasicBlock", "Bottleneck"))
    each = 2 if block == "BasicBlock" else 1
    blocks = draw.choice((1, 2) if block == "BasicBlock" else (2, 3))
    before, after = draw.choice(((1, 2), (2, 4), (2, 2), (1, 3)))
    convolutions = each * blocks
    side = 1 + 2 * before + 2 * after * (convolutions - 1)

    def find(ask: Ask) -> str:
        width = 2 * side + 9
        x = np.tile(np.random.default_rng(1).standard_normal((1, 6, 1, width), np.float32), (width + 1, 1, 1, 1))
        x[range(width), :, :, range(width)] += 10
        arguments = {"block": block, "dilation_before": before, "dilation": after, "blocks": blocks}
        seen: set[int] = set()
        for weights in range(5):  # with some of them, ReLUs hide the outermost cells
            middle = ask("dilated_stage", {"x": x, "weights": weights, **arguments})[:, :, 0, width // 2]
            seen.update(np.flatnonzero(np.abs(middle[:-1] - middle[-1]).max(axis=1) > NOISE).tolist())
        return str(max(seen) - min(seen) + 1)

    count = "one 3×3 convolution" if each == 1 else "two 3×3 convolutions"
    return Draft(
        "trace",
        2,
        f"field of {blocks} {block}s dilated {before}, {after}",
        f"A stage has {counted(blocks, block)} with {count}{' each' if blocks > 1 else ''}; before "
        f"`dilate_stage(stage, {before}, {after})`, the first 3×3 convolution has stride 2, and all others stride 1. "
        "How many cells wide is the square of the stage's input that one cell of its output depends on afterwards?",
        ("dilate_stage",),
        find,
        str(side),
        (
            str(1 + 2 * after * convolutions),
            str(1 + 2 * convolutions),
            str(1 + 2 * before * convolutions),
            str(side - 1),
            str(1 + 2 * after + 2 * before * (convolutions - 1)),
            str(side + 2 * after),
        ),
        f"A 3×3 convolution of dilation d adds 2·d to the field. The first has dilation {before}, "
        f"{convolutions - 1} more {'has' if convolutions == 2 else 'have'} {after}: "
        f"1 + 2·{before} + {convolutions - 1}·2·{after} = {side}. All strides are 1.",
        "Why does the convolution that had the stride keep the old dilation?",
    )


TEMPLATES = (stack, map_shape, stage_field)
