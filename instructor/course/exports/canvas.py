"""What Canvas exports (Download Submissions): all files in one folder, named by student, LATE mark and numbers.

    NAME[_LATE]_USER_ATTACHMENT_FILE    NAME[_LATE]_USER_text.html    NAME[_LATE]_USER_link.html
    [LATE_]anon_CODE_ATTACHMENT_FILE    and the same two, where students are anonymous

NAME is that of the student or of the group, in small letters, without what is not a letter, a digit or an underscore.
The forms are those of `lib/content_zipper.rb` in the sources of Canvas.
"""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from instructor.course.exports.entry import ClassUpload, choosing_from, folder_name
from instructor.course.exports.folder import nothing
from instructor.course.exports.listing import Item, renamed
from instructor.grading.records import Student

ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<code>[^_]+)_(?P<rest>.+)", re.DOTALL)
REST = re.compile(r"(?P<attachment>\d+)_(?P<file>.+)|(?P<kind>text|link)(?:-\d+)?\.html", re.DOTALL)
INSTEAD = {"text": "there is a text entry in Canvas, and no file", "link": "there is a link in Canvas, and no file"}


class _Name(NamedTuple):
    """What the name of a file says."""

    student: str
    late: bool
    user: str
    attachment: str
    file: str
    kind: str


def read(items: Sequence[Item]) -> tuple[list[ClassUpload], list[Item]] | None:
    """Return the entries of an export, and the items that do not belong to it; None if it is not Canvas's."""
    possible = [list(_readings(item.name)) for item in items]
    if not _is_most(sum(map(bool, possible)), len(items)):
        return None
    typical = _typical_lengths(possible)
    own: dict[str, list[tuple[Item, _Name]]] = defaultdict(list)
    others = []
    for item, readings in zip(items, possible, strict=True):
        if readings:
            name = min(readings, key=lambda reading: _distance(reading, typical))
            own[name.user].append((item, name))
        else:
            others.append(item)
    return [_entry(found) for found in own.values()], others


def _is_most(number: int, all_items: int) -> bool:
    return 2 * number > all_items


def _readings(name: str) -> Iterator[_Name]:
    """Yield all ways to read a name: a group may be called "team_1", a file "12_34.zip"."""
    if found := ANONYMOUS.fullmatch(name):
        if rest := REST.fullmatch(found["rest"]):
            yield _Name("", bool(found["late"]), f"anon_{found['code']}", *_parts(rest))
        return
    pieces = name.split("_")
    for number, piece in enumerate(pieces[:-1]):
        rest = REST.fullmatch("_".join(pieces[number + 1 :]))
        if number and piece.isdecimal() and piece.isascii() and rest:
            late = pieces[number - 1] == "LATE"
            yield _Name("_".join(pieces[: number - late]), late, piece, *_parts(rest))


def _parts(rest: re.Match[str]) -> tuple[str, str, str]:
    return rest["attachment"] or "", rest["file"] or "", rest["kind"] or ""


def _typical_lengths(possible: Sequence[Sequence[_Name]]) -> tuple[float, float]:
    """Return how many digits the numbers have where only one reading is possible; 0 where nothing tells."""
    certain = [readings[0] for readings in possible if len(readings) == 1]
    users = [len(name.user) for name in certain if name.student]
    attachments = [len(name.attachment) for name in certain if name.attachment]
    return statistics.median(users or [0]), statistics.median(attachments or [0])


def _distance(name: _Name, typical: tuple[float, float]) -> tuple[bool, float, bool]:
    """Return how unlikely a reading is."""
    user, attachment = typical
    far = abs(len(name.user) - user) * bool(user)
    far += abs(len(name.attachment) - attachment) * bool(attachment and name.attachment)
    return not name.late and "_LATE_" in name.student + name.file, far, name.file[:1].isdigit()


def _entry(found: list[tuple[Item, _Name]]) -> ClassUpload:
    first = found[0][1]
    anonymous = first.user.startswith("anon_")
    label = first.user if anonymous else first.student or "student"
    files = [(item, name) for item, name in found if name.file]
    instead = " and ".join(sorted({INSTEAD[name.kind] for _, name in found if name.kind}))
    prefix = files[0][0].name.removesuffix(files[0][1].file) if files else ""
    return ClassUpload(
        folder_name(label, "" if anonymous else first.user),
        [Student(label, "" if anonymous else first.user)],
        choosing_from([renamed(item, name.file) for item, name in files]) if files else nothing(instead),
        ", ".join(item.name for item, _ in found),
        late=any(name.late for _, name in found),
        feedback=f"{prefix}report.html" if prefix else "",
    )
