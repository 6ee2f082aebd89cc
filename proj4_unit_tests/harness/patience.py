"""How long student code may take: the one rule for slow code."""

from collections import Counter
from typing import NamedTuple

from proj4_unit_tests.harness.errors import StudentError

MOST_IMPORTS = 2  # of a part that does not finish importing; after that it fails at once for every importer


class Patience(NamedTuple):
    """How long student code may take, in seconds. For graded uploads, `instructor/grading/policy.toml` sets it.

    Attributes:
        call: one call of an adapter.
        slow_call: one call of tests of a part that has used up a call's time before.
        upload: all calls of an upload together.
    """

    call: float
    slow_call: float
    upload: float


class TimeLeft:
    """The time that one submission has left. A part that hangs takes time from its own tests only.

    Args:
        patience: with slow code.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience, self._left = patience, patience.upload
        self._slow: set[str] = set()
        self._imports: Counter[str] = Counter()

    def limit(self, tests: str, seconds: float | None = None) -> float:
        """Return how many seconds a call may take.

        Args:
            tests: name of the module of tests that makes it.
            seconds: that it may take instead of the usual time.

        Raises:
            StudentError: if no time is left.
        """
        usual = self._patience.slow_call if tests in self._slow else self._patience.call
        limit = min(seconds or usual, self._left)
        if limit <= 0:
            raise StudentError(["TimeoutError"], "the time for the whole upload was used up before")
        return limit

    def spend(self, taken: float, tests: str = "", limit: float = float("inf")) -> None:
        """Count the time that a call, or clearing up after it, took."""
        self._left -= taken
        if taken >= limit:
            self._slow.add(tests)

    def gives_up(self, tests: str) -> bool:
        """Count an import that did not finish, and return whether it was the last one to be waited for."""
        self._imports[tests] += 1
        return self._imports[tests] == MOST_IMPORTS
