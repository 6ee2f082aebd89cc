"""Solution regions: where the reference is cut to make a skeleton.

A region stands between lines `### BEGIN SOLUTION what to do` and `### END SOLUTION` (nbgrader's markers); what follows
the first marker becomes the student's TODO.
"""

import ast
import re
from typing import NamedTuple

BEGIN = re.compile(r"(?P<indent>\s*)### BEGIN SOLUTION\b\s*(?P<task>.*?)\s*")
END = re.compile(r"\s*### END SOLUTION\b.*")


class Region(NamedTuple):
    """Lines `begin` to `end` of a source, both markers included, counted from 1."""

    begin: int
    end: int
    indent: str
    task: str

    def lines_between(self, source: str) -> list[str]:
        """Return the lines between the markers."""
        return source.splitlines()[self.begin : self.end - 1]


def find_regions(source: str, name: str) -> list[Region]:
    """Find the solution regions of a Python source.

    Args:
        source: text of the file.
        name: its path, for messages.

    Raises:
        ValueError: if markers do not pair, or there is no region; the message starts with "file:line: ".
    """
    regions: list[Region] = []
    opened: tuple[int, re.Match[str]] | None = None
    for number, line in enumerate(source.splitlines(), start=1):
        if begin := BEGIN.fullmatch(line):
            if opened:
                raise ValueError(f"{name}:{number}: BEGIN SOLUTION inside the region that begins in line {opened[0]}")
            opened = number, begin
        elif END.fullmatch(line):
            if not opened:
                raise ValueError(f"{name}:{number}: END SOLUTION without a BEGIN SOLUTION before it")
            start, begin = opened
            task = begin["task"] or f"write {_function_around(source, start)}"
            regions.append(Region(start, number, begin["indent"], task))
            opened = None
    if opened:
        raise ValueError(f"{name}:{opened[0]}: BEGIN SOLUTION without an END SOLUTION after it")
    if not regions:
        raise ValueError(f"{name}:1: no solution region; put one between ### BEGIN SOLUTION and ### END SOLUTION")
    return regions


def _function_around(source: str, line: int) -> str:
    names = [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.lineno < line <= (node.end_lineno or 0)
    ]
    return ".".join(names) or "this"
