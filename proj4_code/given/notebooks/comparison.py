"""What pyramid pooling and the auxiliary loss are worth: runs that differ in nothing else, beside each other."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from proj4_code.given.notebooks.dashboard import read_history


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
STYLES = ("-", "--", ":", "-.")


def compare(runs: Path, name: str) -> str:
    """Compare a run with its variants, as far as they are there, and draw `comparison.png` into the folder of the runs.

    Args:
        runs: folder of all runs.
        name: of the run that has everything.

    Returns:
        A table in Markdown: the best mean IoU on val, the gap to the whole network, and the minutes of training.
    """
    titles = {name: WHOLE} | {f"{name}{suffix}": variant.title for suffix, variant in VARIANTS.items()}
    found = {title: history for run, title in titles.items() if (history := read_history(runs / run))}
    best = {title: max((s for _, s in scores(history)), default=float("nan")) for title, history in found.items()}
    lines = ["| network | val mean IoU, best epoch | difference | minutes |", "| --- | ---: | ---: | ---: |"]
    for title, history in found.items():
        gap = f"{best[title] - best[WHOLE]:+.3f}" if WHOLE in best and title != WHOLE else ""
        lines.append(f"| {title} | {best[title]:.3f} | {gap} | {sum(row['seconds'] for row in history) / 60:.1f} |")
    draw_comparison(found, runs / "comparison.png")
    return "\n".join([*lines, "", "Two runs of the same network with other seeds differ by about 0.01."])


def scores(history: Sequence[dict]) -> list[tuple[int, float]]:
    """Pick (epoch, mean IoU on val) of the epochs after which the network was evaluated."""
    return [(row["epoch"], row["val_miou"]) for row in history if row.get("val_miou") is not None]


def draw_comparison(histories: Mapping[str, Sequence[dict]], path: Path) -> None:
    """Draw the mean IoU by epoch of several runs in one chart, told apart by their lines' style.

    Args:
        histories: title -> a dict for each epoch, with `epoch` and `val_miou`.
        path: the picture to write.
    """
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for style, (title, history) in zip(STYLES, histories.items(), strict=False):
        epochs, values = zip(*scores(history), strict=True) if scores(history) else ((), ())
        axes.plot(epochs, values, style, color="black", marker="o" if len(epochs) == 1 else None, label=title)
    axes.set(xlabel="epoch", ylabel="mean IoU on val, 0 to 1", ylim=(0, 1))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(color="0.9")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110)
