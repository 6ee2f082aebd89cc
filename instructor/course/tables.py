"""Tables as CSV that no spreadsheet takes for anything but text and numbers."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from instructor.grading.text import one_line
from proj4_code.given.files import write_whole

SEPARATORS = ",;\t|\n\r"
FORMULAS = "=+-@−"
LONGEST_CELL = 2000

Cell = str | float | None


def write_table(path: Path, rows: Iterable[Iterable[Cell]]) -> None:
    """Write a table; None is an empty cell."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_cell(value) for value in row] for row in rows])
    write_whole(path, text.getvalue().encode(errors="replace"))


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, int | float) else harmless(value)


def harmless(text: str) -> str:
    """Return text that is no formula, whether a table is split at commas, semicolons or tabs.

    An apostrophe stands before every sign that would begin a formula at the start of a cell, be it written in full
    width, or behind blanks, quotation marks or characters that nobody sees.
    """
    safe, at_start = [], True
    for letter in one_line(text.replace("\t", " "), LONGEST_CELL):
        if at_start and unicodedata.normalize("NFKC", letter)[:1] in FORMULAS:
            safe.append("'")
        blank = letter in "\"'" or unicodedata.category(letter)[0] in "ZC"
        at_start = letter in SEPARATORS or unicodedata.normalize("NFKC", letter) in SEPARATORS or (at_start and blank)
        safe.append(letter)
    return "".join(safe)
