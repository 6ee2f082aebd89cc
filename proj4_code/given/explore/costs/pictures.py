"""Charts of what networks cost."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from proj4_code.given.explore.apparatus.study import Row

FAMILIES = {
    "AlexNet, VGG": ("#777777", ("alexnet", "vgg")),
    "GoogLeNet": ("#e69f00", ("googlenet",)),
    "ResNet": ("#0072b2", ("resnet",)),
    "wide ResNet, ResNeXt": ("#56b4e9", ("wide_resnet", "resnext")),
    "RegNet (Y: with squeeze-and-excitation)": ("#cc79a7", ("regnet",)),
    "DenseNet": ("#009e73", ("densenet",)),
    "made to be small": ("#d55e00", ("squeezenet", "mobilenet", "shufflenet")),
}
"""Families of networks: colour (Okabe and Ito's), and how the names of their members begin."""
POINTS_A_MILLION = 9  # area of a disc in square points
STAGES = (7, 14, 28, 56, 112, 224)  # sides of maps in cells
# Of a label: direction from the disc's middle, and alignment.
SIDES = ((1, 0, "left", "center"), (-1, 0, "right", "center"), (0, 1, "center", "bottom"), (0, -1, "center", "top"))
CORNERS = tuple(
    (x, y, sides, ends) for x, sides in ((1, "left"), (-1, "right")) for y, ends in ((1, "bottom"), (-1, "top"))
)


def draw_accuracy(rows: Sequence[Row]) -> Figure:
    """Draw published top-1 accuracy against operations; the area of a disc is the number of parameters."""
    figure = Figure(figsize=(10, 6.8), layout="constrained")
    axes = figure.subplots()
    for family, (color, beginnings) in FAMILIES.items():
        members = [row for row in rows if row["name"].startswith(beginnings)]
        gmacs, accuracies = [row["macs"] / 1e9 for row in members], [row["top1"] for row in members]
        areas = [POINTS_A_MILLION * row["parameters"] / 1e6 for row in members]
        axes.scatter(gmacs, accuracies, areas, color=color, alpha=0.5, edgecolors="black", linewidths=0.8)
        axes.scatter([], [], 60, color=color, edgecolors="black", linewidths=0.8, label=family)
    for millions in (5, 50):
        axes.scatter([], [], POINTS_A_MILLION * millions, color="white", edgecolors="black", label=f"{millions} M")
    axes.set(
        xscale="log",
        xlabel="operations for an image of 224×224: billions of multiplications, each with its addition",
        ylabel="top-1 accuracy on ImageNet in percent, as published",
        title="Accuracy and operations; the area of a disc is the number of parameters",
    )
    axes.xaxis.set_major_formatter("{x:g}")
    axes.margins(0.1)
    axes.grid(color="0.9")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", frameon=False, labelspacing=1, fontsize=9)
    label_discs(figure, axes, rows)
    return figure


def label_discs(figure: Figure, axes: Axes, rows: Sequence[Row]) -> None:
    """Write the name of each network where it covers the fewest other names and discs."""
    figure.draw_without_rendering()  # only now it is known where things are
    middles = axes.transData.transform([(row["macs"] / 1e9, row["top1"]) for row in rows])
    radii = [radius(row) * figure.dpi / 72 for row in rows]
    discs = [Bbox([middle - r, middle + r]) for middle, r in zip(middles, radii, strict=True)]
    taken: list[Bbox] = []
    for row in rows:
        labels = [_label(axes, row, *place, 4 + more) for more in (0, 8, 18) for place in (*SIDES, *CORNERS)]
        boxes = [label.get_window_extent() for label in labels]
        covers = [sum(box.overlaps(other) for other in (*taken, *taken, *discs)) for box in boxes]
        best = covers.index(min(covers))
        taken.append(boxes[best])
        for label in (*labels[:best], *labels[best + 1 :]):
            label.remove()


def _label(axes: Axes, row: Row, x: int, y: int, ha: str, va: str, gap: float) -> Annotation:
    """Write a network's name in a direction from its disc, `gap` points from the rim."""
    away = radius(row) * (1 if x * y == 0 else 0.7) + gap
    middle, offset = (row["macs"] / 1e9, row["top1"]), (x * away, y * away)
    return axes.annotate(row["network"], middle, offset, textcoords="offset points", ha=ha, va=va, fontsize=8)


def radius(row: Row) -> float:
    """Return the radius of a network's disc in points."""
    return math.sqrt(POINTS_A_MILLION * row["parameters"] / 1e6 / math.pi)


def draw_activations(rows: Sequence[Row]) -> Figure:
    """Draw as bars what training keeps of one image, by the side of the maps."""
    figure = Figure(figsize=(9, 1.4 + 0.3 * len(rows)), layout="constrained")
    axes = figure.subplots()
    order = sorted(rows, key=lambda row: sum(row["activations"].values()))
    names, left = [row["network"] for row in order], [0.0] * len(order)
    for number, stage in enumerate(reversed(STAGES)):
        widths = [
            sum(size for side, size in row["activations"].items() if stage_of(int(side)) == stage) / 1e6
            for row in order
        ]
        title, shade = f"{stage}×{stage} cells{' or fewer' * (stage == STAGES[0])}", str(0.1 + 0.17 * number)
        axes.barh(names, widths, left=left, color=shade, edgecolor="black", linewidth=0.5, label=title)
        left = [a + b for a, b in zip(left, widths, strict=True)]
    axes.set(xlabel="activations that training keeps of one image, MB", title="Memory of activations by stage")
    axes.legend(frameon=False, loc="lower right")
    axes.margins(y=0.01)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def stage_of(side: int) -> int:
    """Return which of `STAGES` a map of a side belongs to: some networks have 55 cells where others have 56."""
    return next(stage for stage in STAGES if side <= stage)
