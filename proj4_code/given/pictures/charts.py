"""Charts of a training run: its curves, the IoU of each class, and what was taken for what."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure  # not pyplot: it needs no display, and nothing has to be closed
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from proj4_code.given.classes import TRAIN_COLORS, TRAIN_NAMES


def draw_curves(history: Sequence[dict], path: Path, title: str = "") -> None:
    """Draw loss, mean IoU and pixel accuracy by epoch.

    Args:
        history: of each epoch a dict with `epoch`, `loss`, and `val_miou` and `val_pixel_accuracy`, None if it was not
            evaluated.
        path: the picture to write.
        title: names the network and its data.
    """
    figure = Figure(figsize=(10, 4), layout="constrained")
    figure.suptitle(title)
    left, right = figure.subplots(1, 2, sharex=True)
    epochs = [row["epoch"] for row in history]
    evaluated = [row for row in history if row["val_miou"] is not None]
    for axes, key, rows, name, style in (
        (left, "loss", history, "loss", "-"),
        (right, "val_pixel_accuracy", evaluated, "pixel accuracy", "--"),
        (right, "val_miou", evaluated, "mean IoU", "-"),
    ):
        draw_line(axes, [(row["epoch"], row[key]) for row in rows], style, name, labelled=len(rows) == 1)
        show_epochs(axes, epochs)
    left.set(title="train split", ylabel="loss, mean per image", ylim=(0, None))
    right.set(title="val split", ylabel="share, 0 to 1", ylim=(0, 1))
    figure.savefig(path, dpi=110)


def draw_line(axes: Axes, points: Sequence[tuple[int, float | None]], style: str, name: str, labelled: bool) -> None:
    """Draw values by epoch; their name and the last value stand next to it if `labelled`, else in the legend."""
    epochs, values = zip(*points, strict=True) if points else ((), ())
    marker = "o" if len(points) <= 30 else None
    [line] = axes.plot(epochs, values, style, color="black", marker=marker, markersize=4)
    if not points:
        return
    last = "not finite" if values[-1] is None else f"{values[-1]:.3f}"
    if labelled and values[-1] is not None:
        axes.annotate(f"{name} {last}", points[-1], (0, 6), textcoords="offset points", ha="center", va="bottom")
    else:
        line.set_label(f"{name}, last {last}" if len(points) > 1 else f"{name} {last}")
        axes.legend(loc="best", frameon=False)


def show_epochs(axes: Axes, epochs: Sequence[int]) -> None:
    """Mark the first and the last epoch, and some between them, on the horizontal axis; draw a pale grid."""
    first, last = min(epochs, default=1), max(epochs, default=1)
    span = last - first
    between = MaxNLocator(integer=True).tick_values(first, last)
    inner = [int(tick) for tick in between if first + span / 15 < tick < last - span / 15]
    margin = max(span / 20, 0.5)
    axes.set(xlabel="epoch", xticks=[first, *inner, last], xlim=(first - margin, last + margin))
    axes.grid(color="0.9")
    axes.spines[["top", "right"]].set_visible(False)


def draw_iou(
    iou: dict[str, float | None],
    mean: float | None,
    title: str,
    path: Path,
    boundary: dict[str, float | None] | None = None,
) -> None:
    """Draw the IoU of each class, 0 to 1, as a bar in the class's official colour, with its value, and their mean.

    It is None for a class that is neither in the truth nor in the prediction, and the mean if no pixel is scored. The
    boundary F1 of each class, if it is given, is a diamond.
    """
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    values = [iou[name] for name in TRAIN_NAMES]
    lengths = [0 if value is None else value for value in values]
    axes.barh(TRAIN_NAMES, lengths, color=[[c / 255 for c in color] for color in TRAIN_COLORS], edgecolor="black")
    if mean is not None:
        axes.axvline(mean, color="black", linestyle="--", zorder=0)
        axes.annotate(f"mean {mean:.3f}", (mean, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom")
    axes.set(xlabel="intersection over union (IoU), 0 to 1", xlim=(0, 1))
    if boundary is not None:
        there = {name: value for name, value in boundary.items() if value is not None}
        axes.plot(list(there.values()), list(there), "D", color="white", markeredgecolor="black", clip_on=False)
        axes.set_xlabel("bars: intersection over union (IoU); diamonds: boundary F1; 0 to 1")
    axes.set_title(title, pad=18)
    axes.invert_yaxis()
    column = axes.secondary_yaxis("right")  # beyond the bars, so that the line of the mean meets no number
    column.set_yticks(
        range(len(values)), ["not in this split" if value is None else f"{value:.3f}" for value in values]
    )
    column.tick_params(length=0)
    for side in (axes, column):
        side.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


def draw_calibration(bins: Tensor, error: float | None, title: str, path: Path) -> None:
    """Draw how often the network is right by how sure it is, and how many pixels there are of each confidence.

    Args:
        bins: (3, B) of the pixels in B equal bins of confidence, 0 to 1: their number, the sum of their confidence,
            how many are right.
        error: expected calibration error, None if no pixel is scored.
        title: names network and data.
        path: the picture to write.
    """
    figure = Figure(figsize=(5, 5.5), layout="constrained")
    figure.suptitle(title)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    numbers = bins.numpy()
    count, confidence, right = numbers[:, numbers[0] > 0]
    upper.plot([0, 1], [0, 1], "--", color="0.6")
    upper.text(0.03, 0.93, "not sure enough", color="0.4")
    upper.text(0.97, 0.04, "too sure", color="0.4", ha="right")
    upper.plot(confidence / count, right / count, "-o", color="black", markersize=4)
    measured = "no pixel is scored" if error is None else f"expected calibration error {error:.3f}"
    upper.set(ylabel="share of pixels that are right", ylim=(0, 1), xlim=(0, 1), title=measured)
    width = 1 / bins.shape[1]
    places = [(place + 0.5) * width for place in range(bins.shape[1])]
    lower.bar(places, numbers[0] / max(1, numbers[0].sum()), width, color="0.6", edgecolor="black")
    lower.set(xlabel="confidence: the largest probability", ylabel="share of pixels")
    for axes in (upper, lower):
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
