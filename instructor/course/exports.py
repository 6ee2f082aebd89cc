"""The uploads of a whole class: a folder of uploads, or what Gradescope or Canvas exports, as a zip or unpacked."""

import io
import itertools
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import yaml

from instructor.grading.records import Student
from instructor.grading.upload import File, Refused, Upload, choose_parts, list_folder, list_zip, open_upload

GRADESCOPE = "submission_metadata.yml"
CANVAS = re.compile(r"(?P<student>[^_/]+)_(?:LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)")
LARGEST_INNER = 300 * 2**20  # bytes of a zip in an export


class ClassUpload(NamedTuple):
    """One upload of a class.

    Attributes:
        name: unique, and fit for a folder.
        students: whose it is.
        open: reads it; raises `Refused` if it cannot be graded.
    """

    name: str
    students: list[Student]
    open: Callable[[], Upload]


def list_uploads(path: Path) -> list[ClassUpload]:
    """List the uploads in a folder or an export, by name.

    Raises:
        FileNotFoundError: if `path` does not exist.
        ValueError: if it holds no upload, two of one name, or a damaged export.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: give a folder of uploads, or an export of Gradescope or Canvas")
    if path.is_dir() and not _has_metadata(path) and not any(CANVAS.fullmatch(p.name) for p in path.iterdir()):
        uploads = [_simple(child) for child in path.iterdir() if child.is_dir() or child.suffix in (".zip", ".py")]
    else:
        try:
            uploads = _from_export(list(list_folder(path) if path.is_dir() else list_zip(path)))
        except Refused as error:
            raise ValueError(str(error)) from None
    if not uploads:
        raise ValueError(f"{path} holds no upload: expected a zip or a folder for each student")
    uploads.sort(key=lambda upload: upload.name)
    for first, second in itertools.pairwise(uploads):
        if first.name == second.name:
            raise ValueError(f"two uploads are called {first.name}: rename one of them")
    return uploads


def _has_metadata(folder: Path) -> bool:
    """Return whether a folder is an export of Gradescope's: a file of that name deeper down is a student's own."""
    children = list(folder.iterdir())
    return any((parent / GRADESCOPE).is_file() for parent in (folder, *(children if len(children) == 1 else ())))


def _simple(path: Path) -> ClassUpload:
    return ClassUpload(_safe(path.stem), [Student(path.stem)], partial(open_upload, path))


def _from_export(files: list[File]) -> list[ClassUpload]:
    """Sort the files of an export by upload."""
    tops = {file.path.parts[0] for file in files}
    at_the_top = (GRADESCOPE, *(f"{top}/{GRADESCOPE}" for top in tops if len(tops) == 1))
    metadata = next((file for file in files if str(file.path) in at_the_top), None)
    if metadata is not None:
        return list(_from_gradescope(metadata, files))
    by_student: dict[tuple[str, str], list[File]] = {}
    for file in files:
        if found := CANVAS.fullmatch(file.path.name):
            renamed = File(PurePosixPath(re.sub(r"-\d+(?=\.\w+$)", "", found["file"])), file.read)
            by_student.setdefault((found["student"], found["id"]), []).append(renamed)
    return [
        ClassUpload(_safe(f"{name}_{number}"), [Student(name, number)], partial(_choose_from, own))
        for (name, number), own in by_student.items()
    ]


def _from_gradescope(metadata: File, files: list[File]) -> Iterator[ClassUpload]:
    root = metadata.path.parent
    try:
        entries = dict(yaml.safe_load(metadata.read(2**25).decode("utf-8", errors="replace")))
        folders = {str(folder): list(entry[":submitters"]) for folder, entry in entries.items()}
    except (yaml.YAMLError, TypeError, ValueError, KeyError, RecursionError) as error:
        raise ValueError(
            f"{metadata.path} is not what Gradescope writes ({error}): export the submissions again"
        ) from None
    for folder, submitters in folders.items():
        own = [File(f.path.relative_to(root / folder), f.read) for f in files if f.path.is_relative_to(root / folder)]
        students = [
            Student(*(str(submitter.get(key) or "") for key in (":name", ":sid", ":email")))
            for submitter in submitters
            if isinstance(submitter, dict)
        ]
        yield ClassUpload(_safe(folder), students or [Student(folder)], partial(_choose_from, own))


def _choose_from(files: list[File]) -> Upload:
    """Read an upload, which an export holds as a single zip or file by file."""
    zips = [file for file in files if file.path.suffix == ".zip"]
    if len(zips) == 1 and not any(file.path.suffix == ".py" for file in files):
        return choose_parts(list_zip(io.BytesIO(zips[0].read(LARGEST_INNER)), str(zips[0].path)))
    return choose_parts(files)


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name)[:80].lstrip(".") or "upload"
