"""The table and the chart of the ladder, of whatever is measured so far."""

import json
import statistics
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from instructor.benchmarks.ladder.plan import Plan, Row
from instructor.benchmarks.machine import describe, table
from proj4_code.given.files import write_whole

UNMEASURED = "to be measured on a GPU"
LOOKS = {"val": ("o", "white"), "test": ("s", "black")}
"""Split -> marker and its filling: to be told apart without colour."""


def scores_of_seeds(plan: Plan, row: Row, short_side: int, split: str, score: str = "miou") -> list[float]:
    """Read a row's mean IoU, or another of the scores, of every seed that is scored."""
    files = (plan.test_folder(row, short_side, seed, split) / "scores.json" for seed in plan.seeds)
    return [json.loads(file.read_text())["scores"][score] for file in files if file.exists()]


def cost(plan: Plan, row: Row, short_side: int) -> tuple[float, float] | None:
    """Read how many minutes a run's training takes, and how many images a second; None if no run is finished."""
    minutes, rates = [], []
    for seed in plan.seeds:
        metrics = plan.run_folder(row, short_side, seed) / "metrics.jsonl"
        epochs = [json.loads(line) for line in metrics.read_text().splitlines()] if metrics.exists() else []
        if len(epochs) == plan.epochs:
            minutes.append(sum(epoch["seconds"] for epoch in epochs) / 60)
            rates.append(statistics.median(epoch["images_per_second"] for epoch in epochs))
    return (statistics.mean(minutes), statistics.mean(rates)) if minutes else None


def spread(values: list[float], seeds: int) -> str:
    """Write the mean of the seeds, their standard deviation where there are several, and how many are missing."""
    if not values:
        return UNMEASURED
    text = f"{statistics.mean(values):.3f}"
    if len(values) > 1:
        text += f" ± {statistics.stdev(values):.3f}"
    return text if len(values) == seeds else f"{text} ({len(values)} of {seeds} seeds)"


def write_table(plan: Plan) -> str:
    """Write `ladder.md`, a table for each short side; return its text."""
    parts = []
    for side in plan.short_sides:
        rows = []
        for row in plan.rows:
            paid = cost(plan, row, side)
            scores = [spread(scores_of_seeds(plan, row, side, split), len(plan.seeds)) for split in LOOKS]
            scores.append(spread(scores_of_seeds(plan, row, side, "test", "boundary_f1"), len(plan.seeds)))
            rows.append((row.name, *scores, *(map("{:.1f}".format, paid) if paid else (UNMEASURED,) * 2)))
        columns = ("", *(f"{split} mIoU" for split in LOOKS), "test boundary F1", "minutes", "images/s")
        seeds = f"{len(plan.seeds)} seed{'s' * (len(plan.seeds) > 1)}"
        parts.append(f"Short side {side}, {plan.epochs} epochs, {seeds}\n\n{table(columns, rows)}\n")
    text = "\n".join([f"{describe('torchvision')}\n", *parts])
    write_whole(plan.out / "ladder.md", text.encode())
    return text


def draw(plan: Plan) -> Path:
    """Draw `ladder.png`: each seed's mean IoU as a mark, their mean as a line, a panel for each short side."""
    figure = Figure(figsize=(2.6 + 4 * len(plan.short_sides), 1.4 + 0.42 * len(plan.rows)), layout="constrained")
    panels = figure.subplots(1, len(plan.short_sides), squeeze=False, sharex=True, sharey=True)[0]
    for axes, side in zip(panels, plan.short_sides, strict=True):
        draw_panel(axes, plan, side)
    panels[0].set_yticks(range(len(plan.rows)), [row.name for row in plan.rows])
    panels[0].invert_yaxis()
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=2, frameon=False)
    figure.savefig(plan.out / "ladder.png", dpi=110)
    return plan.out / "ladder.png"


def draw_panel(axes: Axes, plan: Plan, side: int) -> None:
    """Draw the rows at one short side."""
    for split, (marker, face) in LOOKS.items():
        places, values = [], []
        for place, row in enumerate(plan.rows):
            scores = scores_of_seeds(plan, row, side, split)
            places += [place] * len(scores)
            values += scores
            if scores:
                mean = statistics.mean(scores)
                axes.plot([mean, mean], [place - 0.3, place + 0.3], color="black", linewidth=1)
        axes.plot(values, places, marker, color="black", markerfacecolor=face, markersize=5, label=f"{split} split")
    for place, row in enumerate(plan.rows):
        if not any(scores_of_seeds(plan, row, side, split) for split in LOOKS):
            axes.text(0.02, place, UNMEASURED, va="center", color="0.4", transform=axes.get_yaxis_transform())
    axes.margins(x=0.08)
    axes.set(title=f"short side {side}", xlabel="mean IoU", xlim=(0, None))
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
