"""Part 1: a map pooled to 1, 2, 3 and 6 cells, and upsampled back."""

import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.figure import Figure

from proj4_code.given.notebooks.lessons.drawing import bare

from .style import DARK, GREY, INK, LIGHT, WIDTH, scene

BINS = (1, 2, 3, 6)
SHADES = {"cmap": "cividis", "vmin": 0.1, "vmax": 0.9}


def draw() -> Figure:
    """Draw the map on the left, its pooled grids at the top, and the upsampled grids below."""
    figure = Figure(figsize=(WIDTH, 3.35))
    feature_map = _brightness()
    axes = figure.add_axes((0.015, 0.3, 0.26, 0.5))
    picture = axes.imshow(feature_map[0, 0], **SHADES)
    axes.set_title("one channel, 30×40 cells")
    bare(axes)
    bar = figure.colorbar(picture, cax=figure.add_axes((0.03, 0.2, 0.23, 0.035)), orientation="horizontal")
    bar.set_label("value (here: brightness)")
    bar.set_ticks([0.1, 0.5, 0.9])
    bar.outline.set_visible(False)

    for number, cells in enumerate(BINS):
        left = 0.36 + 0.163 * number
        pooled = F.adaptive_avg_pool2d(feature_map, cells)
        above = figure.add_axes((left, 0.545, 0.148, 0.3))
        above.imshow(pooled[0, 0], extent=(0, 4, 0, 3), **SHADES)
        above.set_title(f"bin {cells}: {cells}×{cells}")
        if cells <= 3:
            _write_values(above, pooled[0, 0].numpy())
        below = figure.add_axes((left, 0.115, 0.148, 0.3))
        shape = feature_map.shape[-2:]
        below.imshow(F.interpolate(pooled, shape, mode="bilinear", align_corners=True)[0, 0], **SHADES)
        for axes in (above, below):
            bare(axes)
        arrow = {"arrowstyle": "-|>", "color": INK, "lw": 1.3, "shrinkA": 0, "shrinkB": 0}
        below.annotate("", (0.5, 1.04), (0.5, 1.38), xycoords="axes fraction", arrowprops=arrow)
    for height, text in ((0.695, "pooled"), (0.265, "upsampled")):
        figure.text(0.335, height, text, rotation=90, va="center", ha="center", color=GREY)
    figure.text(0.68, 0.045, "all five maps have 30×40 cells again and are concatenated", ha="center", color=GREY)
    return figure


def _brightness() -> torch.Tensor:
    """Average the brightness of the frame over cells of 8×8 pixels: (1, 1, 30, 40), 0 to 1."""
    image, _ = scene()
    grey = torch.from_numpy(image).float().mean(dim=-1) / 255
    return F.avg_pool2d(grey[None, None], 8)


def _write_values(axes, values: np.ndarray) -> None:
    rows, columns = values.shape
    for row in range(rows):
        for column in range(columns):
            value = values[row, column]
            place = (4 * (column + 0.5) / columns, 3 - 3 * (row + 0.5) / rows)
            axes.text(
                *place,
                f".{round(100 * value):02d}",
                ha="center",
                va="center",
                color=LIGHT if value < 0.5 else DARK,
            )
