"""What Brightspace exports (Download submissions): a folder for each submission, and a page about all of them.

    USER-FOLDER - NAME - Oct 5, 2026 1130 PM/...    index.html

The time is written as the server's language has it. Several submissions of a student are one entry: the last counts.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from instructor.course.exports.entry import ClassUpload, choosing_from, folder_name
from instructor.course.exports.listing import Item, renamed
from instructor.grading.records import Student

NAME = re.compile(
    r"(?P<user>\d+)-\d+ - (?P<name>.*?) ?- (?P<time>(?:\d{4}-\d\d-\d\d|[^-]*?\d{4}\D)[^-]*?"
    r"\d{1,2}(?: ?[h:] ?)?\d\d\s*(?:[AaPp]\.?[Mm]\.?)?)(?: \(\d+\))?(?: - (?P<file>.+))?",
    re.DOTALL,
)
TWELVE_HOURS = ("%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p", "%d %b, %Y %I%M %p", "%d %B, %Y %I%M %p", "%d %B %Y %I%M %p")
TIMES = ("%Y-%m-%d %H%M", *TWELVE_HOURS, *(form.replace("%I%M %p", "%H%M") for form in TWELVE_HOURS))
PAGE = "index.html"


class _Submission(NamedTuple):
    """A submission: its place among those of the student, its folder or file, and what its name says."""

    time: datetime | None
    item: Item
    found: re.Match[str]


def read(items: Sequence[Item]) -> tuple[list[ClassUpload], list[Item]] | None:
    """Return the entries of an export, and the items that do not belong to it; None if it is not Brightspace's."""
    own: dict[str, list[_Submission]] = defaultdict(list)
    others = []
    for item in items:
        if found := NAME.fullmatch(item.name):
            own[found["user"]].append(_Submission(_time(found["time"]), item, found))
        elif item.name != PAGE or item.is_folder:
            others.append(item)
    if not own or len(others) >= sum(map(len, own.values())):
        return None
    return [_entry(user, submissions) for user, submissions in own.items()], others


def _time(text: str) -> datetime | None:
    """Read a time such as "Oct 5, 2026 1130 PM", "Sept 5, 2026 9:30 AM", "2026-10-05 23 h 30"."""
    plain = " ".join(text.replace(".", "").replace("Sept ", "Sep ").split())
    joined = re.sub(r"(\d) ?[h:] ?(\d\d)", r"\1\2", plain)
    padded = re.sub(r"\b(\d{3})(?=\s*(?:[AaPp]|$))", r"0\1", joined)  # an hour may have one digit
    for form in TIMES:
        try:
            return datetime.strptime(padded, form)
        except ValueError:
            continue
    return None


def _entry(user: str, submissions: list[_Submission]) -> ClassUpload:
    submissions.sort(key=lambda one: (one.time or datetime.min, one.item.name))
    last = submissions[-1]
    same_time = [one for one in submissions if one.found["time"] == last.found["time"]]
    number = len({one.found["time"] for one in submissions})
    name = last.found["name"].strip() or "student"
    unread = sorted({one.found["time"] for one in submissions if one.time is None})
    question = "is it the last, and is it late?" if number > 1 else "is it late?"
    several = f"{number} submissions were handed in; the last one, of {last.found['time']}, counts"
    return ClassUpload(
        folder_name(name, user),
        [Student(name, user)],
        choosing_from(
            [renamed(one.item, one.found["file"] or "files") for one in same_time], "the submission is empty"
        ),
        ", ".join(one.item.name for one in same_time),
        submitted=last.time,
        remarks=(several,) if number > 1 else (),
        notes=(f"when it was handed in could not be read: {', '.join(unread)}; {question}",) if unread else (),
    )
