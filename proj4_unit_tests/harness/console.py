"""Outcomes as text for a terminal: what is wrong, each mistake once, and the scoreboard."""

import textwrap
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Protocol

from proj4_code.given.parts import EVERYTHING, PARTS, TOGETHER, Part
from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, WRONG, Outcome, title_of
from proj4_unit_tests.harness.reports.causes import Cause, find_causes

WIDTH = 118
LABEL = 10  # characters of "expected: "
BARS = 80  # columns from which on the scoreboard has room for bars
ALL_POINTS = 100


class Paint(Protocol):
    """Colours text, as `markup` of pytest's terminal writer does; where no colour is wanted it returns the text."""

    def __call__(self, text: str, **markup: bool) -> str:
        """Colour a text: `bold=True`, `yellow=True`."""


def unpainted(text: str, **_: bool) -> str:
    """Return a text as it is."""
    return text


def explain(outcome: Outcome) -> str:
    """Describe a wrong answer in at most ten lines: for whatever shows one test alone."""
    lines = _record(outcome, WIDTH)
    if mistake := outcome.named:
        lines += _entry("mistake", mistake.wrong, WIDTH, 1) + _entry("hint", mistake.hint, WIDTH, 1)
    return "\n".join(lines)


def what_is_wrong(outcomes: Sequence[Outcome], width: int = WIDTH, paint: Paint = unpainted) -> list[str]:
    """Write each mistake and each error once, and under it the tests that it makes wrong.

    Args:
        outcomes: of the tests that ran.
        width: of a line, in characters; it is broken between words.
        paint: colours text.

    Returns:
        Lines of text.
    """
    told = [_tell(cause, width, paint) for cause in find_causes(outcomes)]
    return [line for lines in told for line in ("", *lines)][1:]


def _tell(cause: Cause, width: int, paint: Paint) -> list[str]:
    lines = [paint(line, bold=True) for line in fold(f"{cause.lead}: {cause.wrong}", width, "", "  ")]
    if cause.hint:
        lines += [paint(line, yellow=True) for line in fold(cause.hint, width, "Hint: ", " " * 6)]
    if len(cause.outcomes) == 1:
        if cause.mistake:
            lines += fold(f"{cause.scope} because of it: {title_of(cause.outcomes[0].test)}", width, "", "  ")
        return [*lines, *(f"  {line}" for line in _record(cause.outcomes[0], width - 2))]
    if cause.where:
        lines += fold(cause.where, width, "in ", "  ", most=1)
    lines += fold(f"{cause.scope} because of it:", width, "", "  ")
    for outcome in cause.outcomes:
        lines += fold(title_of(outcome.test), width, "- ", "  ")
        if outcome.got != cause.wrong:
            lines += fold(f"got {outcome.got}", width, "  ", "  ", most=1)
    return lines


def _record(outcome: Outcome, width: int) -> list[str]:
    lines = _entry("checked", outcome.checked, width) + _entry("expected", outcome.expected, width)
    lines += _entry("got", outcome.got, width)
    return lines + (_entry("in", outcome.where, width, 1) if outcome.where else [])


def _entry(name: str, text: str, width: int, most: int = 2) -> list[str]:
    return fold(text, width, f"{name}:".ljust(LABEL), " " * LABEL, most)


def fold(text: str, width: int, first: str = "", others: str = "", most: int | None = None) -> list[str]:
    """Break a text between words into at most `most` lines; `first` begins the first, `others` begins the others."""
    return textwrap.wrap(
        " ".join(text.split()),
        width,
        initial_indent=first,
        subsequent_indent=others,
        max_lines=most,
        placeholder=" ...",
        break_long_words=False,
        break_on_hyphens=False,
    )


def scoreboard(
    outcomes: Sequence[Outcome], width: int = WIDTH, paint: Paint = unpainted, cut_short: Collection[str] = ()
) -> list[str]:
    """Count the points by part, and say what to do next.

    Args:
        outcomes: of the tests that ran.
        width: of a line, in characters.
        paint: colours text.
        cut_short: files of tests of which only some ran.

    Returns:
        Lines of text.
    """
    ran = {part: [outcome for outcome in outcomes if outcome.test.startswith(f"{part.tests}/")] for part in EVERYTHING}
    ran = {part: of_part for part, of_part in ran.items() if of_part}
    lines = [line for part, of_part in ran.items() for line in _row(part, of_part, width, paint)]
    points, most = _sums(outcomes)
    lines.append(paint(f"{'total':<27}{points:>5g} of {most:>3g} points", bold=True))
    closing = [*_closer_look(outcomes), f"Next: {_advice(ran, most, cut_short)}"]
    return [*lines, "", *(line for text in closing for line in _advise(text, width))]


def _advise(text: str, width: int) -> list[str]:
    """Break advice that ends with a command; the command stays whole, to be pasted, where it fits into a line.

    In the kit's folder, `pytest` alone means all unit tests: so a command that is too long can do without their folder.
    """
    indent = " " * 6
    said, _, command = text.rpartition(": pytest ")
    for arguments in (command, command.removeprefix("proj4_unit_tests ")):
        if len(text) > width >= len(f"{indent}pytest {arguments}") and said:
            return [*fold(f"{said}:", width, "", indent), f"{indent}pytest {arguments}"]
    return fold(text, width, "", indent)


def _sums(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    return sum(outcome.points for outcome in outcomes), sum(outcome.most_points for outcome in outcomes)


def _row(part: Part, outcomes: Sequence[Outcome], width: int, paint: Paint) -> list[str]:
    points, most = _sums(outcomes)
    full = int(10 * points / max(most, 1))
    got, lost = "#" * full, "." * (10 - full)
    row = f"{part.name:<9}{part.title:<18}{points:>5g} of {most:>3g}"
    row += f" points  [{got}{lost}]  " if width >= BARS else "  "
    first, *others = fold(_state(outcomes), width, row, " " * len(row))
    painted = paint(got, green=True) + paint(lost, red=True)
    return [first.replace(f"[{got}{lost}]", f"[{painted}]"), *others]


def _state(outcomes: Sequence[Outcome]) -> str:
    counts = Counter(outcome.status for outcome in outcomes)
    if len(counts) == 1 and (PASSED in counts or NOT_STARTED in counts):
        return "all passed" if PASSED in counts else "not started"
    return ", ".join(f"{counts[status]} {status}" for status in (PASSED, WRONG, NOT_STARTED) if counts[status])


def _closer_look(outcomes: Sequence[Outcome]) -> list[str]:
    """Say how to look at one wrong test alone, and at one after the other."""
    wrong = [outcome.test.split("/")[1] for outcome in outcomes if outcome.status == WRONG]
    lines = [f"One test alone, with its traceback: pytest proj4_unit_tests -k {test} --tb=short" for test in wrong[:1]]
    return lines + ["One mistake at a time: -x stops at the first test that is wrong."] * (len(wrong) > 1)


def _advice(ran: dict[Part, list[Outcome]], most: float, cut_short: Collection[str]) -> str:
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
    for part in ran:
        if part.tests in cut_short:
            return f"run all tests of {part.name}: pytest proj4_unit_tests -k {part.key}"
    following = max((part.number for part in ran), default=0)
    if 0 < following < len(PARTS):
        return f"go on with {PARTS[following].name}: pytest proj4_unit_tests -k {PARTS[following].key}"
    return "run all tests: pytest proj4_unit_tests"
