"""An entry of a class: whose upload it is, what was handed in and when, and a name for its folder."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from instructor.course.exports.listing import Item, files_of
from instructor.grading.files.file import File, NothingHandedIn
from instructor.grading.records import Student
from instructor.grading.text import one_line
from instructor.grading.upload import Upload, choose_parts

LONGEST_NAME = 80
# What is written beside the folders of uploads ends like this.
RESERVED = ("similarity", "questions", ".html", ".csv", ".zip", ".toml", ".json", ".xml", ".part", ".lock")
WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class ClassUpload(NamedTuple):
    """One entry of a class.

    Attributes:
        name: unique, and fit for a folder.
        students: whose it is.
        open: reads it; raises `Refused` if it cannot be graded, `NothingHandedIn` if there is nothing to grade.
        entry: what it is called in the folder or export.
        submitted: when it was handed in; None if nothing says so.
        late: whether the system marks it as late.
        system: that exported it; empty for a folder of uploads.
        feedback: path of a report in the zip that the system takes back; empty if it takes none.
        remarks: on what of it is graded, in sentences for the student.
        notes: what a person should look at, in words.
    """

    name: str
    students: list[Student]
    open: Callable[[], Upload]
    entry: str = ""
    submitted: datetime | None = None
    late: bool = False
    system: str = ""
    feedback: str = ""
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def choosing(files: Sequence[File], nothing: str = "the entry is empty") -> Callable[[], Upload]:
    """Return a function that reads an upload.

    Args:
        files: of the entry.
        nothing: what to say if there are none.
    """
    return partial(_choose, list(files), nothing)


def choosing_from(items: Sequence[Item], nothing: str = "the entry is empty") -> Callable[[], Upload]:
    """Return a function that reads an upload from the items of an entry."""
    return choosing(files_of(items), nothing)


def _choose(files: list[File], nothing: str) -> Upload:
    if not files:
        raise NothingHandedIn(nothing)
    return choose_parts(files)


def folder_name(label: str, number: str = "") -> str:
    """Return a name for a folder: safe everywhere, and the same whatever else is in the class.

    Args:
        label: the name that people know, which need not be unique with a number.
        number: a system's number for it, which is.
    """
    own = unicodedata.normalize("NFC", f"{label}_{number}" if number else label)
    ending = f"_{re.sub(r'[^0-9A-Za-z-]+', '', number)}" if number else ""
    safe = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", label))[: LONGEST_NAME - len(ending)]
    safe = safe.strip("._" if number else ".") + ending
    taken = safe.lower().endswith(RESERVED) or WINDOWS.fullmatch(safe)
    if safe and not taken and (number or safe == own):
        return safe
    return f"{safe[: LONGEST_NAME - 9].strip('.') or 'upload'}-{fingerprint(own)}"


def fingerprint(text: str) -> str:
    """Return eight characters that tell one name from another."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]


def distinct(entries: Sequence[ClassUpload]) -> list[ClassUpload]:
    """Return the entries by name, those of one name under names of their own."""
    by_name: dict[str, list[ClassUpload]] = {}
    for entry in entries:
        by_name.setdefault(entry.name.casefold(), []).append(entry)
    result = []
    for same in by_name.values():
        for number, entry in enumerate(same):
            if len(same) == 1:
                result.append(entry)
                continue
            others = " and ".join(one_line(other.entry) for other in same if other is not entry)
            name = (
                f"{entry.name[: LONGEST_NAME - 9]}-{fingerprint(f'{entry.entry}/{number}' if number else entry.entry)}"
            )
            note = f"{one_line(entry.entry)}: there is also {others}, perhaps of the same student"
            result.append(entry._replace(name=name, notes=(*entry.notes, note)))
    return sorted(result, key=lambda entry: entry.name)
