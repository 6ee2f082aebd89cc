"""Part 3: six ways from few cells to many, and why PSPNet wants pictures of 8n+1 pixels."""

from functools import partial

import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from proj4_code.given.notebooks.lessons.drawing import BLUE, GREY, INK, ORANGE, SHADES, SMALL, WIDTH, bare, write_values
from proj4_code.given.notebooks.lessons.frames import Frame
from proj4_code.given.notebooks.lessons.playing import menu, play, slider
from proj4_code.given.notebooks.lessons.pooling import feature_maps

STRIDE = 8  # pixels from one cell of the features to the next


def play_with_upsampling(frame: Frame) -> None:
    """Show six ways to enlarge a map; choose the map, the factor, and the kernel of the transposed convolution."""
    maps = {
        "2×2 cells": torch.tensor([[0.1, 0.4], [0.6, 0.9]]),
        "a map of the frame": feature_maps(frame.image)["edges"],
    }

    def draw(source: str, factor: int, kernel: int) -> Figure:
        """A map enlarged by nearest, bed of nails, max-unpooling, bilinear (twice), and transposed convolution."""
        return six_ways(maps[source], factor, kernel)

    play(
        draw,
        source=menu("enlarge", list(maps)),
        factor=slider("factor", 3, 2, 4),
        kernel=slider("kernel size", 4, 2, 6),
    )


def enlarged(values: Tensor, factor: int, kernel: int) -> dict[str, Tensor]:
    """Enlarge a map (H, W) in six ways: name -> (H·factor, W·factor)."""
    x = values[None, None]
    bed = torch.zeros(*(side * factor for side in values.shape))
    bed[::factor, ::factor] = values
    resize = partial(F.interpolate, x, scale_factor=factor)
    return {
        "nearest": resize(mode="nearest")[0, 0],
        "bed of nails": bed,
        "max-unpooling": unpooled(values, factor),
        "bilinear,\nalign_corners=False": resize(mode="bilinear", align_corners=False)[0, 0],
        "bilinear,\nalign_corners=True": resize(mode="bilinear", align_corners=True)[0, 0],
        f"transposed convolution,\n{kernel}×{kernel}, stride {factor}": transposed(values, factor, kernel),
    }


def unpooled(values: Tensor, factor: int) -> Tensor:
    """Put each value where an earlier max-pooling found its maximum: here, at places that are drawn at random."""
    height, width = (side * factor for side in values.shape)
    before = torch.rand(1, 1, height, width, generator=torch.Generator().manual_seed(4))
    _, places = F.max_pool2d(before, factor, return_indices=True)
    return F.max_unpool2d(values[None, None], places, factor)[0, 0]


def transposed(values: Tensor, factor: int, kernel: int) -> Tensor:
    """Lay a kernel of equal weights down at each cell, and add up where they overlap."""
    weights = torch.full((1, 1, kernel, kernel), (factor / kernel) ** 2)
    whole = F.conv_transpose2d(values[None, None], weights, stride=factor)[0, 0]
    margin = max(kernel - factor, 0) // 2
    height, width = (side * factor for side in values.shape)
    room = F.pad(whole, (0, max(factor - kernel, 0), 0, max(factor - kernel, 0)))
    return room[margin : margin + height, margin : margin + width]


def six_ways(values: Tensor, factor: int, kernel: int) -> Figure:
    """Draw a map and what six ways make of it; few values are written into their cells."""
    few = values.numel() <= 4
    figure = Figure(figsize=(WIDTH, 5.2 if few else 4.6), layout="constrained")
    grid = figure.add_gridspec(2, 4, width_ratios=(0.6, 1, 1, 1))
    source = figure.add_subplot(grid[0, 0])
    picture = _map(source, values, f"{values.shape[0]}×{values.shape[1]}", few)
    for number, (name, large) in enumerate(enlarged(values, factor, kernel).items()):
        axes = figure.add_subplot(grid[number // 3, 1 + number % 3])
        _map(axes, large, name, few)
    place = figure.add_subplot(grid[1, 0])
    place.axis("off")
    bar = figure.colorbar(picture, cax=place.inset_axes((0.1, 0.05, 0.2, 0.9)))
    bar.set_label("value")
    bar.outline.set_visible(False)
    return figure


def _map(axes: Axes, values: Tensor, title: str, few: bool):
    picture = axes.imshow(values.numpy(), cmap=SHADES, vmin=0, vmax=1)
    axes.set_title(title)
    bare(axes)
    if few and values.shape[0] <= 8:
        write_values(axes, values.numpy())
    return picture


def play_with_size() -> None:
    """Show where cells are computed and where upsampling puts them; a slider chooses the number of pixels."""

    def draw(pixels: int) -> Figure:
        """A row of pixels, the cells of the features above it, and below, where upsampling puts these cells."""
        return corners(pixels)

    play(draw, pixels=slider("pixels in a row", 22, 9, 33))


def corners(pixels: int) -> Figure:
    """Draw a row of pixels, the cells that are computed from it, and the places that they are upsampled to."""
    cells = -(-pixels // STRIDE)
    computed = [STRIDE * cell for cell in range(cells)]
    placed = [(pixels - 1) * cell / (cells - 1) for cell in range(cells)]
    fits = pixels % STRIDE == 1
    color = BLUE if fits else ORANGE
    figure = Figure(figsize=(WIDTH, 2.1), layout="constrained")
    axes = figure.subplots()
    axes.set(xlim=(-7, 33), ylim=(-1.5, 3.6))
    axes.axis("off")
    words = (
        "every cell returns to its own pixel"
        if fits
        else f"cells land up to {placed[-1] - computed[-1]:.0f} pixels too far right"
    )
    axes.text(-0.5, 3.3, f"{pixels} pixels, {'' if fits else 'not '}8n+1: {words}", weight="bold", va="center")
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
