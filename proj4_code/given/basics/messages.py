"""How the given programs end: with one line where that says all, with a traceback where a part of yours is wrong."""

import json
import os
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TypedDict

from proj4_code.given.basics.printing import print_anywhere
from proj4_code.given.parts import PARTS

UNWRITTEN = re.compile(r"TODO: part (\d),? *([^\n]*)")

RECORD = "PROJ4_FAILURE"
"""Environment variable: a program that starts one of these names a file in it, to read there how it failed."""
NO_KERNEL = "no kernel image is available"  # CUDA's words for a GPU that PyTorch was not built for
PLACE = re.compile(r'File "([^"]+)", line (\d+)')
PART_FILES = {part.file: part for part in PARTS}


class Failure(TypedDict, total=False):
    """How a program failed, for a program that started it; empty if it did not."""

    error: str  # name of the exception's class
    message: str
    part: int  # number of the part whose code raised it
    file: str  # of that part, such as "part1_ppm.py"
    line: int
    batch_that_fits: int | None  # where memory ran out, and a smaller batch fits


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End the program with a line on stderr and status 1 when input is bad or a part is not written yet.

    An error that passes through a part keeps its traceback, which is what the part's author needs.
    """
    print_anywhere()
    try:
        yield
    except Exception as error:
        failure = describe(error)
        if RECORD in os.environ:
            Path(os.environ[RECORD]).write_text(json.dumps(failure), encoding="utf-8")
        unwritten = UNWRITTEN.search(str(error)) if isinstance(error, NotImplementedError) else None
        if unwritten:
            part, what = unwritten.groups()
            check = f"pytest proj4_unit_tests -k part{part}"
            sys.exit(f"part {part} is not written yet (to do: {what}): write it first, {check} tells when it is right")
        if NO_KERNEL in str(error):
            sys.exit("error: this PyTorch has no kernels for this GPU: use --device cpu, or train on Colab")
        if "part" in failure or not isinstance(error, ValueError | OSError | FloatingPointError | MemoryError):
            raise
        sys.exit(f"error: {' '.join(explain(error).split())}")


def explain(error: Exception) -> str:
    """Return an error's message; that of the system without its number."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def describe(error: Exception) -> Failure:
    """Describe an error in fields, with the last place of a part that it passed through, here or in a worker."""
    fits = getattr(error, "batch_that_fits", None)
    failure = Failure(error=type(error).__name__, message=explain(error), batch_that_fits=fits)
    text = "".join(traceback.format_exception_only(error))  # a worker's traceback, or where the syntax is wrong
    sent = [(file, int(line)) for file, line in PLACE.findall(text)]
    if sent and not isinstance(error, SyntaxError):
        failure["message"] = text.rstrip().splitlines()[-1].removeprefix(f"{failure['error']}: ")
    frames = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(error.__traceback__)]
    for file, line in [*frames, *sent]:
        if part := PART_FILES.get(Path(file).name):
            failure |= Failure(part=part.number, file=part.file, line=line)
    return failure


def as_html(text: str) -> str:
    """Write a line of text as HTML; what stands between backticks is code."""
    pieces = escape(" ".join(text.split())).split("`")
    return "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))
