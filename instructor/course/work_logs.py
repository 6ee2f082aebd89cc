"""Logs of students' own work: how long it takes, from a mistake being named to its being right.

A log is what its student says. It decides nothing, and of it only what can be checked is read.
"""

import json
import math
import re
import statistics
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from instructor.catalogue import MISTAKES
from instructor.course.exports import list_uploads
from instructor.rubric import POINTS
from proj4_code.given.basics.work_log import Entry
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.outcome import Mistake, part_of

MOST_ENTRIES = 5000
LONGEST_LINE = 2000  # bytes
MOST_NAMES = 20  # in an entry
YEARS = (1577836800, 4102444800)  # 2020 to 2100, in seconds
LONGEST_PAUSE = 30  # minutes: of a longer one, so much is counted as work
PART_POINTS = {part.number: sum(points for test, points in POINTS.items() if part_of(test) is part) for part in PARTS}
KNOWN = {edit.name: Mistake(edit.name, edit.wrong, edit.hint) for edit in MISTAKES}


class Journey(NamedTuple):
    """A student's way out of a mistake.

    Attributes:
        runs: of the part's tests, from the one after the mistake was named to the one in which it was right.
        minutes: of work.
        right: whether it became right; if not, runs and minutes are those until the log ends.
    """

    runs: int
    minutes: float
    right: bool


class Progress(NamedTuple):
    """What a class did about a mistake.

    Attributes:
        mistake: None for all mistakes together.
        journeys: one for each log in which it is named.
    """

    mistake: Mistake | None
    journeys: Sequence[Journey]

    @property
    def right(self) -> int:
        """In how many logs it became right."""
        return sum(journey.right for journey in self.journeys)

    @property
    def runs(self) -> float | None:
        """Median runs of those in which it became right; None if there are none."""
        return statistics.median(found) if (found := [one.runs for one in self.journeys if one.right]) else None

    @property
    def minutes(self) -> float | None:
        """Median minutes of those in which it became right; None if there are none."""
        return statistics.median(found) if (found := [one.minutes for one in self.journeys if one.right]) else None


def read_logs(path: Path, leave_out: Path | None = None) -> dict[str, list[Entry]]:
    """Read the logs in a folder or export of uploads: upload -> its entries; uploads without a log are left out.

    Args:
        path: the folder or export.
        leave_out: a folder in it that is not one of the class's.
    """
    logs = {}
    for upload in list_uploads(path, leave_out and leave_out.resolve()):
        try:
            content = upload.open().log
        except Exception:  # why is said when it is graded
            continue
        if entries := read_entries(content):
            logs[upload.name] = entries
    return logs


def read_entries(content: bytes, known: Collection[str] = KNOWN) -> list[Entry]:
    """Read a log that anybody may have written: what is not an entry is left out, as are mistakes that nobody knows.

    Args:
        content: of the file.
        known: names of mistakes.
    """
    lines = content.split(b"\n")[:MOST_ENTRIES]
    return [entry for line in lines if len(line) <= LONGEST_LINE and (entry := _entry(line, known))]


def _entry(line: bytes, known: Collection[str]) -> Entry | None:
    try:
        fields: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or set(fields) != set(Entry._fields):
        return None
    time, part, points, most, names, file = (fields[name] for name in Entry._fields)
    numbers = all(type(number) in (int, float) and math.isfinite(number) for number in (time, part, points, most))
    texts = isinstance(names, list) and all(isinstance(name, str) for name in names) and isinstance(file, str)
    if not numbers or not texts or not YEARS[0] <= time < YEARS[1] or part not in PART_POINTS:
        return None
    if not 0 <= points <= most <= PART_POINTS[part] or not re.fullmatch("[0-9a-f]{0,16}", file):
        return None
    return Entry(int(time), int(part), points, most, tuple(name for name in names[:MOST_NAMES] if name in known), file)


def find_progress(logs: Mapping[str, Sequence[Entry]], known: Mapping[str, Mistake] = KNOWN) -> list[Progress]:
    """Return what a class did about its mistakes: all together first, then those that least often became right.

    Args:
        logs: upload -> its log.
        known: name of a mistake -> what it is.
    """
    found: dict[str, list[Journey]] = defaultdict(list)
    for entries in logs.values():
        for name in dict.fromkeys(name for entry in entries for name in entry.mistakes):
            found[name].append(journey(name, entries))
    one_by_one = [Progress(known[name], journeys) for name, journeys in found.items()]
    one_by_one.sort(key=lambda one: (one.right / len(one.journeys), -len(one.journeys), -(one.minutes or 0)))
    together = [one for progress in one_by_one for one in progress.journeys]
    return [Progress(None, together), *one_by_one] if together else []


def journey(name: str, entries: Sequence[Entry]) -> Journey:
    """Follow a mistake through a log.

    It is right in the first run of all tests of its part, after the last one that names it, that earns more points.

    Args:
        name: of the mistake, which is in the log.
        entries: of the log.
    """
    naming = [number for number, entry in enumerate(entries) if name in entry.mistakes]
    first, last = naming[0], naming[-1]
    part = entries[first].part
    for number in range(last + 1, len(entries)):
        entry = entries[number]
        whole = entry.part == part and entry.most_points == PART_POINTS[part]
        if whole and entry.points > entries[last].points:
            return _journey(entries[first : number + 1], part, True)
    return _journey(entries[first:], part, False)


def _journey(entries: Sequence[Entry], part: int, right: bool) -> Journey:
    return Journey(sum(entry.part == part for entry in entries[1:]), minutes_of(entries), right)


def minutes_of(entries: Iterable[Entry]) -> float:
    """Return the minutes of work between the first entry and the last, of long pauses only `LONGEST_PAUSE`."""
    gaps = [(later.time - earlier.time) / 60 for earlier, later in pairwise(entries)]
    return sum(min(max(gap, 0.0), LONGEST_PAUSE) for gap in gaps)
