"""A chart that compares training runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

STYLES = ("-", "--", ":", "-.")


def draw_comparison(scores: Mapping[str, Sequence[tuple[int, float]]], path: Path) -> None:
    """Draw the mean IoU by epoch of up to four runs in one chart; lines differ in style, not in colour.

    Args:
        scores: title -> epoch and mean IoU on val, for each epoch that was evaluated.
        path: the picture to write.
    """
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for style, (title, curve) in zip(STYLES, scores.items(), strict=False):
        epochs, values = zip(*curve, strict=True) if curve else ((), ())
        axes.plot(epochs, values, style, color="black", marker="o" if len(curve) == 1 else None, label=title)
    axes.set(xlabel="epoch", ylabel="mean IoU on val, 0 to 1", ylim=(0, 1))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(color="0.9")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110)
