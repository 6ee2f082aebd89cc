"""Part 1: a feature map pooled to a few cells, enlarged again, and what one cell then knows."""

import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from torch import Tensor, nn

from proj4_code.given.notebooks.lessons import drawing
from proj4_code.given.notebooks.lessons.drawing import BLUE, ORANGE, UNIT
from proj4_code.given.notebooks.lessons.frames import Frame, tensor
from proj4_code.given.notebooks.lessons.playing import menu, play, show, slider

CELL = 8  # pixels of the frame in a cell of the map, as in PSPNet
MAP = "map"
"""What the axes are called in which a cell can be chosen."""


def play_with_bins(frame: Frame) -> None:
    """Show a feature map and what pooling makes of it; controls choose the bins, and a cell to look at."""
    maps = feature_maps(frame.image)
    rows, columns = maps["brightness"].shape
    bins = {f"bin{cells}": slider(f"{cells}×{cells} becomes", cells, 1, 12) for cells in (1, 2, 3, 6)}
    play(
        "A map, its averages in four grids, these enlarged again, and the five values of one cell.",
        Pyramid(maps, len(bins)),
        {MAP: lambda column, row: {"row": row, "column": column}},
        {"the bins": list(bins), "the cell": ("row", "column")},
        channel=menu("channel", list(maps)),
        **bins,
        row=slider("row", 22, 0, rows - 1),
        column=slider("column", 21, 0, columns - 1),
    )


def feature_maps(image: np.ndarray) -> dict[str, Tensor]:
    """Make three channels by hand that a network might learn, from 0 to 1: name -> (H/8, W/8)."""
    red, green, blue = tensor(image)[0]
    brightness = (red + green + blue) / 3
    across, down = brightness.diff(dim=1)[1:].abs(), brightness.diff(dim=0)[:, 1:].abs()
    channels = {"brightness": brightness, "edges": across + down, "bluer than red": blue - red}
    maps = {name: F.avg_pool2d(channel[None], CELL)[0] for name, channel in channels.items()}
    return {name: (values - values.min()) / (values.max() - values.min()) for name, values in maps.items()}


class Pyramid:
    """Draws a map (H, W) from 0 to 1, its averages in grids of bin×bin cells, and these enlarged to H×W.

    One cell is marked, and its values stand in the bars. The figure is made once, and then changed.

    Args:
        maps: name -> map.
        grids: how many there are.
    """

    @drawing.legible()
    def __init__(self, maps: dict[str, Tensor], grids: int) -> None:
        self.maps = maps
        self.layers: list[Tensor] = []
        self.shown: tuple[str, list[int]] | None = None
        self.figure = drawing.blank(3.7)
        grid = self.figure.add_gridspec(2, grids + 1, width_ratios=(1.2, *[1] * grids))
        blank = np.zeros(next(iter(maps.values())).shape)
        rows, columns = blank.shape
        places = [grid[0, 0], *(grid[1, place] for place in range(1, grids + 1))]
        self.images = [_map(self.figure.add_subplot(place), blank) for place in places]
        square = {"extent": (0, columns, rows, 0), **UNIT}
        self.averages = [
            drawing.show_picture(self.figure.add_subplot(grid[0, place]), "", blank, **square)
            for place in range(1, grids + 1)
        ]
        label = "value, 0 to 1; cross: the cell whose values are on the left"
        scale = {"ax": self.figure.axes, "location": "bottom", "aspect": 60, "pad": 0.02, "shrink": 0.6}
        drawing.add_scale(self.figure, self.images[0], label, **scale)
        self.known = self.figure.add_subplot(grid[1, 0])
        self.bars, self.words = _bars(self.known, grids + 1)

    def __call__(self, channel: str, row: int, column: int, **bins: int) -> Figure:
        """Change the figure."""
        if self.shown != (shown := (channel, list(bins.values()))):
            self.shown = shown
            self._pool(*shown)
        for image in self.images:
            for cross in image.axes.lines:
                cross.set_data([column], [row])
        for bar, words, layer in zip(self.bars, self.words, self.layers, strict=True):
            value = float(layer[row, column])
            bar.set_width(value)
            words.set(x=value + 0.04, text=f"{value:.2f}")
        return self.figure

    def _pool(self, channel: str, bins: list[int]) -> None:
        values = self.maps[channel]
        pooled = [F.adaptive_avg_pool2d(values[None, None], cells) for cells in bins]
        enlarged = [F.interpolate(p, values.shape, mode="bilinear", align_corners=True)[0, 0] for p in pooled]
        self.layers = [values, *enlarged]
        for image, layer in zip(self.images, self.layers, strict=True):
            image.set_data(layer.numpy())
        self.images[0].axes.set_title("{}, {}×{}".format(channel, *values.shape))
        for image, cells, averages in zip(self.averages, bins, pooled, strict=True):
            means = averages[0, 0].numpy()
            image.set_data(means)
            image.axes.set_title(f"{cells}×{cells}")
            for text in list(image.axes.texts):
                text.remove()
            if cells <= 3:
                drawing.write_values(image.axes, means)
        self.known.set_yticks(range(len(bins) + 1), ["itself", *(f"{cells}×{cells}" for cells in bins)])


def _map(axes: Axes, values: np.ndarray) -> AxesImage:
    """Show an enlarged map, in which a cell can be chosen."""
    image = drawing.show_picture(axes, "enlarged", values, **UNIT)
    axes.set_gid(MAP)
    axes.plot([0], [0], "+", color="black", ms=11, mew=4, animated=True)
    axes.plot([0], [0], "+", color="white", ms=10, mew=2, animated=True)
    return image


def _bars(axes: Axes, count: int) -> tuple[list[Rectangle], list[Text]]:
    """Draw what the concatenated map holds at one cell: bars, and their values."""
    bars = axes.barh(range(count), [1] * count, color=[ORANGE, *[BLUE] * (count - 1)], height=0.7, animated=True)
    words = [axes.text(0, place, "", va="center", animated=True) for place in range(count)]
    axes.set(xticks=[], xlim=(0, 1.35), ylim=(count - 0.5, -0.5))
    axes.set_title("this cell knows")
    axes.tick_params(length=0)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    return list(bars), words


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
