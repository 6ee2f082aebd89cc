"""From a draft to a question: the student's code is called, and what it answers stands among likely wrong answers."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any, TypeAlias

from proj4_code.given.parts import PARTS
from proj4_code.given.questions.excerpts import excerpts_of
from proj4_code.given.questions.question import Question, Sources, check, form_of, spoken

MOST_CHOICES, FEWEST_CHOICES = 4, 3
LIKELIEST = 5
"""Wrong choices are drawn from so many of a draft's first."""
Ask: TypeAlias = Callable[[str, Mapping[str, Any]], Any]
"""Calls an adapter, by name and with arguments, on the student's code; raises `RaisedError` if that raises."""


class RaisedError(Exception):
    """The student's code raised an exception."""


@dataclass(frozen=True)
class Draft:
    """A question before the student's code has been called.

    Attributes:
        kind: as in `Question`.
        part: as in `Question`.
        name: as in `Question`.
        text: as in `Question`.
        about: functions and classes of the part whose lines are shown.
        find: calls the student's code and returns what it answers, written as a choice.
        expected: what right code answers, computed without it.
        wrong: what likely mistakes would answer, the likeliest first; those equal to the answer are left out.
        why: how one finds the answer.
        follow_up: as in `Question`.
        complete: whether its text and lines hold all that the answer depends on, even if a line read otherwise.
    """

    kind: str
    part: int
    name: str
    text: str
    about: tuple[str, ...]
    find: Callable[[Ask], str]
    expected: str
    wrong: tuple[str, ...]
    why: str
    follow_up: str
    complete: bool = True


Template: TypeAlias = Callable[[Random], Draft]
"""Draws the numbers of a question."""


def write_question(draft: Draft, answer: str, sources: Sources, draw: Random) -> Question | None:
    """Make a question of a draft and of what the student's code answers.

    Args:
        draft: of the question.
        answer: what `draft.find` returned.
        sources: the student's files.
        draw: draws the wrong choices, and the order of all.

    Returns:
        None if the code's lines cannot be shown, or if too few choices are left.
    """
    lines = excerpts_of(sources, PARTS[draft.part - 1].file, draft.about)
    wrong = different_choices(answer, (draft.expected, *draft.wrong))
    if not lines or len(wrong) < FEWEST_CHOICES - 1:
        return None
    choices, right = shuffled(answer, wrong, draw)
    why = draft.why if answer == draft.expected else f"Right code would answer {draft.expected}. {draft.why}"
    question = Question(
        draft.kind, draft.part, draft.name, draft.text, lines, choices, right, answer, why, draft.follow_up
    )
    check(question, sources)
    return question


def different_choices(answer: str, wrong: Iterable[str]) -> list[str]:
    """Return the wrong choices that have the answer's form, each once, and none that is the answer."""
    kept = [answer]
    for choice in wrong:
        if form_of(choice) == form_of(answer) and not any(_close(choice, other) for other in kept):
            kept.append(choice)
    return kept[1:]


def _close(choice: str, other: str) -> bool:
    """Return whether two choices are the same, or decimals that differ by rounding or little more."""
    if spoken(choice) == spoken(other):
        return True
    try:
        first, second = float(choice), float(other)
    except ValueError:
        return False
    return first == second or ("." in choice + other and abs(first - second) < 0.03 * max(abs(first), abs(second), 1))


def shuffled(answer: str, wrong: Sequence[str], draw: Random) -> tuple[tuple[str, ...], int]:
    """Draw some of the likeliest wrong choices, put the answer among them, and return all, and its place."""
    likely = list(wrong[:LIKELIEST])
    choices = [answer, *draw.sample(likely, min(len(likely), MOST_CHOICES - 1))]
    draw.shuffle(choices)
    return tuple(choices), choices.index(answer)


def decimal(value: float) -> str:
    """Write a number with two decimals, halves rounded up as people do."""
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf"
    return str(Decimal(str(round(value, 5))).quantize(Decimal("0.01"), ROUND_HALF_UP))


def shape(sides: Sequence[int]) -> str:
    """Write a shape as a choice."""
    return f"({', '.join(str(side) for side in sides)}{',' if len(sides) == 1 else ''})"


def counted(number: int, what: str) -> str:
    """Write a number of things: "1 cell", "3 cells"."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def rows(matrix: Iterable[Iterable[int]]) -> str:
    """Write a matrix as a choice."""
    return f"[{', '.join(str([int(value) for value in row]) for row in matrix)}]"
