"""Part 1: a feature map pooled to a few cells, enlarged again, and what one cell then knows."""

import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor, nn

from proj4_code.given.notebooks.lessons.drawing import BLUE, ORANGE, SHADES, WIDTH, bare, legible, write_values
from proj4_code.given.notebooks.lessons.frames import Frame, tensor
from proj4_code.given.notebooks.lessons.playing import menu, play, show, slider

CELL = 8  # pixels of the frame in a cell of the map, as in PSPNet
RANGE = {"cmap": SHADES, "vmin": 0, "vmax": 1}


def play_with_bins(frame: Frame) -> None:
    """Show a feature map and what pooling makes of it; sliders choose the bins, and a cell to look at."""
    maps = feature_maps(frame.image)
    rows, columns = maps["brightness"].shape

    def draw(channel: str, row: int, column: int, **bins: int) -> Figure:
        """A map, its averages in four grids, these enlarged again, and the five values of one cell."""
        return pyramid(maps[channel], channel, tuple(bins.values()), (row, column))

    play(
        draw,
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
    return {name: stretched(F.avg_pool2d(channel[None], CELL)[0]) for name, channel in channels.items()}


def stretched(values: Tensor) -> Tensor:
    """Bring values to 0 to 1."""
    return (values - values.min()) / (values.max() - values.min())


def pyramid(values: Tensor, name: str, bins: tuple[int, ...], cell: tuple[int, int]) -> Figure:
    """Draw a map (H, W), its averages in grids of bin×bin cells, and these enlarged to H×W.

    Args:
        values: from 0 to 1.
        name: of the channel.
        bins: four.
        cell: row and column that are marked, and whose values stand in the bars.
    """
    figure = Figure(figsize=(WIDTH, 3.7), layout="constrained")
    grid = figure.add_gridspec(2, 5, width_ratios=(1.2, 1, 1, 1, 1))
    channel = values[None, None]
    pooled = [F.adaptive_avg_pool2d(channel, cells) for cells in bins]
    enlarged = [F.interpolate(p, values.shape, mode="bilinear", align_corners=True)[0, 0] for p in pooled]

    rows, columns = values.shape
    axes = figure.add_subplot(grid[0, 0])
    picture = _map(axes, values, f"{name}, {rows}×{columns}", cell)
    for place, (cells, means, large) in enumerate(zip(bins, pooled, enlarged, strict=True), start=1):
        above, below = (figure.add_subplot(grid[row, place]) for row in (0, 1))
        above.imshow(means[0, 0].numpy(), extent=(0, columns, rows, 0), **RANGE)
        above.set_title(f"{cells}×{cells}")
        if cells <= 3:
            write_values(above, means[0, 0].numpy())
        bare(above)
        _map(below, large, "enlarged", cell)
    bar = figure.colorbar(picture, ax=figure.axes, location="bottom", aspect=60, pad=0.02, shrink=0.6)
    bar.set_label("value, 0 to 1; cross: the cell whose values are on the left")
    bar.outline.set_visible(False)
    _bars(figure.add_subplot(grid[1, 0]), bins, [float(layer[cell]) for layer in (values, *enlarged)])
    return figure


def _map(axes: Axes, values: Tensor, title: str, cell: tuple[int, int]):
    picture = axes.imshow(values.numpy(), **RANGE)
    axes.plot(cell[1], cell[0], "+", color="black", ms=11, mew=4)
    axes.plot(cell[1], cell[0], "+", color="white", ms=10, mew=2)
    axes.set_title(title)
    bare(axes)
    return picture


def _bars(axes: Axes, bins: tuple[int, ...], values: list[float]) -> None:
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
    pictures = channels.split(3)
    with legible():
        figure = Figure(figsize=(WIDTH, 1.5), layout="constrained")
        for number, (axes, picture) in enumerate(zip(figure.subplots(1, len(pictures)), pictures, strict=True)):
            axes.imshow(picture.permute(1, 2, 0).clamp(0, 1).numpy())
            axes.set_title(f"channels {3 * number}–{3 * number + 2}")
            bare(axes)
    show(figure, "The street, and the same pooled to each of the bins")
