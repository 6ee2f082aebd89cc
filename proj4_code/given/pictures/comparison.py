"""A chart that compares training runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from proj4_code.given.pictures.charts import draw_line, show_epochs

STYLES = ("-", "--", ":", "-.")


def draw_comparison(scores: Mapping[str, Sequence[tuple[int, float]]], path: Path) -> None:
    """Draw the mean IoU by epoch of up to four runs in one chart; lines differ in style, not in colour.

    Args:
        scores: title -> epoch and mean IoU on val, for each epoch that was evaluated.
        path: the picture to write.
    """
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    labelled = all(len(curve) == 1 for curve in scores.values())
    for style, (title, curve) in zip(STYLES, scores.items(), strict=False):
        draw_line(axes, curve, style, title, labelled)
    axes.set(title="networks compared on the val split", ylabel="mean IoU, 0 to 1", ylim=(0, 1))
    show_epochs(axes, [epoch for curve in scores.values() for epoch, _ in curve])
    figure.savefig(path, dpi=110)
