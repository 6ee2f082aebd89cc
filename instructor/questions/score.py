"""Scores of answers: `python -m instructor questions --score ANSWERS.csv`."""

import html
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from instructor.course.quiz_scores import QuizScore
from instructor.grading.text import one_line, visible
from instructor.questions.answers import NO_ANSWER, read_answers
from instructor.questions.forms.markup import question_id
from proj4_code.given.questions.question import Question, Sheet


def score(path: Path, sheets: Sequence[Sheet]) -> list[QuizScore]:
    """Score the answers in a table.

    Args:
        path: the CSV file, as `read_answers` takes it.
        sheets: that were asked.

    Returns:
        A score for each upload and person who answered, by upload. Open questions are left to people.

    Raises:
        ValueError: if the table cannot be read, or an answer is not one of its question's choices.
    """
    key = {question_id(s, n): (s, question) for s in sheets for n, question in enumerate(s.questions, 1)}
    given: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for answer in read_answers(path, sheets):
        sheet, question = key[answer.question]
        if not question.open:
            choice = _choice(question, answer.text, f"{path}, line {answer.line}")
            given[sheet.upload, answer.person][answer.question] = choice
    by_upload = {sheet.upload: sheet for sheet in sheets}
    return [_score(by_upload[upload], person, answers) for (upload, person), answers in sorted(given.items())]


def _score(sheet: Sheet, person: str, answers: Mapping[str, str]) -> QuizScore:
    asked = {question_id(sheet, n): question for n, question in enumerate(sheet.questions, 1) if not question.open}
    right = sum(answers.get(name) == question.answer for name, question in asked.items())
    return QuizScore(sheet.upload, person, right, len(asked), sum(not answers.get(name) for name in asked))


def _choice(question: Question, text: str, where: str) -> str:
    """Return the choice that an answer names, by its text or its letter; nothing for no answer."""
    said = _spoken(text)
    if said in NO_ANSWER:
        return ""
    for choice in question.choices:
        if _spoken(choice) == said:
            return choice
    letter = re.fullmatch(r"([a-z])[.)]?", said)
    place = ord(letter[1]) - ord("a") if letter else len(question.choices)
    if place < len(question.choices):
        return question.choices[place]
    raise ValueError(
        f"{where}: the answer {one_line(text)!r} is not one of the question's choices: expected a letter, or one of "
        f"{'; '.join(map(one_line, question.choices))}"
    )


def _spoken(text: str) -> str:
    """Return a text as any course system writes it: without marks of code, blanks and capitals."""
    return "".join(html.unescape(visible(text)).replace("`", "").split()).casefold()
