"""What a training run says of itself: its scores epoch by epoch, and why it stopped."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from proj4_code.given.parts import PARTS

FITS = re.compile(r"(?<!not even )--batch (\d+) fits\b")
PLACE = re.compile(r'^ *File ".*?([^/\\]+)", line (\d+)', re.MULTILINE)
ERROR = re.compile(r"[A-Za-z_][\w.]*(Error|Exception): ")


def read_history(run: Path) -> list[dict]:
    """Read a run's metrics, a dict for each epoch; empty if there are none yet."""
    try:
        return [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return []


def scored_epochs(history: Sequence[dict]) -> list[dict]:
    """Pick the epochs after which the network was evaluated."""
    return [row for row in history if row.get("val_miou") is not None]


def batch_that_fits(printed: str) -> int | None:
    """Find the batch that the training program proposes when the GPU's memory is too small."""
    found = [match for line in printed.splitlines() if (match := FITS.search(line))]
    return int(found[-1][1]) if found else None


def part_at_fault(printed: str) -> str | None:
    """Return a line that names the part whose error ended a program, or None if it was no part's."""
    files = {part.file: part for part in PARTS}
    places = [(files[file], line) for file, line in PLACE.findall(printed) if file in files]
    if not places:
        return None
    (part, line), lines = places[-1], printed.splitlines()
    errors = [line for line in lines if ERROR.match(line)] or lines
    return f"{part.name} has an error in proj4_code/{part.file}, line {line}: {errors[-1].strip()}"
