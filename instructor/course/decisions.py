"""A person's decisions: `decisions.toml` in the folder of a class, which the grader reads and never changes."""

import tomllib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from instructor.grading.records import Decision

FILE = "decisions.toml"
ACCEPTED = "accepted"
FIELDS = ("upload", "points", "reason", "who", "when")
EXAMPLE = """\
# What people decide about single uploads. It counts at every run, and the grader never changes this file.
#
# [[decision]]
# upload = "ann"          # its folder's name
# points = 80             # that it gets; or "accepted": the grade stands as it is, and nobody needs to look again
# reason = "the zip was damaged; handed in again by e-mail"
# who = "Ben"
# when = 2026-12-02
"""


def read_decisions(folder: Path, uploads: Collection[str]) -> Mapping[str, Decision]:
    """Read the decisions about a class, by upload; where there is no such file, write one that explains itself.

    Args:
        folder: of the class.
        uploads: names of all uploads.

    Raises:
        ValueError: if an entry is not valid, or names no upload.
    """
    path = folder / FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(EXAMPLE, encoding="utf-8")
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not valid TOML: {error}") from None
    rows = entries.get("decision", [])
    if set(entries) - {"decision"} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{path}: expected only tables headed [[decision]]")
    decisions: dict[str, Decision] = {}
    for number, row in enumerate(rows, 1):
        where = f"{path}, decision {number}"
        decision = _decision(row, where)
        name = str(row["upload"])
        if name not in uploads:
            close = get_close_matches(name, uploads, 1)
            hint = f": did you mean {close[0]}?" if close else ": give the name of its folder"
            raise ValueError(f"{where}: there is no upload {name}{hint}")
        if name in decisions:
            raise ValueError(f"{where}: {name} is decided twice")
        decisions[name] = decision
    return decisions


def _decision(row: Mapping[str, Any], where: str) -> Decision:
    if missing := [field for field in FIELDS if field not in row]:
        raise ValueError(f"{where}: {missing[0]} is missing")
    if unknown := [field for field in row if field not in FIELDS]:
        raise ValueError(f"{where}: {unknown[0]} is unknown: choose from {', '.join(FIELDS)}")
    points = row["points"]
    if points == ACCEPTED:
        return Decision(None, str(row["reason"]), str(row["who"]), str(row["when"]))
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 <= points < float("inf"):
        raise ValueError(f'{where}: points is {points!r}: expected a number that is not negative, or "{ACCEPTED}"')
    return Decision(float(points), str(row["reason"]), str(row["who"]), str(row["when"]))
