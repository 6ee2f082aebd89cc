"""The files in folders and archives, one by one, and within limits: zip, tar and 7z, whatever their names end in."""

import bz2
import gzip
import io
import lzma
import os
import shutil
import stat
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple, cast

from instructor.grading.files.names import RESULTS, is_archive, is_junk, is_junk_folder
from instructor.grading.text import one_line

MOST_FILES = 5000  # in an upload
MOST_DIRECTORY = 4 * 2**20  # bytes of a zip's list of files: an upload's
LARGEST_ARCHIVE = 300 * 2**20  # bytes of an upload's archives together
LARGEST_UNPACKED = 600 * 2**20  # bytes of all files in a tar or 7z, which cannot be read in part
LARGEST_IN_MEMORY = 200 * 2**20  # bytes of the files of a 7z that are looked into
LARGEST_HEADER = 2**20  # bytes of a 7z's list of files, or of what a tar says about one file
DEEPEST = 20  # folders
IN_MEMORY = 2**24  # bytes of an archive that are held in memory; the rest goes to a nameless file
PACK_AS_ZIP = "pack the six part files as a plain zip, and hand that in"


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
    """

    path: PurePosixPath
    open: Callable[[], IO[bytes]]
    time: float = 0.0

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


def list_archive(archive: IO[bytes], name: str, largest_directory: int = MOST_DIRECTORY) -> Iterator[File]:
    """List the regular files in an archive, junk left out. What it is, its content says and not its name.

    Args:
        archive: its content.
        name: what to call it.
        largest_directory: bytes that a zip's list of files may take.

    Raises:
        Refused: if it cannot be read here; the message says what to hand in instead.
    """
    start = archive.read(8)
    archive.seek(0)
    if start.startswith(b"Rar!"):
        raise Refused(f"{name} is a rar archive, which cannot be read here: {PACK_AS_ZIP}")
    kind: Callable[[IO[bytes]], Iterable[File]]
    if start.startswith(b"7z\xbc\xaf\x27\x1c"):
        kind = _list_7z
    elif start.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")) or _is_tar(archive):
        kind = _list_tar
    else:
        return (file for file in _list_zip(archive, name, largest_directory) if not is_junk(file.path))
    try:
        files = list(kind(archive))
    except Refused as error:
        raise Refused(f"{name} {error}: {PACK_AS_ZIP}") from None
    except Exception as error:
        raise Refused(f"{name} cannot be read ({one_line(str(error))}): {PACK_AS_ZIP}") from None
    return (file for file in files if not is_junk(file.path))


def spooled(file: File, most: int) -> tuple[IO[bytes], int]:
    """Copy an archive to where it can be read in any order; return the copy and its size in bytes.

    Raises:
        Refused: if it is larger than `most` bytes, or cannot be read.
    """
    copy = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed when nobody reads it any more
    try:
        with file.open() as stream:
            while block := stream.read(2**20):
                copy.write(block)
                if copy.tell() > most:
                    raise Refused(f"{one_line(file.path.name)} is too large: {PACK_AS_ZIP}")
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"{one_line(str(file.path))} cannot be read ({one_line(str(error))}): pack it again") from None
    size = copy.tell()
    copy.seek(0)
    return copy, size


def _list_zip(archive: IO[bytes], name: str, largest_directory: int) -> Iterator[File]:
    try:
        end = zipfile._EndRecData(archive)  # type: ignore[attr-defined]  # what ZipFile itself goes by
        if end and end[5] > largest_directory:  # its size: every entry takes memory
            raise Refused(f"{name} holds too many files: hand in the six part files")
        opened = zipfile.ZipFile(archive)
        entries = opened.infolist()
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"{name} is not a readable zip ({one_line(str(error))}): pack it again") from None
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if is_junk(path):
            continue
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(f"{one_line(entry.filename)} is packed in an unusual way: pack it as a plain zip")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not entry.is_dir() and kind in (0, stat.S_IFREG):
            yield File(path, _zip_opener(opened, entry), _seconds(entry.date_time))


def _zip_opener(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def opener() -> IO[bytes]:
        try:
            return archive.open(entry)
        except Exception as error:
            raise Refused(
                f"{one_line(entry.filename)} in the zip cannot be read ({one_line(str(error))}): pack it again"
            ) from None

    return opener


def _seconds(date_time: tuple[int, int, int, int, int, int]) -> float:
    with suppress(ValueError, OverflowError):
        return datetime(*date_time).timestamp()
    return 0.0


def _is_tar(archive: IO[bytes]) -> bool:
    archive.seek(257)
    found = archive.read(5) == b"ustar"
    archive.seek(0)
    return found


def _list_tar(archive: IO[bytes]) -> Iterator[File]:
    """List the files of a tar, packed or not: it is read once, from the beginning, since there is no other way."""
    store, number, unpacked = tempfile.SpooledTemporaryFile(IN_MEMORY), 0, 0  # noqa: SIM115
    with _unpacked(archive) as stream, tarfile.open(fileobj=_SmallReads(stream), mode="r:") as tar:
        for member in tar:
            number, unpacked = number + 1, unpacked + max(member.size, 0)
            if number > MOST_FILES or unpacked > LARGEST_UNPACKED:
                raise Refused("holds too much")
            path = PurePosixPath(member.name)
            content = tar.extractfile(member) if member.isfile() and not is_junk(path) else None
            if content is not None:
                start = store.tell()
                shutil.copyfileobj(content, store)
                yield File(path, partial(_slice, store, start, store.tell() - start), float(member.mtime))


def _unpacked(archive: IO[bytes]) -> IO[bytes]:
    start = archive.read(3)
    archive.seek(0)
    if start[:2] == b"\x1f\x8b":
        return cast("IO[bytes]", gzip.open(archive, "rb"))
    if start == b"BZh":
        return cast("IO[bytes]", bz2.open(archive, "rb"))
    return cast("IO[bytes]", lzma.open(archive, "rb")) if start == b"\xfd7z" else archive


class _SmallReads(io.RawIOBase):
    """A stream of which nobody reads much at once: a header of a tar may claim to be as long as it likes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= LARGEST_HEADER:
            raise Refused("holds too much")
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def _slice(store: IO[bytes], start: int, size: int) -> IO[bytes]:
    store.seek(start)
    return io.BytesIO(store.read(size))


