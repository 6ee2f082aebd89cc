"""What a run adds to the log of a student's own work, if the student keeps one."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from proj4_code.given.basics.printing import unbroken
from proj4_code.given.basics.work_log import WORK_LOG, Entry, add_entries, file_hash
from proj4_code.given.parts import PARTS, Part
from proj4_unit_tests.harness.outcome import Outcome, part_of
from proj4_unit_tests.harness.submission import KIT

LOG = KIT / WORK_LOG
UNSAID = f"This run is not logged: {unbroken(LOG)} cannot be written."
SAID = (
    f"Your runs are now logged in {WORK_LOG}: time, part, points, names of mistakes, hash of the part's file. Hand-in "
    "takes it along. To stop, delete it."
)


def keep_log(outcomes: Sequence[Outcome], begin: bool = False, path: Path = LOG) -> bool:
    """Add a run to the log, if there is one.

    Args:
        outcomes: of the tests that ran, with those mistakes that the student is told of.
        begin: begin a log if there is none.
        path: of the log.

    Returns:
        Whether it was added: a folder that cannot be written to has no log.
    """
    if not begin and not path.is_file():
        return False
    by_part = {part: [outcome for outcome in outcomes if part_of(outcome.test) is part] for part in PARTS}
    now = int(time.time())
    try:
        add_entries(path, [_entry(part, of_part, now) for part, of_part in by_part.items() if of_part])
    except OSError:
        return False
    return True


def _entry(part: Part, outcomes: Iterable[Outcome], now: int) -> Entry:
    points, most, names = 0.0, 0.0, dict[str, None]()
    for outcome in outcomes:
        points, most = points + outcome.points, most + outcome.most_points
        names |= dict.fromkeys(mistake.name for mistake in outcome.mistakes)
    return Entry(now, part.number, points, most, tuple(names), file_hash(KIT / "proj4_code" / part.file))
