"""Part 3: where the cells of the features are computed, and where upsampling puts them."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from .style import BLUE, GREY, INK, PALE, PAPER, RUST, canvas

SIDE, LEFT = 0.36, 1.85  # of a pixel, and where the first one begins, in inches


def draw() -> Figure:
    """Draw a row of 17 pixels, which is 8n+1, above a row of 16."""
    figure, axes = canvas(3.95)
    _row(axes, 2.05, 17, BLUE, "8n+1 pixels: every cell returns to its own pixel")
    _row(axes, 0.1, 16, RUST, "not 8n+1: the last cell is stretched 7 pixels too far")
    return figure


def _row(axes: Axes, bottom: float, pixels: int, color: str, title: str) -> None:
    cells = -(-pixels // 8)
    heights = {"computed from": 1.26, "pixels": 0.76, "upsampled to": 0.2}
    axes.text(0.1, bottom + 1.6, f"{pixels} pixels, {cells} cells", weight="bold", va="center")
    axes.text(LEFT, bottom + 1.6, title, va="center", color=INK)
    for name, height in heights.items():
        axes.text(LEFT - 0.2, bottom + height, name, ha="right", va="center", color=GREY)
    for pixel in range(pixels):
        corner = (LEFT + SIDE * pixel, bottom + heights["pixels"] - 0.14)
        axes.add_patch(Rectangle(corner, SIDE, 0.28, fc=PAPER if pixel % 8 else PALE, ec=GREY, lw=0.8))
        axes.text(corner[0] + SIDE / 2, corner[1] + 0.135, str(pixel), ha="center", va="center", fontsize=9)
    for cell in range(cells):
        source = LEFT + SIDE * (8 * cell + 0.5)
        target = LEFT + SIDE * ((pixels - 1) * cell / (cells - 1) + 0.5)
        _cell(axes, source, bottom + heights["computed from"], cell, INK)
        _cell(axes, target, bottom + heights["upsampled to"], cell, color)
        arrow = {"arrowstyle": "-|>", "color": INK, "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (source, bottom + 0.92), (source, bottom + 1.12), arrowprops=arrow)
        axes.annotate(
            "", (target, bottom + 0.36), (source, bottom + 0.6), arrowprops={**arrow, "color": color, "lw": 2}
        )


def _cell(axes: Axes, x: float, y: float, cell: int, color: str) -> None:
    axes.plot(x, y, "s", ms=19, color=color)
    axes.text(x, y - 0.005, str(cell), color=PAPER, weight="bold", ha="center", va="center")
