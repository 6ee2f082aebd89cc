"""A log of one's own work, for those who switch it on: a line for each part in each run of the tests.

`pytest proj4_unit_tests --keep-log` begins it; deleting the file ends it.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

WORK_LOG = "work_log.jsonl"
"""Name of the file, in the kit's folder."""


class Entry(NamedTuple):
    """What a run of the tests said about a part.

    Attributes:
        time: when, in seconds since 1970.
        part: number of the part.
        points: earned in the tests that ran.
        most_points: of these tests.
        mistakes: names of those that the student was told of.
        file: the beginning of the SHA-256 of the part's file.
    """

    time: int
    part: int
    points: float
    most_points: float
    mistakes: tuple[str, ...]
    file: str


def add_entries(path: Path, entries: Iterable[Entry]) -> None:
    """Add lines to a log.

    Raises:
        OSError: if it cannot be written.
    """
    lines = "".join(f"{json.dumps(entry._asdict())}\n" for entry in entries)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(lines)


def file_hash(path: Path) -> str:
    """Return the beginning of the SHA-256 of a part's file; empty if it is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""
