"""Beyond PSPNet: losses, transfer, and merging data sets."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from .style import BLUE, CARD, GREY, GRID, INK, PALE, PALE_BLUE, PAPER, RUST, WIDTH, canvas

STAGES = ("stem", "stage 1", "stage 2", "stage 3", "stage 4", "head")
WAYS = (  # what learns, and the share of the head's learning rate that each stage gets
    ("frozen", (0, 0, 0, 0, 0, 1)),
    ("last stage", (0, 0, 0, 0, 1, 1)),
    ("layer-wise rates", (0.01, 0.03, 0.06, 0.16, 0.4, 1)),
    ("all", (1, 1, 1, 1, 1, 1)),
)
LEAVES = (
    ("yes: one class", "Building = House"),
    ("no: a new class", "Fence"),
    ("yes: split", "Vehicle: Car, Truck"),
    ("yes: into the superset", "Tree, Bush: Trees"),
    ("no: unlabelled", "Furniture: Pole? Sign?"),
)
QUESTIONS = (
    "Has another\nthe same class?",
    "Does another\nshow any of it?",
    "Does a look at each\nmask tell which?",
    "Are the names\nalike?",
)


def draw_losses() -> Figure:
    """Draw what a pixel costs by the probability of its true class, for each loss."""
    figure = Figure(figsize=(WIDTH, 2.9))
    axes = figure.add_axes((0.07, 0.17, 0.5, 0.78))
    p = np.linspace(0.004, 1, 400)
    curves = (
        ("cross-entropy: −log p", -np.log(p), "-", INK),
        ("weighted, a class weighing 3: −3 log p", -3 * np.log(p), "--", BLUE),
        ("focal: −(1 − p)² log p", -((1 - p) ** 2) * np.log(p), "-", RUST),
        ("Dice of a class of one pixel: 1 − 2p / (p + 1)", 1 - 2 * p / (p + 1), ":", INK),
    )
    for name, values, form, color in curves:
        axes.plot(p, values, form, color=color, label=name, lw=1.8)
    axes.set(xlim=(0, 1), ylim=(0, 5), xlabel="p, the probability of the true class", ylabel="loss")
    axes.grid(color=GRID)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="upper right", frameon=False, fontsize=9, bbox_to_anchor=(0.995, 0.97))
    return figure


def draw_transfer() -> Figure:
    """Draw which stages learn, and how fast, in the four ways of the experiment."""
    figure, axes = canvas(2.15)
    for place, stage in enumerate(STAGES):
        axes.text(2.05 + 1.08 * place, 1.95, stage, ha="center", va="center", weight="bold")
    for row, (name, rates) in enumerate(WAYS):
        y = 1.5 - 0.42 * row
        axes.text(1.35, y + 0.15, name, ha="right", va="center")
        for place, rate in enumerate(rates):
            face = CARD if rate == 0 else PALE_BLUE if rate < 0.3 else BLUE
            style = {"fc": face, "ec": GREY, "lw": 0.8, "hatch": None if rate else "////"}
            axes.add_patch(
                FancyBboxPatch((1.57 + 1.08 * place, y), 0.96, 0.3, "round,pad=0,rounding_size=0.05", **style)
            )
            color = PAPER if face == BLUE else INK
            box = {"fc": face, "ec": "none", "pad": 1}
            text = f"{rate:g}" if rate else "0"
            axes.text(2.05 + 1.08 * place, y + 0.15, text, ha="center", va="center", color=color, bbox=box, fontsize=9)
    return figure


def draw_merging() -> Figure:
    """Draw the decision tree, with an example at each answer."""
    figure, axes = canvas(2.5)
    lefts = (0.1, 2.2, 4.3, 6.4)
    for place, (left, question) in enumerate(zip(lefts, QUESTIONS, strict=True)):
        _box(axes, left, 1.65, 1.6, 0.55, question, PALE, INK)
        answer, example = LEAVES[place]
        end = left + 0.8
        axes.annotate("", (end, 1.12), (end, 1.65), arrowprops={"arrowstyle": "-|>", "color": INK})
        _box(axes, left - 0.05, 0.72, 1.7, 0.4, answer, PAPER, BLUE)
        axes.text(end, 0.57, example, ha="center", va="center", color=GREY, fontsize=9)
        if place:
            axes.annotate("", (left, 1.92), (left - 0.5, 1.92), arrowprops={"arrowstyle": "-|>", "color": INK})
            axes.text(left - 0.25, 2.0, "yes" if place == 2 else "no", ha="center", fontsize=9, color=GREY)
    axes.plot([8.0, 8.2, 8.2, 8.05], [1.92, 1.92, 0.25, 0.25], color=INK, lw=1)
    _box(axes, 6.35, 0.05, 1.7, 0.4, LEAVES[-1][0], PAPER, RUST)
    axes.text(6.27, 0.25, LEAVES[-1][1], ha="right", va="center", color=GREY, fontsize=9)
    return figure


def _box(axes: Axes, x: float, y: float, width: float, height: float, text: str, face: str, edge: str) -> None:
    axes.add_patch(FancyBboxPatch((x, y), width, height, "round,pad=0,rounding_size=0.06", fc=face, ec=edge, lw=1.1))
    axes.text(x + width / 2, y + height / 2, text, ha="center", va="center", fontsize=9)
