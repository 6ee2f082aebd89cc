"""Part 5: overlap of two shapes; what coarse cells do to each class; what one wrong class does to the scores."""

from types import ModuleType

import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from torch import Tensor

from proj4_code.given.classes import NUM_CLASSES, TRAIN_COLORS, TRAIN_NAMES, VOID
from proj4_code.given.notebooks.lessons import drawing
from proj4_code.given.notebooks.lessons.drawing import BLUE, GREY, INK, SMALL
from proj4_code.given.notebooks.lessons.frames import Frame, paint, scored
from proj4_code.given.notebooks.lessons.playing import menu, play, slider, steps

ROWS, COLUMNS = 40, 64  # pixels of the picture with two shapes
NOTHING, MISSED, INVENTED, BOTH = "#f2f2f2", "#ffffff", "#f2b36b", BLUE
CLASS_FACES = [drawing.hexadecimal(color) for color in TRAIN_COLORS]


def play_with_shapes() -> None:
    """Show a true shape and a predicted one; sliders move the predicted one and change its size."""
    play(
        "A true rectangle and a predicted disc, what both cover, and their IoU and pixel accuracy.",
        two_shapes,
        {"shapes": lambda x, y: {"right": x - COLUMNS / 2, "down": y - ROWS / 2}},
        right=slider("move right", 6, -25, 25),
        down=slider("move down", 2, -15, 15),
        size=slider("size", 13, 4, 20),
    )


def two_shapes(right: int, down: int, size: int) -> Figure:
    """Draw a rectangle that is there, and a disc that is predicted; lengths in pixels."""
    y, x = np.mgrid[:ROWS, :COLUMNS]
    truth = (abs(y - ROWS / 2 + 0.5) < 9) & (abs(x - COLUMNS / 2 + 0.5) < 14)
    prediction = (y - ROWS / 2 - down) ** 2 + (x - COLUMNS / 2 - right) ** 2 < size**2
    kinds = truth + 2 * prediction  # 0 neither, 1 missed, 2 invented, 3 both
    missed, invented, both = (int((kinds == kind).sum()) for kind in (1, 2, 3))

    figure = drawing.blank(2.8)
    left, right_side = figure.subplots(1, 2, width_ratios=(1.15, 1))
    left.pcolormesh(kinds, cmap=ListedColormap([NOTHING, MISSED, INVENTED, BOTH]), vmin=0, vmax=3)
    left.contourf(x + 0.5, y + 0.5, kinds == 1, levels=[0.5, 1.5], colors="none", hatches=["////"])
    left.add_patch(Rectangle((COLUMNS / 2 - 14, ROWS / 2 - 9), 28, 18, fc="none", ec=INK, lw=1.2))
    left.set(gid="shapes", aspect="equal", ylim=(ROWS, 0), title="rectangle: truth, disc: prediction")
    drawing.bare(left)
    right_side.axis("off")
    entries = [
        Patch(fc=BOTH, ec=INK, label=f"in both: {both} (TP)"),
        Patch(fc=INVENTED, ec=INK, label=f"only predicted: {invented} (FP)"),
        Patch(fc=MISSED, ec=INK, hatch="////", label=f"missed: {missed} (FN)"),
    ]
    right_side.legend(handles=entries, loc="upper left", frameon=False, borderpad=0)
    iou = f"IoU = {both} / ({both} + {invented} + {missed}) = {both / (missed + invented + both):.2f}"
    accuracy = f"pixel accuracy = {1 - (missed + invented) / kinds.size:.2f}"
    place = {"transform": right_side.transAxes, "va": "center"}
    right_side.text(0.02, 0.33, f"{iou}\n{accuracy}", weight="bold", linespacing=1.7, **place)
    right_side.text(0.02, 0.1, f"of {kinds.size} pixels in all", color=GREY, **place)
    return figure


def through_cells(truth: Tensor, cell: int) -> Tensor:
    """Return the most frequent class of the truth (H, W) int64 in each cell of `cell`×`cell` pixels, as large again.

    This is what a network would predict that is never wrong, but has only one answer for each cell.
    """
    height, width = truth.shape
    inside = truth.where(truth != VOID, NUM_CLASSES)
    votes = F.one_hot(inside, NUM_CLASSES + 1).permute(2, 0, 1)[None, :NUM_CLASSES].float()
    coarse = F.avg_pool2d(votes, cell, ceil_mode=True).argmax(dim=1, keepdim=True)
    return coarse.repeat_interleave(cell, 2).repeat_interleave(cell, 3)[0, 0, :height, :width]


