"""The files in a tar and in a 7z, which cannot be read in part, and within limits."""

import bz2
import gzip
import io
import lzma
import os
import shutil
import struct
import tarfile
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO, cast

from instructor.grading.files.file import MOST_FILES, File, Refused
from instructor.grading.files.names import RESULTS, is_archive, is_junk

LARGEST_UNPACKED = 600 * 2**20  # bytes of all files
LARGEST_IN_MEMORY = 200 * 2**20  # bytes of the files of a 7z that are looked into
LARGEST_HEADER = 2**20  # bytes of a 7z's list of files, or of what a tar says about one file
IN_MEMORY = 2**24  # bytes of an archive that are held in memory; the rest goes to a nameless file


def list_tar(archive: IO[bytes]) -> Iterator[File]:
    """List the files of a tar, packed or not: it is read once, from the beginning, since there is no other way."""
    store, number, unpacked = tempfile.SpooledTemporaryFile(IN_MEMORY), 0, 0  # noqa: SIM115
    with _unpacked(archive) as stream, tarfile.open(fileobj=_SmallReads(stream), mode="r:") as tar:
        for member in tar:
            number, unpacked = number + 1, unpacked + max(member.size, 0)
            if number > MOST_FILES or unpacked > LARGEST_UNPACKED:
                raise Refused("holds too much")
            path = PurePosixPath(member.name)
            if member.isdir() or is_junk(path):
                yield File(path, io.BytesIO, is_folder=member.isdir())
            elif content := tar.extractfile(member) if member.isfile() else None:
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


def list_7z(archive: IO[bytes]) -> Iterator[File]:
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
        folders = [entry.filename for entry in opened.list() if entry.is_directory]
        entries = [entry for entry in opened.list() if entry.is_file and not entry.is_symlink]
        wanted = {entry.filename: entry for entry in entries if _is_read(PurePosixPath(entry.filename))}
        sizes = [sum(entry.uncompressed for entry in some) for some in (entries, wanted.values())]
        if len(entries) > MOST_FILES or sizes[0] > LARGEST_UNPACKED or sizes[1] > LARGEST_IN_MEMORY:
            raise Refused("holds too much")
        for folder in folders[:MOST_FILES]:
            yield File(PurePosixPath(folder), io.BytesIO, is_folder=True)
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
