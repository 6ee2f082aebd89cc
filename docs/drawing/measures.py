"""Part 5: the IoU of one class, and the confusion matrix that it is computed from."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from proj4_code.given.classes import COLORS
from proj4_code.given.notebooks.lessons.drawing import hexadecimal

from .style import BLUE, EDGE, GREY, INK, PALE, PALE_ORANGE, PAPER, canvas

NAMES = ("Sky", "Car", "Road")
CAR = 1
SIDE = 0.155  # of a pixel, in inches
ROWS, COLUMNS = 10, 12
TRUE_POSITIVE, FALSE_POSITIVE, FALSE_NEGATIVE = BLUE, PALE_ORANGE, PAPER


def draw() -> Figure:
    """Draw target, prediction, the correct and the wrong pixels of the car, and the matrix."""
    figure, axes = canvas(2.95)
    target, prediction = _frame(3, 2, 6, 6), _frame(4, 3, 7, 5)
    matrix = np.array([[int(((target == i) & (prediction == j)).sum()) for j in range(3)] for i in range(3)])
    for left, title, ids in ((0.1, "target", target), (2.12, "prediction", prediction)):
        _pixels(axes, left, title, [[hexadecimal(COLORS[NAMES[i]]) for i in row] for row in ids])
    for place, name in enumerate(NAMES):
        x = 0.1 + 0.9 * place
        axes.add_patch(Rectangle((x, 0.56), 0.2, 0.16, fc=hexadecimal(COLORS[name]), ec=INK, lw=0.6))
        axes.text(x + 0.28, 0.635, name, va="center")

    kinds = np.where(target == CAR, np.where(prediction == CAR, 0, 2), np.where(prediction == CAR, 1, 3))
    faces = (TRUE_POSITIVE, FALSE_POSITIVE, FALSE_NEGATIVE, PALE)
    hatches = (None, None, "//////", None)
    _pixels(
        axes, 4.14, "the car", [[faces[k] for k in row] for row in kinds], [[hatches[k] for k in row] for row in kinds]
    )
    counts = [int((kinds == kind).sum()) for kind in range(3)]
    entries = zip(
        ("TP, in both", "FP, only predicted", "FN, missed"), counts, faces, hatches, (0.6, 0.36, 0.12), strict=False
    )
    for text, count, face, hatch, y in entries:
        axes.add_patch(Rectangle((4.14, y), 0.2, 0.16, fc=face, hatch=hatch, ec=INK, lw=0.6))
        axes.text(4.42, y + 0.075, f"{text}: {count}", va="center")
    _matrix(axes, matrix)
    true, wrong, missed = counts
    axes.text(6.2, 0.435, "IoU = TP / (TP + FP + FN)", va="center")
    axes.text(
        6.2,
        0.195,
        f"{true} / ({true} + {wrong} + {missed}) = {true / sum(counts):.2f}",
        va="center",
        weight="bold",
    )
    return figure


def _frame(top: int, left: int, width: int, horizon: int) -> np.ndarray:
    """Make a frame: sky above the horizon, road below it, and a car 4 pixels high without its upper corners."""
    ids = np.where(np.arange(ROWS)[:, None] < horizon, 0, 2) + np.zeros((1, COLUMNS), int)
    ids[top + 1 : top + 4, left : left + width] = CAR
    ids[top, left + 1 : left + width - 1] = CAR
    return ids


def _pixels(axes, left: float, title: str, faces: list, hatches: list | None = None) -> None:
    bottom = 0.9
    axes.text(left, bottom + ROWS * SIDE + 0.1, title, weight="bold")
    for row in range(ROWS):
        for column in range(COLUMNS):
            corner = (left + SIDE * column, bottom + SIDE * (ROWS - 1 - row))
            hatch = hatches[row][column] if hatches else None
            axes.add_patch(Rectangle(corner, SIDE, SIDE, fc=faces[row][column], ec=EDGE, lw=0.5, hatch=hatch))


def _matrix(axes, matrix: np.ndarray) -> None:
    """Draw the matrix, with the row and the column of the car marked."""
    side, left, top = 0.44, 6.9, 2.07
    for row in range(3):
        for column in range(3):
            face, hatch, color = PALE, None, INK
            if row == column == CAR:
                face, color = TRUE_POSITIVE, PAPER
            elif column == CAR:
                face = FALSE_POSITIVE
            elif row == CAR:
                face, hatch = FALSE_NEGATIVE, "///"
            corner = (left + side * column, top - side * (row + 1))
            axes.add_patch(Rectangle(corner, side, side, fc=face, hatch=hatch, ec=EDGE, lw=0.8))
            box = {"fc": face, "ec": "none", "pad": 1.5}
            middle = (corner[0] + side / 2, corner[1] + side / 2)
            axes.text(*middle, str(matrix[row, column]), ha="center", va="center", color=color, bbox=box, zorder=4)
    for place, name in enumerate(NAMES):
        weight = "bold" if place == CAR else "normal"
        axes.text(left - 0.08, top - side * (place + 0.5), name, ha="right", va="center", weight=weight, fontsize=9)
        axes.text(left + side * (place + 0.5), top + 0.09, name, ha="center", weight=weight, fontsize=9)
    axes.text(left + 1.5 * side, top + 0.27, "predicted as", ha="center", color=GREY, fontsize=9)
    axes.text(left - 0.08, top + 0.09, "target", ha="right", color=GREY, fontsize=9)
    axes.text(6.2, 2.55, "confusion matrix", weight="bold")
