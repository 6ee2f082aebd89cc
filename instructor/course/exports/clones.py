"""A folder of clones of repositories, as `gh classroom clone student-repos` makes it: ASSIGNMENT-LOGIN with .git in it.

The dates of commits are the student's to choose, so a clone says nothing about when it was handed in.
"""

from collections.abc import Sequence

from instructor.course.exports.entry import ClassUpload, choosing, folder_name
from instructor.course.exports.listing import Item, common_beginning
from instructor.grading.records import Student


def read(items: Sequence[Item]) -> tuple[list[ClassUpload], list[Item]] | None:
    """Return the entries of a folder of clones, and the items that are none; None if most items are no clones."""
    own = [item for item in items if item.is_clone]
    if 2 * len(own) <= len(items):
        return None
    prefix = common_beginning({item.name for item in own}, "-")
    return [_entry(item, item.name[len(prefix) :]) for item in own], [item for item in items if not item.is_clone]


def _entry(item: Item, login: str) -> ClassUpload:
    return ClassUpload(
        folder_name(item.name), [Student(login, login)], choosing(item.files, "the repository is empty"), item.name
    )
