"""Grading a whole class: `python -m instructor grade-all FOLDER_OR_EXPORT.zip --answers BOOK --out DIR`.

Workers grade and return grades; this process alone writes files. An upload that has a grade already is not graded again
if everything that decides it is the same, so that an interrupted run goes on where it was. What else the policy and
a person's decisions say is applied at every run.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from instructor.course.cluster import Job, grade_all
from instructor.course.decisions import read_decisions
from instructor.course.exports import ClassUpload, list_uploads
from instructor.course.feedback import write_feedback
from instructor.course.late import hand_in_of
from instructor.grading.origin import describe_origin
from instructor.grading.policy import Policy
from instructor.grading.records import COMPLETE, Decision, Grade, Origin
from instructor.grading.report.page import write_report
from instructor.grading.results import as_text, read_results
from instructor.grading.text import one_line
from instructor.grading.training.frames import read_truth
from proj4_code.given.files import write_whole

KEPT_IF_SAME = {"upload": "upload", "kit": "kit", "book": "answer book", "policy": "policy", "data": "data"}
"""Fields of `Origin` that decide whether an upload is graded again, and what people call them."""


class ClassGrade(NamedTuple):
    """The name of an upload, and its grade."""

    name: str
    grade: Grade


def grade_class(
    path: Path,
    job: Job,
    out: Path,
    workers: int,
    scheduler: str = "",
    again: Collection[str] = (),
    say: Callable[[str], object] = lambda line: None,
) -> list[ClassGrade]:
    """Grade all uploads, and write a folder for each with `results.json` and `report.html`.

    Args:
        path: a folder of uploads or an export.
        job: how to grade.
        out: folder for everything.
        workers: processes that grade at a time.
        scheduler: address of a Dask scheduler whose workers grade instead.
        again: names of uploads that are graded whatever there is from earlier runs.
        say: is told how many uploads are kept, how many are graded, and why.

    Returns:
        The grades of all uploads by name, those of earlier runs included.

    Raises:
        ValueError: if `again` or a decision names no upload.
    """
    uploads = list_uploads(path, out.resolve())
    names = {upload.name for upload in uploads}
    if unknown := sorted(set(again) - names):
        raise ValueError(f"there is no upload {unknown[0]}: give the name of its folder in {out}")
    decisions = read_decisions(out, names)
    now = describe_origin("", job.book, policy=job.policy, frames=read_truth(job.data) if job.data else ())
    earlier, reasons = _earlier_grades(uploads, now, out, again)
    say(_plan(len(uploads), reasons))
    waiting = [upload for upload in uploads if upload.name not in earlier]
    grades: dict[str, Grade] = {}

    def keep(upload: ClassUpload, grade: Grade) -> None:
        grades[upload.name] = _complete(upload, grade, job.policy, decisions.get(upload.name))
        _write(upload.name, grades[upload.name], job.policy, out / upload.name)

    for upload in uploads:
        if upload.name in earlier:
            keep(upload, earlier[upload.name])
    with tqdm(desc="uploads", total=len(uploads), initial=len(grades)) as bar:
        for upload, grade in grade_all(waiting, job, workers, scheduler) if waiting else ():
            keep(upload, grade)
            bar.update()
    write_feedback(uploads, out)
    return [ClassGrade(upload.name, grades[upload.name]) for upload in uploads]


def _earlier_grades(
    uploads: Sequence[ClassUpload], now: Origin, out: Path, again: Collection[str]
) -> tuple[dict[str, Grade], Counter[str]]:
    """Return the grades of earlier runs that still hold, and how many uploads are graded for which reason."""
    kept: dict[str, Grade] = {}
    reasons: Counter[str] = Counter()
    for upload in uploads:
        try:
            earlier = read_results(out / upload.name / "results.json")
        except FileNotFoundError:
            reasons["new"] += 1
            continue
        except ValueError:
            reasons["graded by another version"] += 1
            continue
        if upload.name in again:
            reasons["asked for with --again"] += 1
        elif earlier.state != COMPLETE or earlier.failed_tests:
            reasons[f"{earlier.state if earlier.state != COMPLETE else 'a grader error'} before"] += 1
        elif changed := _changed(replace(now, upload=_hash(upload)), earlier.origin):
            reasons[f"another {' and '.join(changed)}"] += 1
        else:
            kept[upload.name] = earlier
    return kept, reasons


def _hash(upload: ClassUpload) -> str:
    try:
        return upload.open().hash
    except Exception:  # what it is gets said when it is graded
        return ""


def _changed(now: Origin, then: Origin) -> list[str]:
    return [word for field, word in KEPT_IF_SAME.items() if getattr(now, field) != getattr(then, field)]


def _plan(number: int, reasons: Counter[str]) -> str:
    """Say how many uploads are kept, and how many are graded, and why."""
    kept = number - reasons.total()
    lines = []
    if kept:
        same = ", ".join(KEPT_IF_SAME.values())
        lines.append(f"{kept} kept as graded before (same {same}; --again NAME grades one again)")
    if reasons:
        lines.append(f"{reasons.total()} to grade: {', '.join(f'{count} {why}' for why, count in reasons.items())}")
    return "\n".join(lines)


def _complete(upload: ClassUpload, grade: Grade, policy: Policy, decision: Decision | None) -> Grade:
    """Add to a grade what the class knows about it."""
    return replace(
        grade,
        students=tuple(upload.students),
        hand_in=hand_in_of(upload, grade.score, policy.late),
        decision=decision,
    )


def _write(name: str, grade: Grade, policy: Policy, folder: Path) -> None:
    """Write the report and then the results, which say that this upload is done; what is the same stays untouched."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ", ".join(one_line(student.name) for student in grade.students)
    write_report(grade, names or name, policy, folder / "report.html")
    _write_if_changed(folder / "results.json", as_text(grade, policy).encode())


def _write_if_changed(path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)
