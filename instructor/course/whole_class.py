"""Grading a whole class: `python -m instructor grade-all FOLDER_OR_EXPORT.zip --answers BOOK --out DIR`.

Workers grade and return grades; this process alone writes files. An upload that has a grade already, of the same
files, kit and book, is not graded again, so that a run that was stopped goes on where it was.
"""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from instructor.course.cluster import Job, grade_all
from instructor.course.exports import ClassUpload, list_uploads
from instructor.grading.origin import describe_origin
from instructor.grading.policy import Policy
from instructor.grading.records import FAILED, UNFINISHED, Grade
from instructor.grading.report_page import write_report
from instructor.grading.results import read_results, write_results


class ClassGrade(NamedTuple):
    """The name of an upload, and its grade."""

    name: str
    grade: Grade


def grade_class(path: Path, job: Job, out: Path, workers: int, scheduler: str = "") -> list[ClassGrade]:
    """Grade all uploads, and write a folder for each with `results.json` and `report.html`.

    Args:
        path: a folder of uploads or an export.
        job: how to grade.
        out: folder for everything.
        workers: processes that grade at a time.
        scheduler: address of a Dask scheduler whose workers grade instead.

    Returns:
        The grades of all uploads by name, those of earlier runs included.
    """
    uploads = list_uploads(path)
    earlier = {upload.name: _earlier_grade(upload, job.book, out) for upload in uploads}
    grades = {name: grade for name, grade in earlier.items() if grade}
    waiting = [upload for upload in uploads if upload.name not in grades]
    with tqdm(desc="uploads", total=len(uploads), initial=len(grades)) as bar:
        for upload, grade in grade_all(waiting, job, workers, scheduler) if waiting else ():
            grades[upload.name] = replace(grade, students=tuple(upload.students))
            _write(upload, grades[upload.name], job.policy, out / upload.name)
            bar.update()
    return [ClassGrade(upload.name, grades[upload.name]) for upload in uploads]


def _write(upload: ClassUpload, grade: Grade, policy: Policy, folder: Path) -> None:
    """Write the report and then the results, which say that this upload is done."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ", ".join(student.name for student in upload.students)
    write_report(grade, names, policy.show_printed, folder / "report.html")
    write_results(grade, policy, folder / "results.json")


def _earlier_grade(upload: ClassUpload, book: bytes, out: Path) -> Grade | None:
    """Return an earlier run's grade, if it is complete, and of the same files, kit and book."""
    try:
        earlier = read_results(out / upload.name / "results.json")
    except (FileNotFoundError, ValueError):
        return None
    try:
        own_hash = upload.open().hash
    except Exception:  # what it is gets said when it is graded
        own_hash = ""
    now, then = describe_origin(own_hash, book), earlier.origin
    same = (then.upload, then.kit, then.book) == (now.upload, now.kit, now.book)
    return earlier if same and earlier.state not in (UNFINISHED, FAILED) else None
