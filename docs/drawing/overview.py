"""PSPNet's data flow, with the numbers of the parts."""

import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from proj4_code.given.classes import VOID
from proj4_code.given.notebooks.lessons.frames import paint, scored

from .style import BLUE, CARD, GREY, INK, PALE, PALE_BLUE, PALE_ORANGE, PAPER, canvas, scene

MIDDLE = 3.36  # height of the main line, in inches as everything here
BELOW = 1.82  # height of the auxiliary line
BOTTOM = 0.76  # height of the line of labels


def draw() -> Figure:
    """Draw the overview."""
    figure, axes = canvas(4.8)
    image, label = scene()
    ids = scored(label)

    _number(axes, 0.25, 4.58, "n")
    axes.text(0.42, 4.58, "part n", va="center", color=GREY)
    _group(axes, 1.62, 1.38, 5.22, 3.32, 3, "PSPNet", CARD)
    _picture(axes, _halved(image), 0.12, MIDDLE, "image", "3 × H × W", part=4)
    _backbone(axes)
    _pyramid(axes)
    _box(axes, 5.77, MIDDLE, 0.8, 0.62, "classifier")
    _box(axes, 4.3, BELOW, 1.25, 0.62, "auxiliary\nclassifier")
    axes.text(1.82, BELOW, "only in training", ha="left", va="center", color=GREY, fontsize=9)
    _picture(axes, paint(_imitated_prediction(ids)), 7.06, MIDDLE, "prediction", "argmax of K logits")
    _picture(axes, paint(ids), 0.12, BOTTOM, "label", "H × W", part=4)
    _box(axes, 6.2, BOTTOM, 0.9, 0.5, "loss", part=6)
    _box(axes, 7.69, BOTTOM, 0.9, 0.5, "IoU", part=5)

    for path in (
        [(1.37, MIDDLE), (1.76, MIDDLE)],
        [(3.62, MIDDLE), (4.02, MIDDLE)],
        [(5.17, MIDDLE), (5.37, MIDDLE)],
        [(6.17, MIDDLE), (7.06, MIDDLE)],
        [(3.035, 2.24), (3.035, BELOW), (3.67, BELOW)],
        [(4.93, BELOW), (6.1, BELOW), (6.1, BOTTOM + 0.25)],
        [(6.94, MIDDLE), (6.94, BOTTOM), (6.65, BOTTOM)],
        [(7.69, 2.62), (7.69, BOTTOM + 0.25)],
        [(1.37, BOTTOM), (5.75, BOTTOM)],
        [(1.55, BOTTOM), (1.55, 0.22), (7.69, 0.22), (7.69, BOTTOM - 0.25)],
    ):
        _arrow(axes, path)
    for x, y in ((6.51, MIDDLE), (5.5, BELOW)):
        _tag(axes, x, y, "to H×W")
    return figure


def _halved(image: np.ndarray) -> np.ndarray:
    """Halve the height and width of an image (H, W, 3), which is small in the picture."""
    rows, columns, _ = image.shape
    return image.reshape(rows // 2, 2, columns // 2, 2, 3).mean(axis=(1, 3)).astype(np.uint8)


def _group(axes: Axes, x: float, y: float, width: float, height: float, part: int, title: str, color: str) -> None:
    style = "round,pad=0,rounding_size=0.08"
    axes.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=style, fc=color, ec=GREY, lw=1))
    axes.text(x + 0.38, y + height - 0.19, title, va="center", weight="bold")
    _number(axes, x + 0.2, y + height - 0.19, part)


def _number(axes: Axes, x: float, y: float, part: int | str) -> None:
    axes.add_patch(Circle((x, y), 0.125, fc=BLUE, ec="none", zorder=5))
    axes.text(x, y - 0.006, str(part), color=PAPER, weight="bold", ha="center", va="center", zorder=6)


def _box(axes: Axes, x: float, y: float, width: float, height: float, text: str, part: int | None = None) -> None:
    style = "round,pad=0,rounding_size=0.06"
    corner = (x - width / 2, y - height / 2)
    axes.add_patch(FancyBboxPatch(corner, width, height, boxstyle=style, fc=PAPER, ec=INK, lw=1.2, zorder=3))
    axes.text(x + (0.12 if part else 0), y, text, ha="center", va="center", zorder=4)
    if part:
        _number(axes, x - 0.25, y, part)


