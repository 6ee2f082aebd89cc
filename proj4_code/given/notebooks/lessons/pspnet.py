"""Part 3: six ways from few cells to many, why PSPNet wants 8n+1 pixels, and what your network gives back."""

from functools import partial

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from torch import Tensor, nn

from proj4_code.given.notebooks.lessons import drawing
from proj4_code.given.notebooks.lessons.drawing import BLUE, GREY, INK, ORANGE, SMALL, UNIT
from proj4_code.given.notebooks.lessons.frames import Frame, class_legend, paint, tensor
from proj4_code.given.notebooks.lessons.playing import menu, play, show, slider
from proj4_code.given.notebooks.lessons.pooling import feature_maps

STRIDE = 8  # pixels from one cell of the features to the next


def play_with_upsampling(frame: Frame) -> None:
    """Show six ways to enlarge a map; choose the map, the factor, and the kernel of the transposed convolution."""
    maps = {
        "2×2 cells": torch.tensor([[0.1, 0.4], [0.6, 0.9]]),
        "a map of the frame": feature_maps(frame.image)["edges"],
    }
    play(
        "A map enlarged by nearest, bed of nails, max-unpooling, bilinear (twice), and transposed convolution.",
        lambda source, factor, kernel: six_ways(maps[source], factor, kernel),
        source=menu("enlarge", list(maps)),
        factor=slider("factor", 3, 2, 4),
        kernel=slider("kernel size", 4, 2, 6),
    )


def enlarged(values: Tensor, factor: int, kernel: int) -> dict[str, Tensor]:
    """Enlarge a map (H, W) in six ways: name -> (H·factor, W·factor)."""
    bed = torch.zeros(*(side * factor for side in values.shape))
    bed[::factor, ::factor] = values
    resize = partial(F.interpolate, values[None, None], scale_factor=factor)
    return {
        "nearest": resize(mode="nearest")[0, 0],
        "bed of nails": bed,
        "max-unpooling": unpooled(values, factor),
        "bilinear,\nalign_corners=False": resize(mode="bilinear", align_corners=False)[0, 0],
        "bilinear,\nalign_corners=True": resize(mode="bilinear", align_corners=True)[0, 0],
        f"transposed convolution,\n{kernel}×{kernel}, stride {factor}": transposed(values, factor, kernel),
    }


def unpooled(values: Tensor, factor: int) -> Tensor:
    """Put each value of a map (H, W) where an earlier max-pooling found its maximum: here, at random places."""
    height, width = (side * factor for side in values.shape)
    before = torch.rand(1, 1, height, width, generator=torch.Generator().manual_seed(4))
    _, places = F.max_pool2d(before, factor, return_indices=True)
    return F.max_unpool2d(values[None, None], places, (factor, factor))[0, 0]


def transposed(values: Tensor, factor: int, kernel: int) -> Tensor:
    """Lay a kernel of equal weights down at each cell of a map (H, W), and add up where they overlap."""
    weights = torch.full((1, 1, kernel, kernel), (factor / kernel) ** 2)
    whole = F.conv_transpose2d(values[None, None], weights, stride=factor)[0, 0]
    margin = max(kernel - factor, 0) // 2
    height, width = (side * factor for side in values.shape)
    room = F.pad(whole, (0, max(factor - kernel, 0), 0, max(factor - kernel, 0)))
    return room[margin : margin + height, margin : margin + width]


