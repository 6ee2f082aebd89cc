"""Check that a student kit gives away nothing of the reference."""

import json
import keyword
import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from instructor.release.regions import find_regions
from instructor.release.skeletons import SOLUTION
from proj4_code.given.parts import PARTS

TEXT = {"", ".cfg", ".html", ".ipynb", ".js", ".json", ".lock", ".md", ".py", ".svg", ".toml", ".txt", ".yml"}
BINARY = {".npz", ".png", ".webp"}  # they hold arrays and pictures, no code


def check_for_leaks(kit: Path | BinaryIO) -> None:
    """Look for lines of solution regions in every file of a kit, notebook cells included.

    Raises:
        ValueError: if there is one, or a file whose lines cannot be read, such as compiled code or an archive; the
            message names the file and the line.
    """
    secret = solution_lines()
    with zipfile.ZipFile(kit) as archive:
        for name in archive.namelist():
            suffix = PurePosixPath(name).suffix
            if PurePosixPath(name).parts[0] in ("instructor", ".git"):
                raise ValueError(f"{name} does not belong in a student kit")
            if suffix in BINARY:
                continue
            if suffix not in TEXT:
                raise ValueError(f"{name} does not belong in a student kit: what it holds cannot be checked")
            for number, line in enumerate(_lines(archive.read(name).decode(), suffix), start=1):
                if _squeezed(line) in secret:
                    raise ValueError(f"{name}:{number} gives away a line of the reference: {line.strip()}")


def solution_lines() -> set[str]:
    """Collect the telling lines of all solution regions, without their blanks."""
    lines: set[str] = set()
    for part in PARTS:
        source = (SOLUTION / part.file).read_text(encoding="utf-8")
        for region in find_regions(source, part.file):
            lines.update(_squeezed(line) for line in region.lines_between(source) if _is_telling(line))
    return lines


def _is_telling(line: str) -> bool:
    """Return whether a line belongs to this assignment, unlike one of any program, such as `with torch.no_grad():`."""
    return sum(not keyword.iskeyword(word) for word in re.findall(r"\w+", line.split("#")[0])) >= 3


def _squeezed(line: str) -> str:
    return "".join(line.split())


def _lines(text: str, suffix: str) -> list[str]:
    if suffix != ".ipynb":
        return text.splitlines()
    return [line for cell in json.loads(text)["cells"] for line in "".join(cell["source"]).splitlines()]
