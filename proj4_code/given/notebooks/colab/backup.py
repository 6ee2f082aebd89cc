"""Copies of folders in a place that outlives the machine, such as Google Drive: a zip each, as Drive is slow with many.

A run has two copies that take turns, so that a whole one is there at any moment. They are overwritten in place: what is
deleted or replaced on Drive goes to its bin and keeps its room.
"""

import io
import shutil
import zipfile
from pathlib import Path

SLOTS = ("a.zip", "b.zip")
UNFINISHED = ".part"  # how `write_whole` names a file on its way
LEFT_OUT = {"downloads", "previous.safetensors", "results.safetensors", ".lock"}
"""Names of what is large, and in the other copy or soon made again."""


def pack_folder(folder: Path, packed: Path, number: int = 1) -> None:
    """Copy a folder into a zip.

    Args:
        folder: it may be written to meanwhile, by a program that replaces whole files.
        packed: the zip.
        number: of the copy, from 1.

    Raises:
        OSError: if there is no room or no access.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:  # not compressed: weights and pictures hardly get smaller
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if path.is_file() and path.suffix != UNFINISHED and LEFT_OUT.isdisjoint(name.parts):
                archive.writestr(name.as_posix(), path.read_bytes())
        archive.comment = str(number).encode()
    packed.parent.mkdir(parents=True, exist_ok=True)
    packed.write_bytes(content.getbuffer())


def number_of(packed: Path) -> int:
    """Return the number of a copy; 0 if it is not there, or was cut off."""
    try:
        with zipfile.ZipFile(packed) as archive:
            return int(archive.comment)
    except (OSError, ValueError, zipfile.BadZipFile):
        return 0


def unpack_folder(packed: Path, folder: Path) -> bool:
    """Bring a folder back that is not there yet, whole or not at all; return whether it is there now."""
    arriving = folder.with_name(f"{folder.name}{UNFINISHED}")
    shutil.rmtree(arriving, ignore_errors=True)
    try:
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(arriving)  # it compares the files with their checksums
    except (OSError, ValueError, zipfile.BadZipFile):
        return False
    arriving.rename(folder)
    return True


def save_run(run: Path, backup: Path) -> None:
    """Copy a run's folder in place of the older of its two copies, or of a damaged one.

    Raises:
        OSError: if there is no room or no access; the newer copy is as it was.
    """
    (_, oldest), (newest, _) = _copies(backup)
    pack_folder(run, oldest, newest + 1)


def restore_run(backup: Path, run: Path) -> bool:
    """Bring the newest copy that is whole back into a folder that is not there yet; return whether there was one."""
    return any(unpack_folder(slot, run) for number, slot in reversed(_copies(backup)) if number)


def _copies(backup: Path) -> list[tuple[int, Path]]:
    """List the slots and the numbers of their copies, the oldest first."""
    return sorted((number_of(backup / slot), backup / slot) for slot in SLOTS)
