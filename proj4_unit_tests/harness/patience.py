"""How long student code may take: the one rule for slow code. What it waits for a busy machine does not count."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from proj4_code.given.parts import EVERYTHING
from proj4_unit_tests.harness.errors import StudentError

MOST_IMPORTS = 2  # of a part that does not finish importing; after that it fails at once for every importer
TICKS = 100  # a second: the unit of /proc/PID/stat on every Linux


class Patience(NamedTuple):
    """How long student code may take, in seconds of its own. For graded uploads, `policy.toml` sets it.

    Attributes:
        call: one call of an adapter.
        slow_call: one call of tests of a part that has used up a call's time before.
        upload: all calls of an upload together.
        again: all calls of tests that have timed out, when they are run again.
    """

    call: float
    slow_call: float
    upload: float
    again: float = 0.0

    def without(self, spent: float) -> "Patience":
        """Return what is left of it for an upload that has spent some seconds."""
        return self._replace(upload=max(self.upload - spent, 0.0))


class TimeLeft:
    """The time that one submission has left. A part that hangs takes no time from the tests of other parts.

    Args:
        patience: with slow code.
        modules: how many modules of tests will run. Each has an equal share of the time, and what those before it left.

    Attributes:
        spent: seconds, so far.
    """

    def __init__(self, patience: Patience, modules: int = len(EVERYTHING)) -> None:
        self._patience, self._modules, self.spent = patience, modules, 0.0
        self._begun: set[str] = set()
        self._slow: set[str] = set()
        self._imports: Counter[str] = Counter()

    def limit(self, tests: str, seconds: float | None = None) -> float:
        """Return how many seconds a call may take.

        Args:
            tests: name of the module of tests that makes it.
            seconds: that it may take instead of the usual time, whatever is left.

        Raises:
            StudentError: if no time is left.
        """
        if seconds is not None:
            return seconds
        self._begun.add(tests)
        shares = min(len(self._begun) / self._modules, 1)
        left = self._patience.upload * shares - self.spent
        if left <= 0:
            raise StudentError(["TimeoutError"], "the time for this part's tests was used up before")
        return min(self._patience.slow_call if tests in self._slow else self._patience.call, left)

    def spend(self, taken: float, tests: str = "", limit: float = float("inf")) -> None:
        """Count the time that a call, or clearing up after it, took."""
        self.spent += taken
        if taken >= limit:
            self._slow.add(tests)

    def gives_up(self, tests: str) -> bool:
        """Count an import that did not finish, and return whether it was the last one to be waited for."""
        self._imports[tests] += 1
        return self._imports[tests] == MOST_IMPORTS


def time_is_up(limit: float) -> str:
    """Return what is said of a call that took longer than it may, in seconds."""
    return f"no answer within {limit:g} s"


class Usage(NamedTuple):
    """What a process has had of the processor, in seconds.

    Attributes:
        worked: all its threads together.
        waited: its first thread, while others had the processor.
    """

    worked: float = 0.0
    waited: float = 0.0


def usage_of(process: int | str) -> Usage:
    """Return what a process has had of the processor; nothing where that cannot be read.

    Args:
        process: its number, or "self".
    """
    folder = Path(f"/proc/{process}")
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        waited = int((folder / "schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return Usage()
    return Usage((int(fields[11]) + int(fields[12])) / TICKS, waited)


class Stopwatch:
    """Runs while a process works or sleeps, and stands while it waits for a processor.

    Args:
        usage: reads what the process has had so far.
        before: what it had at the start.
    """

    def __init__(self, usage: Callable[[], Usage], before: Usage) -> None:
        self._usage, self._before, self._began = usage, before, time.monotonic()

    def seconds(self) -> float:
        """Return the time that the process has taken for itself."""
        now = self._usage()
        waited = max(now.waited - self._before.waited, 0)
        return max(now.worked - self._before.worked, time.monotonic() - self._began - waited)