def _picture(axes: Axes, pixels, x: float, y: float, title: str, size: str, part: int | None = None) -> None:
    axes.imshow(pixels, extent=(x, x + 1.25, y - 0.47, y + 0.47), aspect="auto", interpolation="none", zorder=3)
    axes.add_patch(Rectangle((x, y - 0.47), 1.25, 0.94, fc="none", ec=INK, lw=0.8, zorder=4))
    axes.text(x + (0.3 if part else 0), y + 0.62, title, va="center", weight="bold")
    axes.text(x + 1.25, y - 0.6, size, ha="right", va="center", color=GREY, fontsize=9)
    if part:
        _number(axes, x + 0.13, y + 0.62, part)


def _arrow(axes: Axes, path: list[tuple[float, float]]) -> None:
    xs, ys = zip(*path[:-1], strict=True)
    if len(path) > 2:
        axes.plot(xs, ys, color=INK, lw=1.3, zorder=2)
    style = {"arrowstyle": "-|>", "color": INK, "lw": 1.3, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 11}
    axes.annotate("", path[-1], path[-2], arrowprops=style, zorder=4)


def _tag(axes: Axes, x: float, y: float, text: str) -> None:
    box = {"fc": PAPER, "ec": GREY, "pad": 2, "lw": 0.8}
    axes.text(x, y, text, ha="center", va="center", fontsize=9, bbox=box, zorder=6)


def _backbone(axes: Axes) -> None:
    """Draw the stages as slabs, whose heights show the sizes of their maps."""
    _group(axes, 1.76, 2.24, 1.86, 2.0, 2, "dilated ResNet", PAPER)
    slabs = (("stem", 0.5, "1/4"), ("1", 0.5, "1/4"), ("2", 0.34, "1/8"), ("3", 0.34, "1/8"), ("4", 0.34, "1/8"))
    for number, (name, half, size) in enumerate(slabs):
        x = 2.0 + 0.345 * number
        face, hatch = (PALE_ORANGE, "////") if name in "34" else (PALE, None)
        axes.add_patch(
            Rectangle((x - 0.1, MIDDLE - half), 0.2, 2 * half, fc=face, ec=INK, lw=0.9, zorder=3, hatch=hatch)
        )
        axes.text(x, MIDDLE - 0.6, name, ha="center", va="center", fontsize=9)
        axes.text(x, MIDDLE - 0.78, size, ha="center", va="center", fontsize=9, color=GREY)
    axes.text(2.78, MIDDLE - 0.98, "dilation", ha="right", va="center", fontsize=9, color=GREY)
    for x, dilation in ((3.035, 2), (3.38, 4)):
        axes.text(x, MIDDLE - 0.98, str(dilation), ha="center", va="center", fontsize=9, color=GREY)


def _pyramid(axes: Axes) -> None:
    """Draw the four grids of the pyramid pooling."""
    _group(axes, 4.02, 2.24, 1.15, 2.0, 1, "PPM", PAPER)
    for number, cells in enumerate((1, 2, 3, 6)):
        x, y, side = 4.14 + 0.5 * (number % 2), MIDDLE + 0.04 - 0.5 * (number // 2), 0.41
        axes.add_patch(Rectangle((x, y), side, side, fc=PALE_BLUE, ec=INK, lw=1, zorder=3))
        for line in range(1, cells):
            at = side * line / cells
            axes.plot([x + at, x + at], [y, y + side], color=INK, lw=0.7, zorder=4)
            axes.plot([x, x + side], [y + at, y + at], color=INK, lw=0.7, zorder=4)
    axes.text(4.595, MIDDLE - 0.68, "bins", ha="center", va="center", fontsize=9)
    axes.text(4.595, MIDDLE - 0.86, "1, 2, 3, 6", ha="center", va="center", fontsize=9, color=GREY)


def _imitated_prediction(ids: np.ndarray) -> np.ndarray:
    """Blur a label as a network does at an eighth of the resolution, to stand in for a prediction."""
    rows, columns = ids.shape
    inside = np.where(ids == VOID, 5, ids)
    one_hot = F.one_hot(torch.from_numpy(inside), 11).permute(2, 0, 1)[None].float()
    coarse = F.avg_pool2d(one_hot, 8)
    return F.interpolate(coarse, (rows, columns), mode="bicubic").argmax(dim=1)[0].numpy()
