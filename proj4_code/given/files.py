"""Files that are either whole or missing: whatever stops the program, no half of one is found under its name."""

import io
import os
from pathlib import Path

from filelock import FileLock, Timeout
from PIL import Image


def write_whole(path: Path, data: bytes, durable: bool = False, keep: Path | None = None) -> None:
    """Write a file so that `path` is at any moment either what it was before or all of `data`.

    Args:
        path: the file; its folder must exist.
        data: its new content.
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
    except OSError as error:
        raise OSError(
            error.errno,
            f"{path}: its {len(data) / 1e6:.1f} MB could not be written ({error.strerror}); make room on the disk, "
            "or allow writing there, and run the same command again to go on",
        ) from None
    finally:
        part.unlink(missing_ok=True)  # after Ctrl-C too


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


def lock_folder(folder: Path) -> FileLock:
    """Claim a folder for this process, until the lock is released or the process ends, however it ends.

    Raises:
        FolderInUseError: if another process has claimed it.
        OSError: if the folder cannot be written to.
    """
    path = folder / ".lock"
    path.touch()
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise FolderInUseError(f"another run works in {folder}: choose another --out, or wait until it ends") from None
    except OSError:
        pass  # a network file system that has no locks
    return lock


def png_bytes(image: Image.Image, **options: int) -> bytes:
    """Encode a picture as PNG; `options` are those of Pillow's PNG writer."""
    encoded = io.BytesIO()
    image.save(encoded, "PNG", **options)
    return encoded.getvalue()
