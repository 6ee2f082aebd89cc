"""Sheets as Moodle's XML: one file for a class, with a category of the question bank for each sheet.

https://docs.moodle.org/en/Moodle_XML_format
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from instructor.grading.text import one_line
from instructor.questions.forms.markup import as_html, question_id, with_code
from proj4_code.given.questions.question import Question, Sheet

TOP = "$course$/top/Questions about the students’ own code"


def moodle_questions(sheets: Sequence[Sheet]) -> bytes:
    """Return the file; open questions are essays in it, with what a good answer holds for their reader."""
    quiz = ET.Element("quiz")
    for sheet in sheets:
        category = ET.SubElement(ET.SubElement(quiz, "question", type="category"), "category")
        _text(category, f"{TOP}/{one_line(sheet.upload).replace('/', '-')}")
        for number, question in enumerate(sheet.questions, 1):
            quiz.append(_question(question, question_id(sheet, number)))
    ET.indent(quiz)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(quiz, encoding="utf-8") + b"\n"


def _question(question: Question, name: str) -> ET.Element:
    element = ET.Element("question", type="essay" if question.open else "multichoice")
    _text(ET.SubElement(element, "name"), name)
    _text(ET.SubElement(element, "questiontext", format="html"), as_html(question, name))
    _text(ET.SubElement(element, "generalfeedback", format="html"), f"<p>{with_code(question.why)}</p>")
    fields = {"defaultgrade": "1", "penalty": "0", "hidden": "0", "idnumber": name}
    more = {"responseformat": "plain", "responserequired": "1", "responsefieldlines": "10", "attachments": "0"}
    choice = {"single": "true", "shuffleanswers": "false", "answernumbering": "none"}
    for field, value in (fields | (more if question.open else choice)).items():
        ET.SubElement(element, field).text = value
    if question.open:
        _text(ET.SubElement(element, "graderinfo", format="html"), f"<p>{with_code(question.answer)}</p>")
    for place, text in enumerate(question.choices):
        fraction = "100" if place == question.right else "0"
        answer = ET.SubElement(element, "answer", fraction=fraction, format="html")
        _text(answer, with_code(text))
        _text(ET.SubElement(answer, "feedback", format="html"), "")
    return element


def _text(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, "text").text = text
