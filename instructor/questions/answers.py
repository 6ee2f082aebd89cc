"""Answers to quizzes, in the tables that people and course systems write, however those are separated.

- Plain: the columns name, question and answer, a row for each answer. `name` is the upload's, `question` the number on
  its sheet or the question's identifier, `answer` the letter or the text of a choice.
- Canvas' *Student Analysis*: a column for each question, headed by its text.
- Moodle's *Responses* with the text of the questions: columns "Question 1", "Response 1" and so on.
"""

import csv
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from instructor.grading.text import one_line
from instructor.questions.forms.markup import question_id
from proj4_code.given.questions.question import Sheet

LARGEST = 50 * 2**20  # bytes of a table
PLAIN = ("name", "question", "answer")
IDENTIFIER = re.compile(r"\b[0-9a-f]{8}-\d{1,3}(?!\d)", re.IGNORECASE)
RESPONSE = re.compile(r"(?:Response|Antwort|Réponse|Respuesta) (\d+)")
NO_ANSWER = ("", "-")


class Answer(NamedTuple):
    """An answer to a question.

    Attributes:
        question: its identifier.
        person: who answered, as the table calls them; empty if it does not say.
        text: of the answer.
        line: of the table, for messages.
    """

    question: str
    person: str
    text: str
    line: int


class _Table(NamedTuple):
    """A table: its columns, and its rows with their lines."""

    heads: Sequence[str]
    rows: Sequence[tuple[int, Mapping[str, str]]]


def read_answers(path: Path, sheets: Sequence[Sheet]) -> Iterator[Answer]:
    """Read the answers in a table.

    Args:
        path: the CSV file.
        sheets: that were asked.

    Raises:
        ValueError: if the table has no known form, or does not say which question an answer is to.
    """
    table = _read(path)
    known = {question_id(sheet, n) for sheet in sheets for n in range(1, len(sheet.questions) + 1)}
    plain = {head.strip().lower(): head for head in table.heads}
    responses = {head: number[1] for head in table.heads if (number := RESPONSE.fullmatch(head.strip()))}
    columns = {head: name for head in table.heads if (name := _identified(head, known))}
    if set(PLAIN) <= set(plain):
        yield from _plain(path, table, [plain[name] for name in PLAIN], sheets)
    elif columns:
        yield from _by_column(table, columns)
    elif responses:
        yield from _by_response(path, table, responses, known)
    else:
        raise ValueError(
            f"{path}: nothing in its head, {one_line(', '.join(table.heads), 200)}, is known: expected the columns "
            f"{', '.join(PLAIN)}, or Canvas' Student Analysis or Moodle's Responses of a quiz about these uploads"
        )


def _read(path: Path) -> _Table:
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path} is larger than {LARGEST / 1e6:.0f} MB: expected a table of answers")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8: save it again as CSV UTF-8") from None
    first = text.partition("\n")[0]
    table = csv.DictReader(text.splitlines(keepends=True), delimiter=max(",;\t", key=first.count))
    try:
        rows = [
            (table.line_num, {head: cell or "" for head, cell in row.items() if isinstance(head, str)}) for row in table
        ]
    except csv.Error as error:
        raise ValueError(f"{path} cannot be read as a table: {error}") from None
    return _Table([head for head in table.fieldnames or () if head], rows)


def _plain(path: Path, table: _Table, heads: Sequence[str], sheets: Sequence[Sheet]) -> Iterator[Answer]:
    by_upload = {sheet.upload: sheet for sheet in sheets}
    for line, row in table.rows:
        name, question, answer = (row[head].strip() for head in heads)
        if not (name or question or answer):
            continue
        if name not in by_upload:
            raise ValueError(f"{path}, line {line}: there are no questions about {one_line(name)!r}")
        names = [question_id(by_upload[name], n) for n in range(1, len(by_upload[name].questions) + 1)]
        called = dict(zip(names, names, strict=True)) | {str(n): known for n, known in enumerate(names, 1)}
        if question.lower() not in called:
            expected = f"expected 1 to {len(names)}" if names else "there is none"
            raise ValueError(f"{path}, line {line}: {name} has no question {one_line(question)!r}: {expected}")
        yield Answer(called[question.lower()], "", answer, line)


def _by_column(table: _Table, columns: Mapping[str, str]) -> Iterator[Answer]:
    for line, row in table.rows:
        for head, name in columns.items():
            if row[head].strip() not in NO_ANSWER:  # a class's table may have the questions of all
                yield Answer(name, _person(row, table.heads), row[head], line)


def _by_response(path: Path, table: _Table, responses: Mapping[str, str], known: set[str]) -> Iterator[Answer]:
    for line, row in table.rows:
        for head, number in responses.items():
            if row[head].strip() in NO_ANSWER:
                continue
            name = _identified(row[table.heads[table.heads.index(head) - 1]], known)
            if not name:
                raise ValueError(
                    f"{path}, line {line}: nothing says which question response {number} is to: tick "
                    '"question text" in Moodle\'s Responses, and download them again'
                )
            yield Answer(name, _person(row, table.heads), row[head], line)


def _identified(text: str, known: set[str]) -> str:
    """Return the first identifier of a known question in a text."""
    found = (name.lower() for name in IDENTIFIER.findall(html.unescape(text)))
    return next((name for name in found if name in known), "")


def _person(row: Mapping[str, str], heads: Sequence[str]) -> str:
    """Return who answered: Canvas has a column for the name, Moodle begins with last and first name."""
    if "name" in row:
        return one_line(row["name"])
    return one_line(" ".join(row[head].strip() for head in reversed(heads[:2])))
