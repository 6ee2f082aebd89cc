"""What Blackboard exports (Assignment File Download): all files in one folder, named by student and attempt.

    ASSIGNMENT_USER_attempt_2026-10-05-23-02-03.txt     about an attempt: whose, when, which files
    ASSIGNMENT_USER_attempt_2026-10-05-23-02-03_FILE    its files

ASSIGNMENT and USER may hold underscores, so the text file says whose it is, and, where it is missing, what all names
begin with. Several attempts of a student are one entry: the last one counts.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from instructor.course.exports.entry import ClassUpload, choosing_from, folder_name
from instructor.course.exports.folder import nothing
from instructor.course.exports.listing import Item, common_beginning, renamed
from instructor.grading.files.file import Refused
from instructor.grading.records import Student

NAME = re.compile(r"(?P<owner>.+?)_attempt_(?P<time>\d{4}(?:-\d{1,2}){5})(?:\.txt|_(?P<file>.+))", re.DOTALL)
STUDENT = re.compile(r"^[^:\n]+:[ \t]*(?P<name>.*?)[ \t]*\((?P<user>[^()\n]*)\)[ \t]*\r?$", re.MULTILINE)
MOST_TEXT = 200_000  # bytes of a text file that are read


class _Attempt(NamedTuple):
    """An attempt: when, its files, and what its text file says."""

    time: datetime
    items: list[Item]
    name: str
    user: str


def read(items: Sequence[Item]) -> tuple[list[ClassUpload], list[Item]] | None:
    """Return the entries of an export, and the items that do not belong to it; None if it is not Blackboard's."""
    own: dict[tuple[str, str], list[tuple[Item, re.Match[str]]]] = defaultdict(list)
    others = []
    for item in items:
        found = NAME.fullmatch(item.name)
        if found and _time(found["time"]):
            own[found["owner"], found["time"]].append((item, found))
        else:
            others.append(item)
    if 2 * len(others) >= len(items):
        return None
    assignment = common_beginning({owner for owner, _ in own}, "_")
    attempts: dict[str, list[_Attempt]] = defaultdict(list)
    for (owner, time), found_items in own.items():
        attempt = _attempt(found_items, time, owner[len(assignment) :] if assignment else owner.rpartition("_")[2])
        attempts[attempt.user].append(attempt)
    return [_entry(user, sorted(made, key=lambda one: one.time)) for user, made in attempts.items()], others


def _time(text: str) -> datetime | None:
    try:
        return datetime(*map(int, text.split("-")))  # type: ignore[arg-type]  # six numbers
    except ValueError:
        return None


def _attempt(found: list[tuple[Item, re.Match[str]]], time: str, user: str) -> _Attempt:
    name = user
    for item, match in found:
        lines = STUDENT.finditer(_text(item)) if match["file"] is None else ()
        if said := next((line for line in lines if match["owner"].endswith(line["user"])), None):  # in any language
            name, user = said["name"] or said["user"], said["user"] or user
    files = [renamed(item, match["file"]) for item, match in found if match["file"] is not None]
    return _Attempt(_time(time) or datetime.min, files, name, user)


def _text(item: Item) -> str:
    try:
        return item.files[0].read(MOST_TEXT).decode("utf-8-sig", errors="replace") if item.files else ""
    except Refused:
        return ""


def _entry(user: str, attempts: list[_Attempt]) -> ClassUpload:
    last = attempts[-1]
    several = f"{len(attempts)} attempts were handed in; the last one, of {last.time:%Y-%m-%d %H:%M:%S}, counts"
    return ClassUpload(
        folder_name(user),
        [Student(last.name, user)],
        choosing_from(last.items) if last.items else nothing("there is a text entry in Blackboard, and no file"),
        f"{last.name} ({user})",
        submitted=last.time,
        remarks=(several,) if len(attempts) > 1 else (),
    )
