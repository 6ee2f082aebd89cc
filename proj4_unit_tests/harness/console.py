"""Outcomes as text for a terminal: what is wrong, each mistake once, and the scoreboard."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Protocol

from proj4_code.given.basics.printing import fold, unbroken
from proj4_code.given.parts import EVERYTHING, PARTS, TOGETHER, Part
from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, WRONG, Outcome, title_of
from proj4_unit_tests.harness.reports.causes import Cause, find_causes

WIDTH = 118
LABEL = 10  # characters of "expected: "
BAR = 10  # characters of a bar of the scoreboard
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
        lines += fold(cause.where, width, "In:   ", " " * 6, most=2)
    lines += fold(f"{cause.scope} because of it:", width, "", "  ")
    begun: set[str] = set()
    for outcome, got in zip(cause.outcomes, cause.gots, strict=True):
        lines += fold(title_of(outcome.test), width, "- ", "  ")
        cut = fold(got, width, "  got ", most=1)
        if not begun.issuperset(cut):
            lines += cut if begun else fold(got, width, "  got ", " " * 6)
        begun.update(cut)
    return lines


def _record(outcome: Outcome, width: int) -> list[str]:
    lines = _entry("checked", outcome.checked, width) + _entry("expected", outcome.expected, width)
    lines += _entry("got", outcome.got, width)
    return lines + (_entry("in", outcome.where, width, 2) if outcome.where else [])


def _entry(name: str, text: str, width: int, most: int = 3) -> list[str]:
    return fold(text, width, f"{name}:".ljust(LABEL), " " * LABEL, most)


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
    lines = _rows(ran, width, paint, cut_short)
    points, most = _sums(outcomes)
    lines.append(paint(f"{'total':<27}{points:>5g} of {most:>3g} points", bold=True))
    closing = [*_closer_look(outcomes), f"Next: {_advice(ran, most, cut_short)}"]
    return [*lines, "", *(line for text in closing for line in _advise(text, width))]


def _advise(text: str, width: int) -> list[str]:
    """Break advice that ends with a command; the command stays whole, to be pasted.

    In the kit's folder, `pytest` alone means all unit tests: so a command that is too long can do without their folder.
    """
    indent = " " * 6
    said, colon, command = text.rpartition(": pytest ")
    if not colon or len(text) <= width:
        return fold(text, width, "", indent)
    if len(f"{indent}pytest {command}") > width:
        command = command.removeprefix("proj4_unit_tests ")
    return [*fold(f"{said}:", width, "", indent), f"{indent}pytest {command}"]


def _sums(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    return sum(outcome.points for outcome in outcomes), sum(outcome.most_points for outcome in outcomes)


def _rows(ran: dict[Part, list[Outcome]], width: int, paint: Paint, cut_short: Collection[str]) -> list[str]:
    """Write a row for each part, with a bar if there is room for one in every row."""
    rows = []
    for part, outcomes in ran.items():
        points, most = _sums(outcomes)
        row = f"{part.name:<9}{part.title:<18}{points:>5g} of {most:>3g}"
        rows.append((row, int(BAR * points / (most or 1)), _state(outcomes, part.tests not in cut_short)))
    if all(len(f"{row} points  [{'.' * BAR}]  {state}") <= width for row, _, state in rows):
        bars = [paint("#" * full, green=True) + paint("." * (BAR - full), red=True) for _, full, _ in rows]
        return [f"{row} points  [{bar}]  {state}" for (row, _, state), bar in zip(rows, bars, strict=True)]
    return [
        line
        for row, _, state in rows
        for line in fold(state.replace(NOT_STARTED, unbroken(NOT_STARTED)), width, f"{row}  ", " " * (len(row) + 2))
    ]


def _state(outcomes: Sequence[Outcome], whole: bool) -> str:
    counts = Counter(outcome.status for outcome in outcomes)
    if counts[NOT_STARTED] == len(outcomes):
        return NOT_STARTED
    if counts[PASSED] == len(outcomes) and whole:
        return "all passed"
    return ", ".join(f"{counts[status]} {status}" for status in (PASSED, WRONG, NOT_STARTED) if counts[status])


def _closer_look(outcomes: Sequence[Outcome]) -> list[str]:
    """Say how to look at one wrong test alone, and at one after the other."""
    wrong = [outcome for outcome in outcomes if outcome.status == WRONG]
    tests = [outcome.test.split("/")[1] for outcome in wrong[:1]]
    lines = [f"One test alone, with its traceback: pytest proj4_unit_tests -k {test} --tb=short" for test in tests]
    unnamed = Counter(outcome.test.split("/")[0] for outcome in wrong if not outcome.mistakes)
    if len(wrong) > 1:
        lines.append("One mistake at a time: -x stops at the first test that is wrong.")
    if max(unnamed.values(), default=0) > 1:
        lines.append("Mistakes of one part can hide each other's names and hints: fix one, then run it again.")
    return lines


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
        write = "go on writing" if counts[PASSED] else "write"
        return f"{write} {part.name} in proj4_code/{part.file} (docs/handout.md explains it), {then}"
    if most == ALL_POINTS:
        return "run python zip_for_colab.py and open proj4_colab.ipynb on Colab"
    for part in ran:
        if part.tests in cut_short:
            return f"run all tests of {part.name}: pytest proj4_unit_tests -k {part.key}"
    following = max((part.number for part in ran), default=0)
    if 0 < following < len(PARTS):
        return f"go on with {PARTS[following].name}: pytest proj4_unit_tests -k {PARTS[following].key}"
    return "run all tests: pytest proj4_unit_tests"
