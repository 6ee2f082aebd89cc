"""The sheet for an oral examination: one HTML page, made to be printed."""

from pathlib import Path

from instructor.grading.report.html import make_page
from proj4_code.given.questions.question import Sheet

TEMPLATES = Path(__file__).with_name("templates")
KINDS = {
    "trace": "what does it give?",
    "count": "how many?",
    "change": "what if?",
    "find": "which line?",
    "why": "why?",
}
"""What the kinds of questions are called on the page."""


def sheet_page(sheet: Sheet) -> str:
    """Return the page of a sheet."""
    minutes = round(sum(question.seconds for question in sheet.questions) / 60)
    return make_page("sheet.html", TEMPLATES, sheet=sheet, minutes=minutes, kinds=KINDS)
