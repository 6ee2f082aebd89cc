"""How long student code takes for itself: what it waits for a busy machine does not count."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

TICKS = 100  # a second: the unit of /proc/PID/stat on every Linux


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
