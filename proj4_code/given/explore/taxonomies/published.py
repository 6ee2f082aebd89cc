"""The zero-shot results of the MSeg paper (Lambert et al., CVPR 2020), as table and picture, and their mean."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

TESTS = ("VOC", "Context", "CamVid", "WildDash", "KITTI", "ScanNet")
"""Data sets that no network was trained on."""


class Published(NamedTuple):
    """A network of the paper."""

    trained_on: str
    miou: Sequence[float]  # percent, in the order of `TESTS`
    mean: float  # harmonic, as printed


MSEG = (
    Published("COCO", (73.4, 43.3, 58.7, 38.2, 47.6, 33.4), 45.8),
    Published("ADE20K", (35.4, 23.9, 52.6, 38.6, 41.6, 42.9), 36.9),
    Published("Mapillary", (22.5, 13.6, 82.1, 55.4, 67.7, 2.1), 9.3),
    Published("IDD", (14.6, 6.5, 72.1, 41.2, 51.0, 1.6), 6.5),
    Published("BDD", (14.4, 7.1, 70.7, 52.2, 54.5, 1.4), 6.1),
    Published("Cityscapes", (13.3, 6.8, 76.1, 30.1, 57.6, 1.7), 6.8),
    Published("SUN RGB-D", (10.0, 4.3, 0.1, 1.9, 1.1, 42.6), 0.3),
    Published("all seven, not relabelled", (70.2, 42.7, 82.0, 62.7, 65.5, 43.2), 57.6),
    Published("all seven: MSeg", (70.7, 42.7, 83.3, 62.0, 67.0, 48.2), 59.2),
)
"""HRNet-W48, 1M crops, single scale, as its authors give them (github.com/mseg-dataset/mseg-semantic, README)."""


def published_table() -> str:
    """Write the MSeg paper's zero-shot results as a table in Markdown."""
    lines = [
        "MSeg, zero-shot: mean IoU in percent on data sets that no network was trained on (HRNet-W48, the authors' "
        "figures, [README of mseg-semantic](https://github.com/mseg-dataset/mseg-semantic)):\n",
        f"| trained on | {' | '.join(TESTS)} | harmonic mean |",
        f"| --- |{' --- |' * len(TESTS)} --- |",
    ]
    for row in MSEG:
        lines.append(f"| {row.trained_on} | {' | '.join(f'{value:.1f}' for value in row.miou)} | {row.mean:.1f} |")
    return "\n".join(lines)


def draw_mseg() -> Figure:
    """Draw the paper's scores as shades of grey, a row a network, with the harmonic mean at the right."""
    figure = Figure(figsize=(8.4, 3.4), layout="constrained")
    axes = figure.subplots()
    values = [[*row.miou, row.mean] for row in MSEG]
    axes.imshow(values, cmap="Greys", vmin=0, vmax=100, aspect="auto")
    for y, row in enumerate(values):
        for x, value in enumerate(row):
            weight = "bold" if x == len(TESTS) else "normal"
            axes.text(
                x, y, f"{value:.1f}", ha="center", va="center", color="white" if value > 55 else "black", weight=weight
            )
    axes.set_xticks(range(len(TESTS) + 1), [*TESTS, "harmonic mean"])
    axes.set_yticks(range(len(MSEG)), [row.trained_on for row in MSEG])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    return figure
