"""What a training run says of itself: its scores epoch by epoch, and why it stopped."""

import json
from collections.abc import Sequence
from pathlib import Path

from proj4_code.given.basics.messages import Failure


def read_history(run: Path) -> list[dict]:
    """Read a run's metrics, a dict for each epoch; empty if there are none yet."""
    try:
        return [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return []


def scored_epochs(history: Sequence[dict]) -> list[dict]:
    """Pick the epochs after which the network was evaluated."""
    return [row for row in history if row.get("val_miou") is not None]


def part_at_fault(failure: Failure) -> str | None:
    """Return a line that names the part whose error ended a program; None if no part's code did."""
    if "part" not in failure:
        return None
    place = f"proj4_code/{failure['file']}, line {failure['line']}"
    return f"part {failure['part']} has an error in {place}: {failure['error']}: {failure['message']}"
