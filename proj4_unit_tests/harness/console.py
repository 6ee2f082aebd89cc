"""Outcomes as text for a terminal: a wrong answer in at most ten lines, and the scoreboard."""

import textwrap
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from proj4_code.given.parts import EVERYTHING, PARTS, TOGETHER, Part
from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, WRONG, Outcome

WIDTH = 118
LABEL = 10  # characters of "expected: "
ONE_LINE = ("in", "mistake")
ALL_POINTS = 100


def explain(outcome: Outcome) -> str:
    """Describe a wrong answer: what was checked, expected and got, where, and the mistake if it is a known one."""
    entries = [("checked", outcome.checked), ("expected", outcome.expected), ("got", outcome.got)]
    if outcome.where:
        entries.append(("in", outcome.where))
    if outcome.mistake:
        entries += [("mistake", outcome.mistake.wrong), ("hint", outcome.mistake.hint)]
    return "\n".join(_entry(name, " ".join(text.split())) for name, text in entries)


def _entry(name: str, text: str) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=f"{name}:".ljust(LABEL),
        subsequent_indent=" " * LABEL,
        max_lines=1 if name in ONE_LINE else 2,
        placeholder=" ...",
    )


def scoreboard(outcomes: Sequence[Outcome]) -> list[str]:
    """Count the points by part, and say what to do next.

    Args:
        outcomes: of the tests that ran.

    Returns:
        Lines of text.
    """
    ran = {part: [outcome for outcome in outcomes if outcome.test.startswith(f"{part.tests}/")] for part in EVERYTHING}
    ran = {part: of_part for part, of_part in ran.items() if of_part}
    lines = [_row(part, of_part) for part, of_part in ran.items()]
    points, most = _sums(outcomes)
    lines.append(f"{'total':<27}{points:>5g} of {most:>3g} points")
    return [*lines, "", f"Next: {_advice(ran, most)}"]


def _sums(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    return sum(outcome.points for outcome in outcomes), sum(outcome.most_points for outcome in outcomes)


def _row(part: Part, outcomes: Sequence[Outcome]) -> str:
    points, most = _sums(outcomes)
    return f"{part.name:<9}{part.title:<18}{points:>5g} of {most:>3g} points  {_bar(points, most)}  {_state(outcomes)}"


def _bar(points: float, most: float, width: int = 10) -> str:
    filled = int(width * points / max(most, 1))
    return f"[{'#' * filled}{'.' * (width - filled)}]"


def _state(outcomes: Sequence[Outcome]) -> str:
    counts = Counter(outcome.status for outcome in outcomes)
    if len(counts) == 1 and (PASSED in counts or NOT_STARTED in counts):
        return "all passed" if PASSED in counts else "not started"
    return ", ".join(f"{counts[status]} {status}" for status in (PASSED, WRONG, NOT_STARTED) if counts[status])


def _advice(ran: dict[Part, list[Outcome]], most: float) -> str:
    for part, outcomes in ran.items():
        counts = Counter(outcome.status for outcome in outcomes)
        if counts[PASSED] == len(outcomes):
            continue
        if part is TOGETHER:
            return "the tests above that use several parts at once say what does not fit together"
        then = f"then run: pytest proj4_unit_tests -k {part.key}"
        if counts[WRONG]:
            return f"fix {part.name}, as the messages above say, {then}"
        return f"write {part.name} in proj4_code/{part.file} (docs/handout.md explains it), {then}"
    if most == ALL_POINTS:
        return "run python zip_for_colab.py and open proj4_colab.ipynb on Colab"
    if len(ran) == 1 and (following := dict(pairwise(PARTS)).get(next(iter(ran)))):
        return f"go on with {following.name}: pytest proj4_unit_tests -k {following.key}"
    return "run all tests: pytest proj4_unit_tests"
