"""What a student reads: a wrong answer in at most ten lines, and the scoreboard."""

import textwrap
from typing import NamedTuple

from instructor.rubric import POINTS
from proj4_code.given.parts import PARTS, TOGETHER
from proj4_unit_tests.harness import adapting
from proj4_unit_tests.harness.book import Mistake
from proj4_unit_tests.harness.calls import StudentError
from proj4_unit_tests.harness.compare import Wrong, exception_types, first_line

PASSED, WRONG, NOT_STARTED = "passed", "wrong", "not started"
CRASHED, TIMED_OUT, OUT_OF_MEMORY = "crashed", "timed out", "out of memory"
_ENDINGS = {"SystemExit": CRASHED, "TimeoutError": TIMED_OUT, "MemoryError": OUT_OF_MEMORY}


class Outcome(NamedTuple):
    """How one test ended.

    Attributes:
        test: its name, "FILE/TEST".
        status: `PASSED`, `WRONG` or `NOT_STARTED`.
        message: what the student reads of it.
        mistake: name of the known mistake in it, if it is one.
        error: of right answers beside the book's, as `plain.largest_error` measures it.
        ending: `CRASHED`, `TIMED_OUT` or `OUT_OF_MEMORY` if the code did not come to an answer.
    """

    test: str
    status: str
    message: str = ""
    mistake: str = ""
    error: float = 0.0
    ending: str = ""

    @property
    def worth(self) -> float:
        """Points of the test."""
        return POINTS[self.test]

    @property
    def points(self) -> float:
        """Points earned."""
        return self.worth if self.status == PASSED else 0.0


def ending(error: BaseException) -> str:
    """Tell a crash, a time-out and memory that ran out from other exceptions, for which it is empty."""
    cause = _cause(error)
    if "DefaultCPUAllocator" in str(cause):
        return OUT_OF_MEMORY
    return _ENDINGS.get(exception_types(cause)[0], "")


def _cause(error: BaseException) -> BaseException:
    """Find the exception of the student's code behind what a test raised."""
    return error.__cause__ if isinstance(error, Wrong) and error.__cause__ else error


def explain(checked: str, error: BaseException) -> str:
    """Say what was wrong in at most seven lines.

    Args:
        checked: what the test checks, in a sentence.
        error: what it raised.
    """
    if isinstance(error, Wrong):
        came_out, expected = error.came_out, error.expected
    else:
        came_out, expected = f"{exception_types(error)[0]}: {first_line(error)}", "no exception"
    cause = _cause(error)
    lines = cause.lines if isinstance(cause, StudentError) else adapting.own_lines(cause)
    entries = [("checked", checked), ("came out", came_out), ("expected", expected)]
    entries += [("in", line) for line in lines[-1:]]
    return _entries(entries)


def name_mistake(mistake: Mistake) -> str:
    """Say in at most three lines which known mistake gives the same answers, and what leads out of it."""
    return _entries([("mistake", mistake.wrong), ("hint", mistake.hint)])


def _entries(entries: list[tuple[str, str]]) -> str:
    return "\n".join(_entry(name, " ".join(text.split())) for name, text in entries)


def _entry(name: str, text: str) -> str:
    indent = " " * 10
    most = 1 if name in ("in", "mistake") else 2
    return textwrap.fill(
        text, 118, initial_indent=f"{name}:".ljust(10), subsequent_indent=indent, max_lines=most, placeholder=" ..."
    )


def scoreboard(outcomes: list[Outcome]) -> list[str]:
    """Count the points by part, and say what to do next.

    Args:
        outcomes: of the tests that ran.

    Returns:
        Lines of text.
    """
    lines, advice = [], ""
    for part in (*PARTS, TOGETHER):
        ran = [outcome for outcome in outcomes if outcome.test.split("/")[0] == f"test_{part.module}"]
        if not ran:
            continue
        points, worth = sum(outcome.points for outcome in ran), sum(outcome.worth for outcome in ran)
        counts = {status: sum(outcome.status == status for outcome in ran) for status in (PASSED, WRONG, NOT_STARTED)}
        lines.append(
            f"{part.name:<9}{part.title:<18}{points:>5g} of {worth:>3g} points  {_bar(points, worth)}  {_state(counts)}"
        )
        if points < worth and not advice:
            advice = _advice(part, counts)
    points, worth = sum(outcome.points for outcome in outcomes), sum(outcome.worth for outcome in outcomes)
    lines.append(f"{'total':<27}{points:>5g} of {worth:>3g} points")
    if not advice:
        whole = len(outcomes) == len(POINTS)
        advice = (
            "run python zip_for_colab.py and open proj4_colab.ipynb on Colab"
            if whole
            else "run all tests: pytest proj4_unit_tests"
        )
    return [*lines, "", f"Next: {advice}"]


def _bar(points: float, worth: float, width: int = 10) -> str:
    filled = int(width * points / max(worth, 1))
    return f"[{'#' * filled}{'.' * (width - filled)}]"


def _state(counts: dict[str, int]) -> str:
    if not counts[WRONG] + counts[NOT_STARTED]:
        return "all right"
    if not counts[PASSED] + counts[WRONG]:
        return "not started"
    return ", ".join(f"{count} {'right' if status == PASSED else status}" for status, count in counts.items() if count)


def _advice(part, counts: dict[str, int]) -> str:
    only = f"pytest proj4_unit_tests -k {part.name.replace(' ', '')}"
    if part is TOGETHER:
        return "the tests above that use several parts at once say what does not fit together"
    if counts[WRONG]:
        return f"mend {part.name}, as the messages above say, then run: {only}"
    return f"write {part.name} in proj4_code/{part.file} (docs/handout.md explains it), then run: {only}"
