"""The quiz files of a class: one for each course system that imports quizzes, and a table of everything."""

from collections.abc import Sequence
from pathlib import Path

from instructor.course.tables import Cell, write_table
from instructor.questions.forms.canvas import LETTERS, canvas_quiz
from instructor.questions.forms.markup import question_id
from instructor.questions.forms.moodle import moodle_questions
from proj4_code.given.files import write_whole
from proj4_code.given.questions.question import Question, Sheet

CANVAS, MOODLE, TABLE = "canvas_quiz.zip", "moodle_quiz.xml", "questions.csv"
HEADINGS = ("Upload", "Question", "Kind", "Part", "Text", "Lines")
EXPLAINED = ("Right", "Answer", "Why", "If wrong")


def write_quizzes(sheets: Sequence[Sheet], out: Path) -> list[Path]:
    """Write all quiz files.

    Args:
        sheets: of the class, or of one upload.
        out: folder for the files; the quiz for Canvas, one for each upload, lies in the upload's folder in it.

    Returns:
        The files that hold all sheets, and the pattern of those that hold one.
    """
    for sheet in sheets:
        if sheet.questions:
            folder = out / sheet.upload
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / CANVAS, canvas_quiz(sheet))
    write_whole(out / MOODLE, moodle_questions(sheets))
    write_table(out / TABLE, _rows(sheets))
    return [out / "*" / CANVAS, out / MOODLE, out / TABLE]


def _rows(sheets: Sequence[Sheet]) -> list[list[Cell]]:
    most = max((len(question.choices) for sheet in sheets for question in sheet.questions), default=0)
    letters = LETTERS[:most].upper()
    rows: list[list[Cell]] = [[*HEADINGS, *letters, *EXPLAINED]]
    for sheet in sheets:
        for number, question in enumerate(sheet.questions, 1):
            rows.append([sheet.upload, question_id(sheet, number), *_row(question, letters)])
    return rows


def _row(question: Question, letters: str) -> list[Cell]:
    lines = [f"{excerpt.file}, {number}: {line}" for excerpt in question.lines for number, line in excerpt.numbered]
    choices = [*question.choices, *[""] * (len(letters) - len(question.choices))]
    right = "" if question.right is None else letters[question.right]
    explained = (right, question.answer, question.why, question.follow_up)
    return [question.kind, float(question.part), question.text, " | ".join(lines), *choices, *explained]
