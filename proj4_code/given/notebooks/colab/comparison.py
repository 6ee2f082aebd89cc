"""What pyramid pooling and the auxiliary loss are worth: runs that differ in nothing else, compared."""

from pathlib import Path
from typing import NamedTuple

from proj4_code.given.notebooks.history import read_history, scored_epochs
from proj4_code.given.pictures.comparison import draw_comparison


class Variant(NamedTuple):
    """A run that leaves something out: what, and the training program's options for it."""

    title: str
    options: tuple[str, ...]


VARIANTS = {
    "-no-ppm": Variant("without pyramid pooling", ("--bins", "none")),
    "-no-aux": Variant("without auxiliary loss", ("--no-aux",)),
    "-plain": Variant("without both", ("--bins", "none", "--no-aux")),
}
"""What a run's name ends in -> what it leaves out."""
WHOLE = "whole network"


def compare(run: Path) -> str:
    """Compare a run with its variants, as far as they are there, and draw `comparison.png` in the folder of all runs.

    Args:
        run: folder of the run that has everything.

    Returns:
        A table in Markdown: the best mean IoU on val, the gap to the whole network, and the minutes of training.
    """
    titles = {"": WHOLE} | {suffix: variant.title for suffix, variant in VARIANTS.items()}
    histories = {title: read_history(run.with_name(f"{run.name}{suffix}")) for suffix, title in titles.items()}
    found = {title: history for title, history in histories.items() if history}
    scores = {title: [(row["epoch"], row["val_miou"]) for row in scored_epochs(rows)] for title, rows in found.items()}
    best = {title: max((score for _, score in curve), default=float("nan")) for title, curve in scores.items()}
    lines = ["| network | val mean IoU, best epoch | difference | minutes |", "| --- | ---: | ---: | ---: |"]
    for title, history in found.items():
        gap = f"{best[title] - best[WHOLE]:+.3f}" if WHOLE in best and title != WHOLE else ""
        lines.append(f"| {title} | {best[title]:.3f} | {gap} | {sum(row['seconds'] for row in history) / 60:.1f} |")
    draw_comparison(scores, run.with_name("comparison.png"))
    return "\n".join([*lines, "", "Two runs of the same network with different seeds differ by about 0.01."])
