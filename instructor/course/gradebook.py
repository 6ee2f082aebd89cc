"""Tables of a class: one of all entries for people, and those that the gradebooks of Canvas and Gradescope import."""

from collections.abc import Sequence
from pathlib import Path

from instructor.course.tables import Cell, write_table
from instructor.course.whole_class import ClassGrade
from instructor.grading.policy import Gradebook
from instructor.grading.records import Grade, Student

CLASS = "class.csv"
TABLES = (CLASS, "canvas.csv", "gradescope.csv")


def write_tables(grades: Sequence[ClassGrade], out: Path, gradebook: Gradebook | None = None) -> int:
    """Write `class.csv`, a row for each entry, and `canvas.csv` and `gradescope.csv`, a row for each student.

    A grade that the grader could not give is an empty cell; `class.csv` and `gradescope.csv` say why.

    Args:
        grades: of all entries.
        out: folder for the tables.
        gradebook: the column of `canvas.csv`; None for a plain one.

    Returns:
        The number of rows in `class.csv`.
    """
    column = gradebook or Gradebook("proj4", 0, False)
    most = max((grade.most_points for _, grade in grades), default=0.0)
    rows = [_class_row(name, grade) for name, grade in grades]
    write_table(out / CLASS, [_HEADINGS, *rows])
    write_table(out / "canvas.csv", _canvas(grades, column, most))
    write_table(out / "gradescope.csv", _gradescope(grades, most))
    return len(rows)


_HEADINGS: list[Cell] = [
    "Upload", "Entry", "Students", "IDs", "E-mails", "Submitted", "Late", "Points", "Out of", "State", "Why no points",
    "Points earned", "Late rule", "Decision", "For a person to look at", "Files",
]  # fmt: skip


def _class_row(name: str, grade: Grade) -> list[Cell]:
    hand_in = grade.hand_in
    return [
        name,
        hand_in.entry if hand_in else name,
        *("; ".join(field for field in fields if field) for fields in _fields(grade)),
        hand_in.submitted if hand_in else "",
        hand_in.late if hand_in else "",
        grade.points,
        grade.most_points or None,
        grade.state,
        grade.open_because,
        grade.score if grade.tests else None,
        hand_in.rule if hand_in else "",
        str(grade.decision or ""),
        "; ".join(grade.notes),
        "; ".join(grade.choices),
    ]


def _fields(grade: Grade) -> list[list[str]]:
    return [[getattr(student, field) for student in grade.students] for field in ("name", "id", "email")]


def _canvas(grades: Sequence[ClassGrade], column: Gradebook, most: float) -> list[list[Cell]]:
    """Return a header, the row of possible points, and a row for each student."""
    possible = column.points_possible or most
    factor = possible / most if column.scaled and most else 1.0
    rows: list[list[Cell]] = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column.column],
        ["    Points Possible", "", "", "", "", possible],
    ]
    for _, grade in grades:
        points = None if grade.points is None else round(grade.points * factor, 4)
        rows += [[student.name, *_canvas_ids(student, grade), "", points] for student in grade.students]
    return rows


def _canvas_ids(student: Student, grade: Grade) -> tuple[str, str, str]:
    """Return what Canvas knows a student by: its own number, the university's, the login.

    A number that another system made is not one of these: it could be another student's.
    """
    system = grade.hand_in.system if grade.hand_in else ""
    if system in ("", "Canvas"):
        return student.id, "", student.email
    if system == "Gradescope":
        return "", student.id, student.email
    return "", "", student.id if system == "Blackboard" else ""


def _gradescope(grades: Sequence[ClassGrade], most: float) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        ["Name", "SID", "Email", "Total Score", "Max Points", "Status", "Submission Time", "Late", "Reason"]
    ]
    for _, grade in grades:
        hand_in = grade.hand_in
        when, late = (hand_in.submitted, hand_in.late) if hand_in else ("", "")
        reason = str(grade.decision or grade.open_because or (hand_in.rule if hand_in else ""))
        rows += [
            [student.name, student.id, student.email, grade.points, most, grade.state, when, late, reason]
            for student in grade.students
        ]
    return rows
