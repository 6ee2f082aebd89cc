"""A sheet as a quiz for Canvas and other systems that import QTI 1.2, by text2qti.

text2qti reads Markdown, formulas and pictures. So it gets names in place of all text, and the text, which is a
student's in part, takes their place in the XML that it has made.
"""

import html
import itertools
import re

from text2qti.config import Config
from text2qti.qti import QTI
from text2qti.quiz import Quiz

from instructor.questions.forms.markup import as_html, question_id, title_of, with_code
from proj4_code.given.questions.question import Question, Sheet

DESCRIPTION = "Every question is about code that you handed in. Paper and pencil are enough: about two minutes each."
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class _Texts:
    """Gives each text a name, and puts the texts in place of their names.

    Args:
        identifier: of the quiz; the names, from which text2qti makes identifiers, begin with it.
    """

    def __init__(self, identifier: str) -> None:
        self._texts: dict[str, str] = {}
        self._numbers = itertools.count()
        self._identifier = identifier.replace("-", "x")

    def name(self, text: str) -> str:
        """Return a name for HTML, or for a title as plain text."""
        name = f"text{self._identifier}x{next(self._numbers)}end"
        self._texts[name] = text
        return name

    def fill(self, xml: str) -> str:
        """Return XML with the texts, as characters of the XML, in place of their names."""
        pattern = rf"(<p>|&lt;p&gt;)?(text{self._identifier}x\d+end)(</p>|&lt;/p&gt;)?"
        return re.sub(pattern, lambda match: html.escape(self._texts[match[2]]), xml)


def canvas_quiz(sheet: Sheet) -> bytes:
    """Return the zip that Canvas imports as a quiz; open questions are essays in it.

    Raises:
        ValueError: if the sheet holds no question.
    """
    if not sheet.questions:
        raise ValueError(f"{sheet.upload} has no questions: there is nothing to make a quiz of")
    texts = _Texts(question_id(sheet, 0))
    lines = [f"Quiz title: {texts.name(title_of(sheet))}", f"Quiz description: {DESCRIPTION}"]
    for number, question in enumerate(sheet.questions, 1):
        lines += ["", *_question(question, number, question_id(sheet, number), texts)]
    qti = QTI(Quiz("\n".join(lines) + "\n", config=Config(), source_name=sheet.upload))
    qti.assessment, qti.assessment_meta = texts.fill(qti.assessment), texts.fill(qti.assessment_meta)
    return qti.zip_bytes()


def _question(question: Question, number: int, name: str, texts: _Texts) -> list[str]:
    """Return a question as text2qti reads it."""
    lines = [f"Title: {name}", "Points: 1", f"{number}. {texts.name(as_html(question, name))}"]
    if question.open:
        return [*lines, "____"]
    lines.append(f"... {texts.name(f'<p>{with_code(question.why)}</p>')}")
    for place, (letter, choice) in enumerate(zip(LETTERS, question.choices, strict=False)):
        lines.append(f"{'*' if place == question.right else ''}{letter}) {texts.name(with_code(choice))}")
    return lines