def _list_7z(archive: IO[bytes]) -> Iterator[File]:
    """List the files of a 7z; those that are looked into are unpacked, into memory."""
    try:
        from py7zr import SevenZipFile
        from py7zr.io import BytesIOFactory
    except ImportError:
        raise Refused("is a 7z archive, which cannot be read here") from None
    _check_header(archive)
    with SevenZipFile(archive) as opened:
        if opened.needs_password():
            raise Refused("needs a password")
        entries = [entry for entry in opened.list() if entry.is_file and not entry.is_symlink]
        wanted = {entry.filename: entry for entry in entries if _is_read(PurePosixPath(entry.filename))}
        sizes = [sum(entry.uncompressed for entry in some) for some in (entries, wanted.values())]
        if len(entries) > MOST_FILES or sizes[0] > LARGEST_UNPACKED or sizes[1] > LARGEST_IN_MEMORY:
            raise Refused("holds too much")
        factory = BytesIOFactory(LARGEST_IN_MEMORY)
        if wanted:
            opened.extract(targets=list(wanted), factory=factory)
        for entry in entries:
            content = factory.products[entry.filename].read() if entry.filename in wanted else b""
            time = entry.creationtime.timestamp() if entry.creationtime else 0.0
            yield File(PurePosixPath(entry.filename), partial(io.BytesIO, content), time)


def _check_header(archive: IO[bytes]) -> None:
    """Check that the list of files in a 7z is short: a packed one may be ten thousand times longer than it looks."""
    from py7zr.archiveinfo import HeaderStreamsInfo

    offset, size = struct.unpack("<12xQQ4x", archive.read(32).ljust(32, b"\0"))
    archive.seek(32 + offset)
    header = io.BytesIO(archive.read(min(size, LARGEST_HEADER)))
    archive.seek(0)
    if header.read(1) == b"\x17":  # packed: what follows says how long it is
        size += sum(sum(folder.unpacksizes) for folder in HeaderStreamsInfo.retrieve(header).unpackinfo.folders)
    if size > LARGEST_HEADER:
        raise Refused("holds too much")


def _is_read(path: PurePosixPath) -> bool:
    return not is_junk(path) and (".py" in path.name.lower() or path.name == RESULTS or is_archive(path.name))
