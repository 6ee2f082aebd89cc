"""The record of how a data folder was made, so that a run completes the one before and never mixes with another."""

import json
from collections.abc import Sequence
from pathlib import Path

from proj4_code.given.basics.printing import quote
from proj4_code.given.data.contents import find_frames
from proj4_code.given.data.splits import SPLITS, read_split, split_path
from proj4_code.given.files import write_whole

RECORD = "prepared.json"
_ANOTHER = "give another folder, or delete this one first"


def write_record(root: Path, settings: dict[str, object], complete: bool) -> None:
    """Write the settings that a folder is made with, and whether all of it is there."""
    text = json.dumps({"settings": settings, "complete": complete}, indent=2) + "\n"
    write_whole(root / RECORD, text.encode())


def write_splits(root: Path, splits: dict[str, list[str]]) -> None:
    """Write the split files, one frame name a line."""
    for split, names in splits.items():
        write_whole(split_path(root, split), "".join(f"{name}\n" for name in names).encode())


def is_complete(root: Path, splits: dict[str, list[str]] | None) -> bool:
    """Return whether the split files are there, are `splits` unless that is None, and all their frames have files."""
    try:
        listed = {split: read_split(split_path(root, split)) for split in SPLITS}
        for split, names in listed.items():
            find_frames(root, split, names)
    except FileNotFoundError:
        return False
    return splits in (None, listed)


def made_before(root: Path, settings: dict[str, object]) -> bool:
    """Return whether a run with these settings has completed the folder.

    Raises:
        NotADirectoryError: there is a file of that name.
        ValueError: the folder was made with other settings or by something else, or its record cannot be read.
    """
    if root.exists() and not root.is_dir():
        raise NotADirectoryError(f"{root}: this is a file; expected the name of a folder to make; give another name")
    # Settings bind only once there is data: a run that failed on its source leaves nothing to mix with.
    patterns = ("images/*", "labels/*", *(f"{split}.txt" for split in SPLITS))
    begun = [path for pattern in patterns for path in root.glob(pattern)]
    if not begun:
        return False
    record = root / RECORD
    if not record.is_file():
        raise ValueError(
            f"{begun[0]}: this is here already, and prepare_camvid did not make it ({RECORD} is missing); expected "
            f"a new or empty folder; {_ANOTHER}; to only check it: python -m proj4_code.given.check_data {quote(root)}"
        )
    try:
        known = json.loads(record.read_text(encoding="utf-8"))
        before, complete = dict(known["settings"]), known["complete"]
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{record}: this record cannot be read; expected settings in JSON; {_ANOTHER}") from None
    differ = [key for key in settings | before if settings.get(key) != before.get(key)]
    if differ:
        raise ValueError(
            f"{root}: it was made with {_spell(before, differ)}, and now {_spell(settings, differ)} is asked for; "
            f"expected the same settings, because the two must not mix; {_ANOTHER}"
        )
    return bool(complete)


def _spell(settings: dict[str, object], keys: Sequence[str]) -> str:
    """Return settings as the words of a message."""
    return ", ".join(f"{key} {'unset' if settings.get(key) is None else settings[key]}" for key in keys)
