"""What all pictures share: size, colours, letters, and how a class, a map and a scale are painted."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure, FigureBase  # not pyplot: it needs no display, and nothing has to be closed
from matplotlib.image import AxesImage
from PIL import Image

WIDTH = 7.2  # inches
SMALL = 10.75  # points of the smallest letters: 9 where a window of 768 pixels leaves 580 for a picture
DOTS = 96  # per inch, of a browser at 100 %
SHARPNESS = 2  # dots of a picture for each of the screen's, so that it is sharp on fine screens too
INK, GREY = "#222222", "#767676"
BLUE, ORANGE = "#1f5fa8", "#d9730d"  # one dark and one light, so that they differ in grey too
SHADES = "cividis"  # from dark to light for every kind of colour vision, and in grey
UNIT: dict[str, Any] = {"cmap": SHADES, "vmin": 0, "vmax": 1}
"""How a map of values from 0 to 1 is painted."""
TEXT: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    "text.color": INK,
}
SIZES: dict[Any, Any] = {
    **{"font.size": 11, "axes.titlesize": 11.5, "axes.labelsize": 11, "legend.fontsize": 11},
    **{"xtick.labelsize": SMALL, "ytick.labelsize": SMALL, "axes.titlepad": 5},
    "figure.constrained_layout.h_pad": 0.08,
    "figure.facecolor": "white",
}


@contextmanager
def legible() -> Iterator[None]:
    """Draw with letters of at least `SMALL`; a function that draws may also be decorated with it."""
    with mpl.rc_context({**TEXT, **SIZES}):
        yield


def png(figure: Figure) -> tuple[bytes, dict[str, int]]:
    """Turn a figure into a PNG, and its size on the screen in pixels."""
    buffer = io.BytesIO()
    with legible():  # the numbers of an axis are made only now
        figure.savefig(buffer, dpi=SHARPNESS * DOTS, pil_kwargs={"compress_level": 1})
    width, height = figure.get_size_inches() * DOTS
    return buffer.getvalue(), {"width": round(width), "height": round(height)}


class Sketch:
    """Draws a figure with few dots, and quickly: of one that it has drawn before only what is animated.

    If anything else in the figure has changed, all of it is drawn.
    """

    def __init__(self) -> None:
        self.canvas: FigureCanvasAgg | None = None
        self.background: Any = None

    def forget(self) -> None:
        """Draw all of the figure the next time: others have drawn it since."""
        self.background = None

    def png(self, figure: Figure) -> bytes:
        """Draw a figure as PNG."""
        if self.canvas is None or self.canvas.figure is not figure:
            figure.set_dpi(DOTS)
            self.canvas, self.background = FigureCanvasAgg(figure), None
        with legible():
            if self.background is None or figure.stale:
                self.canvas.draw()
                self.background = self.canvas.copy_from_bbox(figure.bbox)
            else:
                self.canvas.restore_region(self.background)
            for axes in figure.axes:
                for artist in axes.get_children():
                    if artist.get_animated():
                        axes.draw_artist(artist)
        buffer = io.BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())[..., :3]).save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()


def keep_layout(figure: Figure, before: Figure) -> None:
    """Put the axes of a figure where those of an earlier one stand: nothing jumps, and no layout has to be found."""
    if figure.subfigs or len(figure.axes) != len(before.axes):
        return
    if figure is not before:
        for axes, other in zip(figure.axes, before.axes, strict=True):
            axes.set_position(other.get_position(original=True))
    figure.set_layout_engine("none")


def blank(height: float) -> Figure:
    """Make an empty figure; its height is in inches."""
    return Figure(figsize=(WIDTH, height), layout="constrained")


def stacked(figure: Figure, *heights: float) -> list[FigureBase]:
    """Divide a figure into strips, from top to bottom, by their shares of the height."""
    strips: Any = figure.subfigures(len(heights), 1, height_ratios=heights)
    return list(strips)


def show_picture(axes: Axes, title: str, picture: np.ndarray, **options: Any) -> AxesImage:
    """Show a picture, or a map of values, below its title; `options` are those of `imshow`."""
    image = axes.imshow(picture, **options)
    axes.set_title(title)
    bare(axes)
    return image


def show_row(figure: FigureBase, pictures: Mapping[str, np.ndarray]) -> list[Axes]:
    """Show pictures next to each other, title -> picture; return their axes."""
    row = list(figure.subplots(1, len(pictures), squeeze=False)[0])
    for axes, (title, picture) in zip(row, pictures.items(), strict=True):
        show_picture(axes, title, picture)
    return row


def add_scale(figure: Figure, painted: ScalarMappable, label: str, **options: Any) -> Axes:
    """Add the scale of a map's colours; `options` are those of `colorbar`."""
    bar = figure.colorbar(painted, **options)
    bar.set_label(label)
    bar.outline.set_visible(False)
    return bar.ax


def bare(axes: Axes) -> None:
    """Take ticks away, and keep a thin frame."""
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(color=GREY, linewidth=0.8)


def plain(axes: Axes) -> None:
    """Keep the left and the lower axis, and a pale grid."""
    axes.grid(color="0.9")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def hexadecimal(color: tuple[int, int, int]) -> str:
    """Write a colour as matplotlib and the web do."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def write_values(axes: Axes, values: np.ndarray) -> None:
    """Write the values (rows, columns), 0 to 1, of a map into its cells, which `imshow` has drawn."""
    left, right, bottom, top = axes.images[0].get_extent()
    rows, columns = values.shape
    for (row, column), value in np.ndenumerate(values):
        x = left + (right - left) * (column + 0.5) / columns
        y = top + (bottom - top) * (row + 0.5) / rows
        text = f"{value:.1f}".removeprefix("0") if value else "0"
        axes.text(x, y, text, ha="center", va="center", fontsize=SMALL, color="white" if value < 0.5 else "black")
