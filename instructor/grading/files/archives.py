"""The files in archives, one by one, and within limits: zip, tar and 7z, whatever their names end in."""

import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO

from instructor.grading.files.file import File, Refused
from instructor.grading.files.names import is_junk
from instructor.grading.files.tar_and_7z import IN_MEMORY, list_7z, list_tar
from instructor.grading.text import one_line

MOST_DIRECTORY = 4 * 2**20  # bytes of a zip's list of files: an upload's
LARGEST_ARCHIVE = 300 * 2**20  # bytes of an upload's archives together
ENCRYPTED = 1  # a bit of an entry of a zip
PACK_AS_ZIP = "pack the six part files as a plain zip, and hand that in"


def list_archive(
    archive: IO[bytes], name: str, largest_directory: int = MOST_DIRECTORY, everything: bool = False
) -> Iterator[File]:
    """List the regular files in an archive, junk left out. What it is, its content says and not its name.

    Args:
        archive: its content.
        name: what to call it.
        largest_directory: bytes that a zip's list of files may take.
        everything: whether junk and entries for folders are listed, too.

    Raises:
        Refused: if it cannot be read here; the message says what to hand in instead.
    """
    start = archive.read(8)
    archive.seek(0)
    if start.startswith(b"Rar!"):
        raise Refused(f"{name} is a rar archive, which cannot be read here: {PACK_AS_ZIP}")
    kind: Callable[[IO[bytes]], Iterable[File]]
    if start.startswith(b"7z\xbc\xaf\x27\x1c"):
        kind = list_7z
    elif start.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")) or _is_tar(archive):
        kind = list_tar
    else:
        return _list_zip(archive, name, largest_directory, everything)
    try:
        files = list(kind(archive))
    except Refused as error:
        raise Refused(f"{name} {error}: {PACK_AS_ZIP}") from None
    except Exception as error:
        raise Refused(f"{name} cannot be read ({one_line(str(error))}): {PACK_AS_ZIP}") from None
    return (file for file in files if everything or _counts(file))


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


def _counts(file: File) -> bool:
    return not (file.is_folder or is_junk(file.path))


def _list_zip(archive: IO[bytes], name: str, largest_directory: int, everything: bool) -> Iterator[File]:
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
        path = entry.filename.replace("\\", "/")
        is_folder, kind = path.endswith("/"), stat.S_IFMT(entry.external_attr >> 16)
        file = File(PurePosixPath(path), _zip_opener(opened, entry), _seconds(entry.date_time), is_folder)
        if (is_folder or kind in (0, stat.S_IFREG)) and (everything or _counts(file)):
            yield file


def _zip_opener(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def opener() -> IO[bytes]:
        if entry.flag_bits & ENCRYPTED:
            raise Refused(f"{one_line(entry.filename)} in the zip cannot be read without a password: {PACK_AS_ZIP}")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(f"{one_line(entry.filename)} is packed in an unusual way: pack it as a plain zip")
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
    """Return whether a tar begins here: the oldest have no mark, but all have a sum of their header's bytes."""
    header = archive.read(512)
    archive.seek(0)
    with suppress(ValueError):
        total = sum(header) - sum(header[148:156]) + 8 * ord(" ")
        return len(header) == 512 and total == int(header[148:156].strip(b"\0 "), 8)
    return False