def six_ways(values: Tensor, factor: int, kernel: int) -> Figure:
    """Draw a map (H, W) and what six ways make of it; few values are written into their cells."""
    few = values.numel() <= 4
    figure = drawing.blank(5.2 if few else 4.6)
    grid = figure.add_gridspec(2, 4, width_ratios=(0.6, 1, 1, 1))
    image = _map(figure.add_subplot(grid[0, 0]), "{}×{}".format(*values.shape), values, few)
    for number, (name, large) in enumerate(enlarged(values, factor, kernel).items()):
        _map(figure.add_subplot(grid[number // 3, 1 + number % 3]), name, large, few)
    place = figure.add_subplot(grid[1, 0])
    place.axis("off")
    drawing.add_scale(figure, image, "value", cax=place.inset_axes((0.1, 0.05, 0.2, 0.9)))
    return figure


def _map(axes: Axes, title: str, values: Tensor, few: bool) -> AxesImage:
    image = drawing.show_picture(axes, title, values.numpy(), **UNIT)
    if few and values.shape[0] <= 8:
        drawing.write_values(axes, values.numpy())
    return image


def play_with_size() -> None:
    """Show where cells are computed and where upsampling puts them; a slider chooses the number of pixels."""
    play(
        "A row of pixels, the cells of the features above it, and below, where upsampling puts these cells.",
        corners,
        pixels=slider("pixels in a row", 22, 9, 33),
    )


def corners(pixels: int) -> Figure:
    """Draw a row of pixels, the cells that are computed from it, and the places that they are upsampled to."""
    cells = -(-pixels // STRIDE)
    computed = [STRIDE * cell for cell in range(cells)]
    placed = [(pixels - 1) * cell / (cells - 1) for cell in range(cells)]
    if pixels % STRIDE == 1:
        color, words = BLUE, "8n+1: every cell returns to its own pixel"
    else:
        color, words = ORANGE, f"not 8n+1: cells land up to {placed[-1] - computed[-1]:.0f} pixels too far right"
    figure = drawing.blank(2.1)
    axes = figure.subplots()
    axes.set(xlim=(-7, 33), ylim=(-1.5, 3.6))
    axes.axis("off")
    axes.text(-0.5, 3.3, f"{pixels} pixels, {words}", weight="bold", va="center")
    for height, name in ((2.2, "computed from"), (1, "pixels"), (-0.9, "upsampled to")):
        axes.text(-1, height, name, ha="right", va="center", color=GREY)
    for pixel in range(pixels):
        face = "white" if pixel % STRIDE else "#d0d0d0"
        axes.add_patch(Rectangle((pixel - 0.5, 0.6), 1, 0.8, fc=face, ec=GREY, lw=0.8))
        if pixel % STRIDE == 0 or pixel == pixels - 1:
            axes.text(pixel, 0.97, str(pixel), ha="center", va="center", fontsize=SMALL)
    arrow = {"arrowstyle": "-|>", "color": color, "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
    for cell, (here, there) in enumerate(zip(computed, placed, strict=True)):
        for x, y, shade in ((here, 2.2, INK), (there, -0.9, color)):
            axes.plot(x, y, "s", ms=17, color=shade)
            axes.text(x, y - 0.03, str(cell), color="white", weight="bold", ha="center", va="center")
        axes.annotate("", (there, -0.25), (here, 0.5), arrowprops=arrow)
    return figure


@drawing.legible()
def show_outputs(network: nn.Module, frame: Frame) -> None:
    """Print the shapes of a network's outputs in both modes, and show what an untrained network sees."""
    image = tensor(frame.image)[..., ::2, ::2] - 0.45  # 121×161 pixels: 8n+1
    with torch.inference_mode():
        for mode, inputs in {"training": image.repeat(2, 1, 1, 1), "eval": image}.items():
            outputs = network.train(mode == "training")(inputs)
            shapes = ", ".join(f"{name} {tuple(logits.shape)}" for name, logits in outputs.items())
            print(f"{mode} mode: {tuple(inputs.shape)} became {shapes}")
        try:
            network(image[..., :120, :160])
            print("120×160 pixels: your network should have refused this size")
        except ValueError as error:
            print(f"120×160 pixels: ValueError: {error}")
    figure = drawing.blank(3.3)
    class_legend(figure)
    seen = paint(outputs["out"][0].argmax(0).numpy())
    drawing.show_row(figure, {"the frame": frame.image, "seen by your untrained network": seen})
    show(figure, "A street, and the nonsense that an untrained network makes of it")
