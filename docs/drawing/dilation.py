"""Part 2: what a dilated kernel reads, and the strided map inside the dilated one."""

import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .style import DARK, EDGE, GREY, INK, ORANGE, PAPER, canvas, scene

SIDE = 0.25  # of a cell of the maps, in inches


def draw() -> Figure:
    """Draw three kernels above, and two maps below."""
    figure, axes = canvas(5.3)
    for number, dilation in enumerate((1, 2, 4)):
        _kernel(axes, 0.5 + 2.8 * number, 2.98, dilation)

    strided, dilated = _maps()
    axes.text(0.3, 2.58, "two layers with stride 2", weight="bold")
    axes.text(0.3, 2.39, "a quarter of the height and width", color=GREY)
    _map(axes, strided, 0.5, 1.07, every=1)
    axes.text(0.3, 0.86, "values of one channel, 0 to 99", ha="left", va="center", color=GREY, fontsize=9)
    axes.text(4.3, 2.58, "both with stride 1, the second with dilation 2", weight="bold")
    axes.text(4.3, 2.39, "every fourth cell is a cell of the strided map", color=GREY)
    _map(axes, dilated, 4.3, 0.08, every=4)
    arrow = {"arrowstyle": "<|-|>", "color": INK, "lw": 1.3, "mutation_scale": 12}
    axes.annotate("", (4.1, 1.445), (1.7, 1.445), arrowprops=arrow)
    axes.text(2.9, 1.53, "the same values", ha="center", va="bottom")
    return figure


def _kernel(axes: Axes, left: float, bottom: float, dilation: int) -> None:
    """Draw 9×9 pixels, and the nine that one 3×3 kernel reads."""
    side, span = 0.2, 2 * dilation + 1
    for row in range(9):
        for column in range(9):
            read = all(abs(place - 4) in (0, dilation) for place in (row, column))
            corner = (left + side * column, bottom + side * row)
            axes.add_patch(Rectangle(corner, side, side, fc=ORANGE if read else PAPER, ec=EDGE, lw=0.7))
    axes.plot(left + 4.5 * side, bottom + 4.5 * side, "o", color=INK, ms=4)
    first, sides = 4 - dilation, side * span
    axes.add_patch(
        Rectangle((left + side * first, bottom + side * first), sides, sides, fc="none", ec=INK, lw=1.6, ls="--")
    )
    axes.text(left + 0.9, bottom + 2.1, f"dilation {dilation}", ha="center", weight="bold")
    axes.text(left + 0.9, bottom + 1.89, f"9 weights span {span}×{span} pixels", ha="center", color=GREY, fontsize=9)


def _map(axes: Axes, values: np.ndarray, left: float, bottom: float, every: int) -> None:
    """Draw a map, and write the values (in hundredths) that both maps have."""
    rows, columns = values.shape
    for row in range(rows):
        for column in range(columns):
            value, marked = values[row, column], row % every == column % every == 0
            shade = 0.55 + 0.43 * value
            corner = (left + SIDE * column, bottom + SIDE * (rows - 1 - row))
            axes.add_patch(Rectangle(corner, SIDE, SIDE, fc=str(shade), ec=PAPER, lw=0.5))
            if marked:
                inner = (corner[0] + 0.015, corner[1] + 0.015)
                axes.add_patch(Rectangle(inner, SIDE - 0.03, SIDE - 0.03, fc="none", ec=ORANGE, lw=2.2, zorder=3))
                middle = (corner[0] + SIDE / 2, corner[1] + SIDE / 2 - 0.005)
                axes.text(*middle, f"{100 * value:.0f}", ha="center", va="center", fontsize=9, zorder=4, color=DARK)


def _maps() -> tuple[np.ndarray, np.ndarray]:
    """Compute two convolutions on the brightness of the frame, strided and dilated; values from 0 to 0.99.

    Returns:
        The strided map (3, 4), and the dilated one (9, 13), which holds it.
    """
    image, _ = scene()
    grey = torch.from_numpy(image).float().mean(dim=-1)[None, None]
    x = F.interpolate(F.avg_pool2d(grey, 16), (9, 13), mode="area")
    kernel = torch.tensor([[0.0, 1.0, 0.5], [1.0, 2.0, 1.0], [0.5, 1.0, 1.0]])[None, None]
    strided = F.conv2d(F.conv2d(x, kernel, stride=2, padding=1), kernel, stride=2, padding=1)[0, 0]
    dilated = F.conv2d(F.conv2d(x, kernel, padding=1), kernel, padding=2, dilation=2)[0, 0]
    if not torch.allclose(dilated[::4, ::4], strided):
        raise ArithmeticError("the dilated map does not hold the strided one")
    least, most = dilated.min(), dilated.max()
    return tuple((0.99 * (values - least) / (most - least)).numpy() for values in (strided, dilated))