def play_with_cells(part5: ModuleType, frame: Frame) -> None:
    """Show what coarse cells do to each class, scored by your functions; a slider chooses the cells' size."""
    truth = torch.from_numpy(scored(frame.label))
    play(
        "Truth and prediction of a frame, the IoU of each class, and the confusion matrix.",
        lambda cell: scored_prediction(part5, truth, through_cells(truth, cell)),
        cell=steps("cells of, pixels", 8, (1, 2, 4, 8, 16, 32)),
    )


def scored_prediction(part5: ModuleType, truth: Tensor, prediction: Tensor) -> Figure:
    """Draw truth and prediction (H, W), the IoU of each class, and the confusion matrix in percent of its rows."""
    matrix = part5.confusion_matrix(prediction, truth, NUM_CLASSES)
    figure = drawing.blank(6.5)
    above, below = drawing.stacked(figure, 1, 1.5)
    drawing.show_row(above, {"truth": paint(truth.numpy()), "prediction": paint(prediction.numpy())})
    left, right = below.subplots(1, 2, width_ratios=(1, 1.6))
    _bars(left, part5.iou_per_class(matrix).tolist())
    left.set_title(f"mean IoU {part5.mean_iou(matrix):.3f}\npixel accuracy {part5.pixel_accuracy(matrix):.3f}")
    _matrix(right, matrix)
    return figure


def _bars(axes: Axes, iou: list[float]) -> None:
    lengths = np.nan_to_num(iou)
    axes.barh(TRAIN_NAMES, lengths, color=CLASS_FACES, edgecolor=INK, linewidth=0.6)
    for place, value in enumerate(iou):
        text = "not there" if np.isnan(value) else f"{value:.2f}"
        axes.text(lengths[place] + 0.03, place, text, va="center")
    axes.set(xlabel="IoU, 0 to 1", xlim=(0, 1.4), xticks=(0, 0.5, 1))
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)


def _matrix(axes: Axes, matrix: Tensor) -> None:
    percent = (100 * matrix / matrix.sum(dim=1, keepdim=True).clamp(min=1)).numpy()
    axes.imshow(percent, cmap="Greys", vmin=0, vmax=130)
    for (row, column), value in np.ndenumerate(percent):
        if value >= 0.5:
            color = "white" if value > 60 else "black"
            axes.text(column, row, f"{value:.0f}", ha="center", va="center", color=color, fontsize=SMALL)
    axes.set_xticks(range(NUM_CLASSES), TRAIN_NAMES, rotation=90)
    axes.set_yticks(range(NUM_CLASSES), TRAIN_NAMES)
    axes.set_title("of each true class (row), % predicted as")


def play_with_one_class(part5: ModuleType, frame: Frame) -> None:
    """Show what missing one class does to both scores, by your functions; controls choose how much, and for what."""
    truth = torch.from_numpy(scored(frame.label))
    play(
        "For each class: how far pixel accuracy and mean IoU fall if it alone is missed.",
        lambda missed, taken_for: one_wrong(part5, truth, missed / 100, TRAIN_NAMES.index(taken_for)),
        missed=slider("missed, %", 100, 0, 100),
        taken_for=menu("taken for", TRAIN_NAMES),
    )


def one_wrong(part5: ModuleType, truth: Tensor, share: float, other: int) -> Figure:
    """Draw how far both scores fall if a share of one class of `truth` (H, W) is taken for another, and no more."""
    chance = torch.rand(truth.shape, generator=torch.Generator().manual_seed(0))
    falls = []
    for number in range(NUM_CLASSES):
        prediction = truth.masked_fill((truth == number) & (chance < share), other)
        matrix = part5.confusion_matrix(prediction, truth, NUM_CLASSES)
        falls.append((1 - part5.pixel_accuracy(matrix), 1 - part5.mean_iou(matrix)))

    figure = drawing.blank(5)
    axes = figure.subplots()
    places = np.arange(NUM_CLASSES)
    accuracy, miou = np.array(falls).T
    for values, name, offset, face, hatch in (
        (accuracy, "pixel accuracy", -0.2, "white", "////"),
        (miou, "mean IoU", 0.2, BLUE, None),
    ):
        bars = axes.barh(places + offset, values, 0.38, ec=INK, fc=face, hatch=hatch, label=f"{name} falls by")
        axes.bar_label(bars, fmt="%.3f", padding=2, fontsize=SMALL)
    axes.set_yticks(places, TRAIN_NAMES)
    axes.set(xlabel=f"fall, of 1, if {100 * share:.0f} % of this class alone is taken for {TRAIN_NAMES[other]}")
    axes.set_xlim(0, max(0.1, 1.15 * np.max(falls)))
    axes.invert_yaxis()
    axes.legend(frameon=False, loc="lower right")
    drawing.plain(axes)
    return figure
