"""A question about a student's own code, and a sheet of them: the record that every form of them renders."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

KINDS = ("trace", "count", "change", "find", "why")
"""What a call gives; how many there are; what a change of a line does; which line does it; an open question."""
SECONDS = 120
EVASIONS = re.compile(r"\b(none|all|both|neither|any) of (these|the|them)\b", re.IGNORECASE)
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?|\bnan\b|\binf\b", re.IGNORECASE)
Sources: TypeAlias = Mapping[str, str]
"""Name of a file of the student's -> its content, with newlines alone between lines."""


@dataclass(frozen=True)
class Excerpt:
    """Lines of a student's file.

    Attributes:
        file: its name, such as "part5_iou.py".
        first: number of the first line, from 1.
        source: the lines, without a newline at the end.
    """

    file: str
    first: int
    source: str

    @property
    def numbered(self) -> list[tuple[int, str]]:
        """The lines with their numbers."""
        return list(enumerate(self.source.split("\n"), self.first))


@dataclass(frozen=True)
class Question:
    """A question. All its text is plain: what renders it escapes it.

    Attributes:
        kind: one of `KINDS`.
        part: number of the part that it is about.
        name: of its template and of what was drawn for it; two questions with one name ask the same.
        text: what is asked.
        lines: the student's own, shown with it.
        choices: to choose from; empty if the question is open.
        right: index of the right choice; None if the question is open.
        answer: the right choice's text, or what a good answer holds.
        why: the explanation, read after answering.
        follow_up: what to ask, or to read, if the answer is wrong.
        seconds: that it takes with pencil and paper.
    """

    kind: str
    part: int
    name: str
    text: str
    lines: tuple[Excerpt, ...]
    choices: tuple[str, ...]
    right: int | None
    answer: str
    why: str
    follow_up: str
    seconds: int = SECONDS

    @property
    def open(self) -> bool:
        """Whether it has no choices: a question for an oral examination alone."""
        return self.right is None


@dataclass(frozen=True)
class Sheet:
    """The questions of one upload.

    Attributes:
        upload: its name.
        hash: SHA-256 of what was handed in.
        seed: that the questions were drawn with.
        questions: in the order in which they are asked.
        remarks: why there are fewer than were asked for, and whatever else a person should know.
    """

    upload: str
    hash: str
    seed: int
    questions: tuple[Question, ...]
    remarks: tuple[str, ...] = ()


class BadQuestionError(ValueError):
    """A question that nobody should be asked."""


def check(question: Question, sources: Sources) -> None:
    """Check what holds for every question, whatever it asks.

    Args:
        question: to be checked.
        sources: the files that its lines are from.

    Raises:
        BadQuestionError: if it has no right choice, equal choices, choices of different forms, an evasive choice such
            as "none of these", an empty text, or lines that do not stand where it says.
    """
    problems = [*_problems_of_text(question), *_problems_of_choices(question)]
    for excerpt in question.lines:
        there = sources.get(excerpt.file, "").split("\n")[excerpt.first - 1 :]
        if excerpt.first < 1 or there[: len(excerpt.numbered)] != [line for _, line in excerpt.numbered]:
            problems.append(f"{excerpt.file} does not have these lines at {excerpt.first}")
    if problems:
        raise BadQuestionError(f"question {question.name}: {'; '.join(problems)}")


def _problems_of_text(question: Question) -> list[str]:
    problems = [] if question.kind in KINDS else [f"its kind {question.kind!r} is not one of {', '.join(KINDS)}"]
    empty = [name for name in ("name", "text", "lines", "answer", "why", "follow_up") if not getattr(question, name)]
    return problems + [f"its {name} is empty" for name in empty]


def _problems_of_choices(question: Question) -> list[str]:
    choices, right = question.choices, question.right
    if right is None:
        return ["it has choices, and none is right"] if choices else []
    if not 0 <= right < len(choices) or len(choices) < 2:
        return [f"choice {right} of {len(choices)} cannot be the right one"]
    problems = []
    if choices[right] != question.answer:
        problems.append(f"its answer is {question.answer!r}, its right choice {choices[right]!r}")
    if len({spoken(choice) for choice in choices}) < len(choices):
        problems.append(f"two of its choices are the same: {choices}")
    if len({form_of(choice) for choice in choices}) > 1:
        problems.append(f"its choices have different forms: {choices}")
    return problems + [f"{choice!r} is no choice" for choice in choices if EVASIONS.search(choice)]


def spoken(choice: str) -> str:
    """Return a choice as it sounds: two choices that differ in blanks or capitals are one."""
    return "".join(choice.split()).casefold()


def form_of(choice: str) -> str:
    """Return what the choices of one question have in common: "words", or numbers with what stands between them.

    Lists of different lengths have one form.
    """
    bare = NUMBER.sub("0", " ".join(choice.split()))
    if re.search(r"[^\W\d_]{2,}", bare):
        return "words"
    return re.sub(r"0(, ?0|×0| 0)+", "0, 0", bare)


def as_json(sheet: Sheet) -> str:
    """Write a sheet as JSON."""
    return json.dumps(asdict(sheet), indent=1, ensure_ascii=False) + "\n"


def from_json(text: str) -> Sheet:
    """Read what `as_json` wrote.

    Raises:
        ValueError: if it is anything else.
    """
    try:
        entries = json.loads(text)
        questions = tuple(_question(entry) for entry in entries.pop("questions"))
        return Sheet(**{**entries, "remarks": tuple(entries["remarks"])}, questions=questions)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is not a sheet of questions ({error!r}): write it again") from None


def _question(entry: dict[str, Any]) -> Question:
    lines = tuple(Excerpt(**excerpt) for excerpt in entry["lines"])
    return Question(**{**entry, "lines": lines, "choices": tuple(entry["choices"])})
