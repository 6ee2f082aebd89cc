"""Reading whatever holds a class: the first reader that knows a listing reads it."""

from collections.abc import Sequence
from pathlib import Path

from instructor.course.exports import blackboard, brightspace, canvas, clones, folder, gradescope, moodle
from instructor.course.exports.entry import ClassUpload, distinct
from instructor.course.exports.listing import Item, list_items, roots

SYSTEMS = {
    "Gradescope": gradescope.read,
    "Moodle": moodle.read,
    "Blackboard": blackboard.read,
    "Brightspace": brightspace.read,
    "Canvas": canvas.read,
    "GitHub": clones.read,
}


def list_uploads(path: Path, leave_out: Path | None = None) -> list[ClassUpload]:
    """List the entries of a folder or an export by name: everything in it is one, or a part of one.

    Args:
        path: a folder of uploads, or an export, packed or not.
        leave_out: a folder in it that is not one of a class's, such as the one for the grades.

    Raises:
        FileNotFoundError: if `path` does not exist.
        ValueError: if it holds no upload, or is damaged.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: give a folder of uploads, or what a course system exports")
    items = list_items(path, leave_out)
    if not items:
        raise ValueError(f"{path} holds no upload: expected an archive or a folder for each student")
    return distinct(_read(items))


def _read(items: Sequence[Item]) -> list[ClassUpload]:
    for root in roots(list(items)):
        for system, read in SYSTEMS.items():
            if (found := read(root)) is not None:
                entries, others = found
                return [entry._replace(system=system) for entry in entries] + folder.read(others)
    return folder.read(next((root for root in roots(list(items)) if folder.is_class(root)), items))
