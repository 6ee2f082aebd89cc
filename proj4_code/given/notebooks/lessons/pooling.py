"""Part 1: a feature map pooled to a few cells, enlarged again, and what one cell then knows."""

import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from torch import Tensor, nn

from proj4_code.given.notebooks.lessons import drawing
from proj4_code.given.notebooks.lessons.drawing import BLUE, ORANGE, UNIT
from proj4_code.given.notebooks.lessons.frames import Frame, tensor
from proj4_code.given.notebooks.lessons.playing import menu, play, show, slider

CELL = 8  # pixels of the frame in a cell of the map, as in PSPNet


def play_with_bins(frame: Frame) -> None:
    """Show a feature map and what pooling makes of it; sliders choose the bins, and a cell to look at."""
    maps = feature_maps(frame.image)
    rows, columns = maps["brightness"].shape
    play(
        "A map, its averages in four grids, these enlarged again, and the five values of one cell.",
        lambda channel, row, column, **bins: pyramid(channel, maps[channel], list(bins.values()), (row, column)),
        channel=menu("channel", list(maps)),
        **{f"bin{cells}": slider(f"{cells}×{cells} becomes", cells, 1, 12) for cells in (1, 2, 3, 6)},
        row=slider("look at row", 22, 0, rows - 1),
        column=slider("look at column", 21, 0, columns - 1),
    )


def feature_maps(image: np.ndarray) -> dict[str, Tensor]:
    """Make three channels by hand that a network might learn, from 0 to 1: name -> (H/8, W/8)."""
    red, green, blue = tensor(image)[0]
    brightness = (red + green + blue) / 3
    across, down = brightness.diff(dim=1)[1:].abs(), brightness.diff(dim=0)[:, 1:].abs()
    channels = {"brightness": brightness, "edges": across + down, "bluer than red": blue - red}
    maps = {name: F.avg_pool2d(channel[None], CELL)[0] for name, channel in channels.items()}
    return {name: (values - values.min()) / (values.max() - values.min()) for name, values in maps.items()}


def pyramid(name: str, values: Tensor, bins: list[int], cell: tuple[int, int]) -> Figure:
    """Draw a map (H, W) from 0 to 1, its averages in grids of bin×bin cells, and these enlarged to H×W.

    The cell, given as row and column, is marked, and its values stand in the bars.
    """
    figure = drawing.blank(3.7)
    grid = figure.add_gridspec(2, 5, width_ratios=(1.2, 1, 1, 1, 1))
    pooled = [F.adaptive_avg_pool2d(values[None, None], cells) for cells in bins]
    enlarged = [F.interpolate(p, values.shape, mode="bilinear", align_corners=True)[0, 0] for p in pooled]

    rows, columns = values.shape
    image = _map(figure.add_subplot(grid[0, 0]), f"{name}, {rows}×{columns}", values, cell)
    for place, (cells, averages, large) in enumerate(zip(bins, pooled, enlarged, strict=True), start=1):
        means = averages[0, 0].numpy()
        above, below = (figure.add_subplot(grid[row, place]) for row in (0, 1))
        drawing.show_picture(above, f"{cells}×{cells}", means, extent=(0, columns, rows, 0), **UNIT)
        if cells <= 3:
            drawing.write_values(above, means)
        _map(below, "enlarged", large, cell)
    label = "value, 0 to 1; cross: the cell whose values are on the left"
    drawing.add_scale(figure, image, label, ax=figure.axes, location="bottom", aspect=60, pad=0.02, shrink=0.6)
    _bars(figure.add_subplot(grid[1, 0]), bins, [float(layer[cell]) for layer in (values, *enlarged)])
    return figure


def _map(axes: Axes, title: str, values: Tensor, cell: tuple[int, int]) -> AxesImage:
    image = drawing.show_picture(axes, title, values.numpy(), **UNIT)
    axes.plot(cell[1], cell[0], "+", color="black", ms=11, mew=4)
    axes.plot(cell[1], cell[0], "+", color="white", ms=10, mew=2)
    return image


def _bars(axes: Axes, bins: list[int], values: list[float]) -> None:
    """Draw what the concatenated map holds at one cell."""
    names = ["itself", *(f"{cells}×{cells}" for cells in bins)]
    places = range(len(names))
    axes.barh(places, values, color=[ORANGE, *[BLUE] * len(bins)], height=0.7)
    for place, value in zip(places, values, strict=True):
        axes.text(value + 0.04, place, f"{value:.2f}", va="center")
    axes.set(yticks=places, yticklabels=names, xticks=[], xlim=(0, 1.35), ylim=(len(names) - 0.5, -0.5))
    axes.set_title("this cell knows")
    axes.tick_params(length=0)
    axes.spines[["top", "right", "bottom"]].set_visible(False)


@drawing.legible()
def show_module(ppm: nn.Module, frame: Frame) -> None:
    """Show what a pyramid pooling module of three channels in, and three a branch, makes of a frame.

    Its 1×1 convolutions are set to leave colours alone, so that each branch shows colours, too.
    """
    for parameter in ppm.eval().parameters():
        if parameter.ndim == 4:
            nn.init.dirac_(parameter)
    with torch.inference_mode():
        channels = ppm(tensor(frame.image))[0]
    print(f"{(3, *frame.image.shape[:2])} became {tuple(channels.shape)}")
    picture = channels.permute(1, 2, 0).clamp(0, 1).numpy()
    firsts = range(0, len(channels), 3)
    figure = drawing.blank(1.5)
    drawing.show_row(figure, {f"channels {first}–{first + 2}": picture[..., first : first + 3] for first in firsts})
    show(figure, "The street, and the same pooled to each of the bins")
