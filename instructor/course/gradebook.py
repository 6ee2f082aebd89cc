"""Tables that the gradebooks of Canvas and Gradescope import."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from instructor.course.whole_class import ClassGrade
from proj4_code.given.files import write_whole

ASSIGNMENT = "proj4"


def write_tables(grades: Sequence[ClassGrade], out: Path) -> None:
    """Write `canvas.csv` and `gradescope.csv`, a row for each student."""
    canvas: list[list[object]] = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT]]
    gradescope: list[list[object]] = [["Name", "SID", "Email", "Total Score", "Status"]]
    for _, grade in grades:
        for student in grade.students:
            name, number, email = (_cell(text) for text in (student.name, student.id, student.email))
            canvas.append([name, number, "", email, "", grade.score])
            gradescope.append([name, number, email, grade.score, grade.state])
    _write_table(out / "canvas.csv", canvas)
    _write_table(out / "gradescope.csv", gradescope)


def _cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _write_table(path: Path, rows: list[list[object]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    write_whole(path, text.getvalue().encode(errors="replace"))
