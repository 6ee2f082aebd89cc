"""Training: what travels from the student's machine to Colab, to Drive, and to the grader."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from .style import BLUE, CARD, GREY, INK, PAPER, canvas

PLACES = (  # title, left, width
    ("your machine", 0.1, 2.0),
    ("Colab: a GPU for an evening", 2.95, 2.6),
    ("grader", 6.55, 1.75),
)
TOP, BOTTOM = 2.95, 0.95


def draw() -> Figure:
    """Draw three places, what happens there, and the two zips between them."""
    figure, axes = canvas(3.1)
    for title, left, width in PLACES:
        _frame(axes, left, BOTTOM, width, TOP - BOTTOM, CARD)
        axes.text(left + width / 2, TOP - 0.2, title, ha="center", va="center", weight="bold")
    _box(axes, 0.2, 2.0, 1.8, 0.45, "write six parts")
    _box(axes, 0.2, 1.15, 1.8, 0.45, "pytest proj4_unit_tests")
    _arrow(axes, (0.9, 2.0), (0.9, 1.6))
    _arrow(axes, (1.45, 1.6), (1.45, 2.0))
    for place, text in enumerate(("prepare CamVid", "train, 50 epochs", "test split, report")):
        _box(axes, 3.1, 2.1 - 0.48 * place, 2.3, 0.36, text)
        if place:
            _arrow(axes, (4.25, 2.58 - 0.48 * place), (4.25, 2.46 - 0.48 * place))
    _box(axes, 6.68, 2.0, 1.49, 0.45, "the unit tests,\nnew numbers")
    _box(axes, 6.68, 1.15, 1.49, 0.6, "your network\npredicts again")
    _arrow(axes, (2.1, 1.95), (2.95, 1.95))
    axes.text(2.525, 2.03, "proj4_\ncolab.zip", ha="center", va="bottom", fontsize=9, color=BLUE, weight="bold")
    axes.text(2.525, 1.87, "code", ha="center", va="top", fontsize=9, color=GREY)
    _arrow(axes, (5.55, 1.95), (6.55, 1.95))
    axes.text(6.05, 2.03, "proj4_\nresults.zip", ha="center", va="bottom", fontsize=9, color=BLUE, weight="bold")
    axes.text(6.05, 1.87, "code,\nnetwork", ha="center", va="top", fontsize=9, color=GREY)
    _frame(axes, 2.95, 0.1, 2.6, 0.42, PAPER)
    axes.text(4.25, 0.31, "your Google Drive", ha="center", va="center", weight="bold")
    _arrow(axes, (3.9, BOTTOM), (3.9, 0.52))
    _arrow(axes, (4.6, 0.52), (4.6, BOTTOM))
    axes.text(3.8, 0.735, "every few minutes", ha="right", va="center", fontsize=9, color=GREY)
    axes.text(4.7, 0.735, "after a disconnect", ha="left", va="center", fontsize=9, color=GREY)
    return figure


def _frame(axes: Axes, x: float, y: float, width: float, height: float, color: str) -> None:
    style = "round,pad=0,rounding_size=0.08"
    axes.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=style, fc=color, ec=GREY, lw=1))


def _box(axes: Axes, x: float, y: float, width: float, height: float, text: str) -> None:
    style = "round,pad=0,rounding_size=0.06"
    axes.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=style, fc=PAPER, ec=INK, lw=1.1, zorder=3))
    axes.text(x + width / 2, y + height / 2, text, ha="center", va="center", zorder=4, fontsize=9)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "color": INK, "lw": 1.3, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 11}
    axes.annotate("", end, start, arrowprops=style, zorder=4)
