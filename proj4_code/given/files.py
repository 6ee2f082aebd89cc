"""Files that are whole or not there: whatever stops the program, no half of one is ever found under its name."""

import errno
import io
import os
from pathlib import Path
from typing import IO

from PIL import Image

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    fcntl = None


def write_whole(path: Path, data: bytes, durable: bool = False, keep: Path | None = None) -> None:
    """Write a file so that `path` is at any moment either what it was before or all of `data`.

    Args:
        path: the file; its folder must exist.
        data: what it is to hold.
        durable: wait until the disk has it, so that it also survives a crash of the machine.
        keep: a name, in the same folder, for what `path` was before; at any moment one of the two is there.

    Raises:
        OSError: if it cannot be written, as when the disk is full. `path` is then as it was before.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        if keep is not None and path.exists():
            path.replace(keep)
        part.replace(path)
        if durable:
            sync_folder(path.parent)
    except BaseException as error:  # Ctrl-C too
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OSError(
                error.errno,
                f"{path}: its {len(data) / 1e6:.1f} MB could not be written ({error.strerror}); make room on the disk, "
                "or allow writing there, and run the same command again to go on",
            ) from None
        raise


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows the names in a folder; Windows has no such thing."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FolderInUseError(OSError):
    """Another process works in the folder."""


def lock_folder(folder: Path) -> IO:
    """Claim a folder for this process, until the returned file is closed or the process ends, however it ends.

    Raises:
        FolderInUseError: if another process has claimed it.
    """
    file = (folder / ".lock").open("a")
    try:
        if fcntl is None:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of this process alone: forked ones do not hold it
    except OSError as error:
        file.close()
        if error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return file  # a network file system that has no locks
        raise FolderInUseError(f"another run works in {folder}: choose another --out, or wait until it ends") from None
    return file


def png_bytes(image: Image.Image, **options: int) -> bytes:
    """Encode a picture as PNG; `options` are those of Pillow's PNG writer."""
    encoded = io.BytesIO()
    image.save(encoded, "PNG", **options)
    return encoded.getvalue()
