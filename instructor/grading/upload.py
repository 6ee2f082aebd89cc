"""What a student handed in: a zip, a folder or single files, of which the part files are graded.

Nothing of an upload is unpacked: part files are read one by one, and everything else is listed and left alone.
"""

import hashlib
import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from instructor.grading.code_review import find_oddities
from proj4_code.given.basics.imports import OwnCode, follow_imports
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT

PART_FILES = tuple(part.file for part in PARTS)
RESULTS = "results.safetensors"
MOST_FILES = 5000
LARGEST_PART = 500_000  # bytes
LARGEST_RESULTS = 150 * 2**20  # bytes: weights in half precision, and predictions
MOST_LISTED = 12
MOST_MODULES = 50  # of the student's own, besides the parts
DEEPEST = 20  # folders


class Refused(ValueError):  # noqa: N818  the word that the report uses
    """An upload that cannot be graded; the message tells the student why, and what to hand in instead."""


@dataclass(frozen=True)
class Upload:
    """The files of an upload that count.

    Attributes:
        parts: name of the part file -> its content.
        results: content of the file with the results of training; None if it was not handed in.
        ignored: names of all other files, some of them if there are many.
        modules: path beside the parts -> content, of the student's own modules that parts import.
        imports: what parts import that is not there when they are graded, in sentences.
    """

    parts: dict[str, bytes]
    results: bytes | None
    ignored: list[str]
    modules: dict[str, bytes] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of what is graded, however it was packed."""
        digest = hashlib.sha256()
        for name, content in sorted({**self.parts, **self.modules, RESULTS: self.results or b""}.items()):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    @cached_property
    def part_hashes(self) -> dict[str, str]:
        """SHA-256 of each part file that is not the skeleton."""
        skeletons = {name: (KIT / "proj4_code" / name).read_bytes() for name in PART_FILES}
        return {
            name: hashlib.sha256(content).hexdigest()
            for name, content in self.parts.items()
            if content != skeletons[name]
        }

    @cached_property
    def oddities(self) -> list[str]:
        """What in the code this assignment has no use for, for a person to look at."""
        return [
            oddity
            for name, content in sorted({**self.parts, **self.modules}.items())
            for oddity in find_oddities(name, content)
        ]

    def write(self, folder: Path) -> Path:
        """Write the part files, and the modules that they import, into a new folder, a submission, and return it."""
        folder.mkdir(parents=True)
        for name, content in {**self.parts, **self.modules}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder


class File(NamedTuple):
    """A file in an upload: its path there, and a function that reads at most so many bytes of it."""

    path: PurePosixPath
    read: Callable[[int], bytes]


def open_upload(*paths: Path) -> Upload:
    """Read an upload.

    Args:
        paths: of a zip, a folder, or single part files.

    Raises:
        FileNotFoundError: if a path does not exist.
        Refused: if the upload cannot be graded.
    """
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing")
    if len(paths) == 1 and paths[0].is_file() and paths[0].suffix != ".py":
        return choose_parts(list_zip(paths[0]))
    if len(paths) == 1 and paths[0].is_dir():
        return choose_parts(list_folder(paths[0]))
    return choose_parts(File(PurePosixPath(path.name), _reader(path)) for path in paths if path.is_file())


def list_folder(folder: Path) -> Iterator[File]:
    """List the regular files in a folder; links are not followed."""
    waiting = [folder]
    while waiting:
        for entry in sorted(os.scandir(waiting.pop()), key=lambda entry: entry.name):
            path = Path(entry.path)
            inner = path.relative_to(folder)
            if entry.is_dir(follow_symlinks=False) and len(inner.parts) < DEEPEST:
                waiting.append(path)
            elif entry.is_file(follow_symlinks=False):
                yield File(PurePosixPath(inner), _reader(path))


def _reader(path: Path) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        with path.open("rb") as file:
            return file.read(most)

    return read


def list_zip(zipped: Path | BinaryIO, name: str = "") -> Iterator[File]:
    """List the regular files in a zip.

    Args:
        zipped: the zip.
        name: what to call it, if it has no path.

    Raises:
        Refused: if it is not a valid zip.
    """
    try:
        archive = zipfile.ZipFile(zipped)
        entries = archive.infolist()
    except Exception as error:
        raise Refused(f"{name or zipped.name} is not a readable zip ({_shown(str(error))}): pack it again") from None
    for entry in entries:
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(f"{_shown(entry.filename)} is packed in an unusual way: pack it as a plain zip")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not entry.is_dir() and kind in (0, stat.S_IFREG):
            yield File(PurePosixPath(entry.filename.replace("\\", "/")), _zip_reader(archive, entry))


def _zip_reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        try:
            with archive.open(entry) as file:
                return file.read(most)
        except Exception as error:
            raise Refused(
                f"{_shown(entry.filename)} in the zip cannot be read ({_shown(str(error))}): pack it again"
            ) from None

    return read


def choose_parts(files: Iterable[File]) -> Upload:
    """Take the part files of one folder, the one nearest to the top, and list everything else.

    Raises:
        Refused: if no folder holds part files, or two at the same depth do.
    """
    found: list[File] = []
    for file in files:
        found.append(file)
        if len(found) > MOST_FILES:
            raise Refused(f"the upload holds more than {MOST_FILES} files: hand in the six part files")
    folders = sorted({file.path.parent for file in found if file.path.name in PART_FILES}, key=lambda f: (_depth(f), f))
    if not folders:
        raise Refused(f"the upload holds no part file: hand in {PART_FILES[0]} to {PART_FILES[-1]}")
    if len(folders) > 1 and _depth(folders[0]) == _depth(folders[1]):
        names = " and ".join(_shown(str(folder)) for folder in folders[:2])
        raise Refused(f"both {names} hold part files: hand in one of them")
    parts: dict[str, bytes] = {}
    others: list[File] = []
    results: bytes | None = None
    for file in found:
        name = file.path.name
        if file.path.parent == folders[0] and name in PART_FILES:
            if name in parts:
                raise Refused(f"the upload holds {name} twice: hand it in once")
            parts[name] = _read(file, LARGEST_PART)
        elif name == RESULTS and results is None:
            results = _read(file, LARGEST_RESULTS)
        else:
            others.append(file)
    beside = {str(f.path.relative_to(folders[0])): f for f in others if f.path.is_relative_to(folders[0])}
    modules, imports = _follow(parts, beside)
    taken = {beside[path].path for path in modules}
    ignored = [_shown(str(file.path)) for file in others if file.path not in taken]
    more = [f"and {len(ignored) - MOST_LISTED} more"] if len(ignored) > MOST_LISTED else []
    return Upload(parts, results, ignored[:MOST_LISTED] + more, modules, imports)


def _follow(parts: dict[str, bytes], others: dict[str, File]) -> OwnCode:
    """Find the modules of the student's own that parts import.

    Args:
        parts: name -> content.
        others: path beside the parts -> file.

    Raises:
        Refused: if there are too many, or one is too large.
    """
    contents: dict[str, bytes] = {}

    def read(path: str) -> bytes | None:
        if path in others and path not in contents:
            if len(contents) == MOST_MODULES:
                raise Refused(f"the parts import more than {MOST_MODULES} modules of your own: hand in what they need")
            contents[path] = _read(others[path], LARGEST_PART)
        return contents.get(path)

    return follow_imports(parts, read)


def _read(file: File, most: int) -> bytes:
    content = file.read(most + 1)
    if len(content) > most:
        raise Refused(f"{file.path.name} is larger than {most / 1e6:g} MB: hand in what you wrote")
    return content


def _depth(folder: PurePosixPath) -> int:
    return len(folder.parts)


def _shown(name: str) -> str:
    """Return a file's name in a form that is safe to show anywhere."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:100]
