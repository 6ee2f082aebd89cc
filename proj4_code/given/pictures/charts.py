"""Charts of a training run: its curves, the IoU of each class, and what was taken for what."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure  # not pyplot: it needs no display, and nothing has to be closed
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from proj4_code.given.classes import TRAIN_COLORS, TRAIN_NAMES


def draw_curves(history: Sequence[dict], path: Path) -> None:
    """Draw loss, mean IoU and pixel accuracy by epoch.

    `history` has for each epoch `epoch`, `loss`, and `val_miou` and `val_pixel_accuracy`, None if it was not evaluated.
    """
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True)
    marker = "o" if len(history) <= 30 else None
    epochs = [row["epoch"] for row in history]
    left.plot(epochs, [row["loss"] for row in history], color="black", marker=marker, markersize=3)
    left.set(title="training", ylabel="loss, mean per image", ylim=(0, None))

    evaluated = [row for row in history if row["val_miou"] is not None]
    for key, name, style in (("val_pixel_accuracy", "pixel accuracy", "--"), ("val_miou", "mean IoU", "-")):
        values = [row[key] for row in evaluated]
        label = f"{name}, last {values[-1]:.3f}" if values else name
        places = [row["epoch"] for row in evaluated]
        right.plot(places, values, style, color="black", marker=marker, markersize=3, label=label)
    right.legend(loc="best", frameon=False)
    right.set(title="validation split", ylabel="share, 0 to 1", ylim=(0, 1))

    for axes in (left, right):
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.grid(color="0.9")
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


def draw_iou(iou: dict[str, float | None], mean: float | None, title: str, path: Path) -> None:
    """Draw the IoU of each class, 0 to 1, as a bar in the class's official colour, with its value, and their mean.

    It is None for a class that is neither in the truth nor in the prediction, and the mean if no pixel is scored.
    """
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    values = [iou[name] for name in TRAIN_NAMES]
    lengths = [0 if value is None else value for value in values]
    axes.barh(TRAIN_NAMES, lengths, color=[[c / 255 for c in color] for color in TRAIN_COLORS], edgecolor="black")
    for place, value in enumerate(values):
        text = "not in this split" if value is None else f"{value:.3f}"
        above_the_line = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.annotate(text, (value or 0, place), (5, 0), textcoords="offset points", va="center", bbox=above_the_line)
    if mean is not None:
        axes.axvline(mean, color="black", linestyle="--", zorder=0)
        axes.annotate(f"mean {mean:.3f}", (mean, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom")
    axes.set(xlabel="intersection over union (IoU), 0 to 1", xlim=(0, 1.05))
    axes.set_title(title, pad=18)
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


def draw_confusion(matrix: Tensor, title: str, path: Path) -> None:
    """Draw a confusion matrix: of each class, how many percent of its pixels were taken for which.

    The rows of the matrix (K, K) int64 are the target, its columns the prediction. The shades are greys, so that it
    prints without colour; shares that round to 0 are left blank.
    """
    totals = matrix.sum(1)
    percent = 100 * matrix.double() / totals[:, None]  # NaN in the row of a class that is nowhere
    figure = Figure(figsize=(9, 7.2), layout="constrained")
    axes = figure.subplots()
    axes.imshow(percent.numpy(), cmap="Greys", vmin=0, vmax=100)
    for row, shares in enumerate(percent.tolist()):
        for column, share in enumerate(shares):
            if share >= 0.5:
                weight = "bold" if row == column else "normal"
                color = "white" if share > 55 else "black"
                axes.text(column, row, f"{share:.0f}", ha="center", va="center", color=color, weight=weight)
        text = f"{100 * totals[row] / totals.sum():.2g} %" if totals[row] else "not in this split"
        axes.text(len(TRAIN_NAMES) - 0.3, row, text, va="center")
    axes.text(len(TRAIN_NAMES) - 0.3, -0.75, "of scored pixels", va="center")
    axes.set_xticks(range(len(TRAIN_NAMES)), TRAIN_NAMES, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(TRAIN_NAMES)), TRAIN_NAMES)
    axes.set_xticks([place - 0.5 for place in range(len(TRAIN_NAMES) + 1)], minor=True)
    axes.set_yticks([place - 0.5 for place in range(len(TRAIN_NAMES) + 1)], minor=True)
    axes.grid(which="minor", color="0.8", linewidth=0.8)
    axes.tick_params(which="both", length=0)
    axes.set(xlabel="predicted class", ylabel="true class")
    axes.set_title(f"{title}\npercent of each true class's pixels", pad=18)
    figure.savefig(path, dpi=110)
