"""What Moodle exports (Download all submissions): a folder for each student, or files that begin like such a folder.

    NAME_NUMBER_assignsubmission_file[_]/...    NAME_NUMBER_assignsubmission_file_FILE
    NAME_NUMBER_assignsubmission_onlinetext[_]/onlinetext.html

NAME is the student's, "Participant", or a group's; only a group of nobody has no number. The forms are those of
`mod/assign/classes/downloader.php` and `mod/assign/feedback/file/importziplib.php` in the sources of Moodle.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from instructor.course.exports.entry import ClassUpload, choosing_from, folder_name
from instructor.course.exports.folder import nothing
from instructor.course.exports.listing import Item, renamed
from instructor.grading.records import Student

NAME = re.compile(
    r"(?P<student>.*?)(?:_(?P<number>\d+))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL
)
TEXT = "there is a text entry in Moodle, and no file"


def read(items: Sequence[Item]) -> tuple[list[ClassUpload], list[Item]] | None:
    """Return the entries of an export, and the items that do not belong to it; None if it is not Moodle's."""
    own: dict[tuple[str, str], list[tuple[Item, re.Match[str]]]] = defaultdict(list)
    others = []
    for item in items:
        if found := NAME.fullmatch(item.name):
            own[found["number"] or "", "" if found["number"] else found["student"]].append((item, found))
        else:
            others.append(item)
    if 2 * len(others) >= len(items):
        return None
    return [_entry(found) for found in own.values()], others


def _entry(found: list[tuple[Item, re.Match[str]]]) -> ClassUpload:
    student, number = found[0][1]["student"] or "student", found[0][1]["number"] or ""
    given = [(item, match) for item, match in found if match["kind"] != "onlinetext" and item.files]
    text = any(match["kind"] == "onlinetext" for _, match in found)
    folder = f"{student}_{number}_assignsubmission_file_"
    if given and not given[0][0].is_folder:
        feedback = f"{folder}report.html"
    else:
        feedback = f"{given[0][0].name if given else folder}/report.html"
    inside = [renamed(item, match["file"] or "files") for item, match in given]  # without what Moodle put before it
    return ClassUpload(
        folder_name(student, number),
        [Student(student, number)],
        choosing_from(inside) if given else nothing(TEXT if text else "there is no file"),
        ", ".join(item.name for item, _ in found),
        feedback=feedback if number else "",
        remarks=("there is also a text entry in Moodle, which is not graded",) if given and text else (),
    )
