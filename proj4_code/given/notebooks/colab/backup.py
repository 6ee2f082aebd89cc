"""Copies of runs and data in a folder that outlives the machine, such as Google Drive.

A run has two slots that take turns, each with a list of its files that is written last, so that one whole copy is there
at any moment. Files are overwritten in place: what is deleted or replaced on Drive goes to its bin and keeps its room.
"""

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from proj4_code.given.files import write_whole

SLOTS = ("a", "b")
LISTING = "copy.json"
UNFINISHED = ".part"  # how `write_whole` names a file on its way
LEFT_OUT = ("previous.safetensors", "results.safetensors", ".lock")  # large, and in the other slot or soon made again


class Copy(NamedTuple):
    """A slot whose list of files can be read.

    Attributes:
        folder: of the slot.
        number: copies are counted from 1.
        files: path in the run's folder -> SHA-256.
    """

    folder: Path
    number: int
    files: dict[str, str]


def save_copy(run: Path, backup: Path) -> None:
    """Copy a run's folder into the older of the two slots.

    Args:
        run: folder of the run; it may be written to meanwhile, by a program that replaces whole files.
        backup: folder for the copies.

    Raises:
        OSError: if there is no room or no access; the newer slot is as it was.
    """
    copies = sorted(find_copies(backup), key=lambda copy: copy.number)
    used = {copy.folder.name for copy in copies}
    free = [slot for slot in SLOTS if slot not in used]
    slot = backup / free[0] if free else copies[0].folder
    known = next((copy.files for copy in copies if copy.folder == slot), {})
    slot.mkdir(parents=True, exist_ok=True)
    (slot / LISTING).write_text("")
    files = {}
    for path in sorted(run.rglob("*")):
        name = path.relative_to(run).as_posix()
        if not path.is_file() or path.suffix == UNFINISHED or path.name in LEFT_OUT:
            continue
        content = path.read_bytes()
        files[name] = hashlib.sha256(content).hexdigest()
        if files[name] != known.get(name):
            (slot / name).parent.mkdir(parents=True, exist_ok=True)
            (slot / name).write_bytes(content)
    number = max((copy.number for copy in copies), default=0) + 1
    (slot / LISTING).write_text(json.dumps({"number": number, "files": files}))


def find_copies(backup: Path) -> Iterator[Copy]:
    """Find the slots that hold a copy."""
    for slot in SLOTS:
        try:
            listing = json.loads((backup / slot / LISTING).read_text())
            yield Copy(backup / slot, int(listing["number"]), dict(listing["files"]))
        except (OSError, ValueError, KeyError, TypeError):  # none yet, or one that was cut off
            continue


def restore_copy(backup: Path, run: Path) -> bool:
    """Bring the newest copy that is whole back into a folder that is not there yet.

    Returns:
        Whether there was one.
    """
    for copy in sorted(find_copies(backup), key=lambda copy: -copy.number):
        if _is_whole(copy):
            arriving = run.with_name(f"{run.name}{UNFINISHED}")
            shutil.rmtree(arriving, ignore_errors=True)
            for name in copy.files:
                (arriving / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(copy.folder / name, arriving / name)
            arriving.rename(run)
            return True
    return False


def _is_whole(copy: Copy) -> bool:
    try:
        return bool(copy.files) and all(
            hashlib.sha256((copy.folder / name).read_bytes()).hexdigest() == digest
            for name, digest in copy.files.items()
        )
    except OSError:
        return False


def pack_data(folder: Path, packed: Path) -> None:
    """Copy a data folder, without what it was made from, into one file: Drive is slow with many.

    Raises:
        OSError: if there is no room or no access.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:  # not compressed: pictures are already
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if path.is_file() and name.parts[0] != "downloads":
                archive.write(path, name)
    write_whole(packed, content.getvalue())


def unpack_data(packed: Path, folder: Path) -> bool:
    """Bring a data folder back; tell whether there is one that is whole. One that is not is deleted."""
    if not packed.is_file():
        return False
    try:
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(folder)
        return True
    except (OSError, ValueError, zipfile.BadZipFile):
        shutil.rmtree(folder, ignore_errors=True)
        packed.unlink(missing_ok=True)
        return False
