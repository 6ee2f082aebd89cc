"""What a file's name says: a part, a part under another name, or nothing that a student wrote."""

import re
import unicodedata
from difflib import get_close_matches
from pathlib import PurePosixPath

from proj4_code.given.parts import PARTS

PART_FILES = tuple(part.file for part in PARTS)
RESULTS = "results.safetensors"
ARCHIVES = (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".zip", ".tar", ".7z", ".rar", ".gz")
"""Endings of archives, the longer ones first."""

_JUNK_FOLDERS = {
    "__MACOSX", "__pycache__", "node_modules", "site-packages", "venv", ".venv", ".git", ".idea", ".vscode",
    ".ipynb_checkpoints", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".Trash", ".Spotlight-V100", ".fseventsd",
}  # fmt: skip
_JUNK_FILES = {".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", ".localized"}
# " (1)", "-1", " 2", " - Copy", " copy 2", " (copy)", "Copy of ": what browsers and file managers make of a name that
# exists, in the languages that they speak.
_WORDS = r"(?:cop(?:y|ie|ia)|kopie|kopia|kopio)"
_COPY = re.compile(
    rf"(?:\s*\(\d+\)|[_-]\d{{1,2}}|\s+\d{{1,2}}|[\s_-]+{_WORDS}(?:\s*\(?\d+\)?)?"
    rf"|\s*\((?:(?:another|\d+(?:st|nd|rd|th))\s+)?{_WORDS}(?:\s+\d+)?\))+$",
    re.IGNORECASE,
)
_COPY_OF = re.compile(rf"^{_WORDS}(?:\s*\(\d+\))?\s+(?:of|von|de|di|van)\s+", re.IGNORECASE)
_SOURCE = re.compile(r"(?:\.py)+(?:\.txt)?$", re.IGNORECASE)


def is_junk(path: PurePosixPath) -> bool:
    """Return whether a system, an editor or Python made a file, and no student."""
    if path.name.startswith("._") or path.name.lower() in _JUNK_FILES:
        return True
    return any(is_junk_folder(folder) for folder in path.parts)


def is_junk_folder(name: str) -> bool:
    """Return whether a folder of this name never holds what a student wrote."""
    return name in _JUNK_FOLDERS


def is_archive(name: str) -> bool:
    """Return whether a file's name ends like an archive's."""
    return name.lower().endswith(ARCHIVES)


def stem(name: str) -> str:
    """Return the name of an upload without the ending of an archive or of Python."""
    ending = next((ending for ending in (*ARCHIVES, ".py", ".ipynb") if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)] or name


def part_meant(name: str) -> str | None:
    """Return the part file that a name stands for: its own, or one that browsers and people make of it; else None."""
    if name in PART_FILES:
        return name
    plain = unicodedata.normalize("NFKC", name).strip()
    source = _SOURCE.search(plain)
    if source is None:
        return None
    bare = _bare(_COPY.sub("", _COPY_OF.sub("", plain[: source.start()])))
    return next((part for part in PART_FILES if _bare(part.removesuffix(".py")) == bare), None)


def part_hinted(name: str) -> str | None:
    """Return the part file that a name reminds of, without standing for it; None if there is none."""
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    if not re.search(r"\.(py|ipynb|txt|pyc)$", plain) or part_meant(name):
        return None
    if found := re.match(r"part[\s_-]*([1-6])(?!\d)", plain):
        return PART_FILES[int(found[1]) - 1]
    whole = next((part for part in PART_FILES if _bare(part.removesuffix(".py")) in _bare(plain)), None)
    if whole and not plain.startswith("test_"):
        return whole
    close = get_close_matches(plain, PART_FILES, 1, cutoff=0.8)
    return close[0] if close else None


def _bare(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name.lower())
