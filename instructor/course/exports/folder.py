"""A folder of uploads, one an item; also what a course system's reader leaves over."""

import re
from collections.abc import Callable, Sequence
from functools import partial

from instructor.course.exports.entry import ClassUpload, choosing, folder_name
from instructor.course.exports.listing import Item
from instructor.grading.files.file import NothingHandedIn, Refused
from instructor.grading.files.names import is_archive, part_meant, stem
from instructor.grading.records import Student
from instructor.grading.text import one_line
from instructor.grading.upload import Upload

ONE_UPLOAD = re.compile(r"proj4_(code|unit_tests|results|colab)\b")
"""How names begin that the kit gives to folders and archives: beside one of them lie files of the same student."""


def read(items: Sequence[Item]) -> list[ClassUpload]:
    """Make an entry of every item."""
    return [_entry(item) for item in items]


def is_class(items: Sequence[Item]) -> bool:
    """Return whether the items are several uploads, and not the files of one."""
    if any(part_meant(item.name) or ONE_UPLOAD.match(item.name) for item in items):
        return False
    return sum(_is_upload(item) for item in items) > 1


def _is_upload(item: Item) -> bool:
    if not item.is_folder:
        return is_archive(item.name)
    return any(part_meant(file.path.name) or is_archive(file.path.name) for file in item.files)


def _entry(item: Item) -> ClassUpload:
    name = item.name if item.is_folder else stem(item.name)
    return ClassUpload(folder_name(name), [Student(name)], _opener(item), item.name)


def _opener(item: Item) -> Callable[[], Upload]:
    if item.problem:
        return partial(_refuse, f"{one_line(item.name)} is {item.problem}")
    return choosing(item.files, "the folder is empty")


def _refuse(problem: str) -> Upload:
    raise Refused(problem)


def nothing(what: str) -> Callable[[], Upload]:
    """Return a function that finds nothing to grade.

    Args:
        what: there is instead.
    """
    return partial(_find_nothing, what)


def _find_nothing(what: str) -> Upload:
    raise NothingHandedIn(what)
