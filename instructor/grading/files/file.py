"""The files that are handed in, one by one: of a folder here, of an archive in `archives`."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from instructor.grading.files.names import is_junk, is_junk_folder
from instructor.grading.text import one_line

MOST_FILES = 5000  # in an upload
DEEPEST = 20  # folders


class Refused(ValueError):  # noqa: N818  the word that the report uses
    """An upload that cannot be graded; the message tells the student why, and what to hand in instead."""


class NothingHandedIn(Refused):
    """An entry of a class without files; the message says what there is instead."""


class File(NamedTuple):
    """A file that was handed in.

    Attributes:
        path: where it lies in the upload; an archive on the way counts as a folder.
        open: opens its content for reading.
        time: when it was last changed, as its folder or archive says; 0 if it does not. Seconds, local time.
        is_folder: whether it is an archive's entry for a folder, which has no content.
    """

    path: PurePosixPath
    open: Callable[[], IO[bytes]]
    time: float = 0.0
    is_folder: bool = False

    def read(self, most: int) -> bytes:
        """Read at most so many bytes.

        Raises:
            Refused: if it cannot be read.
        """
        try:
            with self.open() as stream:
                return stream.read(most)
        except Refused:
            raise
        except Exception as error:
            inside = "" if isinstance(error, OSError) else " in the zip"
            reason = one_line(str(error))
            raise Refused(f"{one_line(str(self.path))}{inside} cannot be read ({reason}): pack it again") from None

    def within(self, folder: PurePosixPath) -> "File":
        """Return the file with its path below another folder."""
        return self._replace(path=folder / self.path)


def list_folder(folder: Path) -> Iterator[File]:
    """List the regular files in a folder, junk left out; links are not followed."""
    waiting = [folder]
    while waiting:
        for entry in sorted(os.scandir(waiting.pop()), key=lambda entry: entry.name):
            path = Path(entry.path)
            inner = PurePosixPath(path.relative_to(folder))
            if entry.is_dir(follow_symlinks=False):
                if len(inner.parts) < DEEPEST and not is_junk_folder(entry.name):
                    waiting.append(path)
            elif entry.is_file(follow_symlinks=False) and not is_junk(inner):
                yield open_file(path, inner)


def open_file(path: Path, shown: PurePosixPath | None = None) -> File:
    """Return a file of this machine's disk, under its name or another path."""
    return File(shown or PurePosixPath(path.name), lambda: path.open("rb"), path.stat().st_mtime)
