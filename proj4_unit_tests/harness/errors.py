"""Exceptions of student code, whether it ran in this process or in another one."""

import traceback
from pathlib import Path

from proj4_unit_tests.harness.outcome import CRASHED, OUT_OF_MEMORY, TIMED_OUT

ENDINGS = {"SystemExit": CRASHED, "TimeoutError": TIMED_OUT, "MemoryError": OUT_OF_MEMORY}


class StudentError(Exception):
    """An exception that student code raised in another process.

    Attributes:
        types: names of the exception's class and its bases, the class itself first.
        lines: where in the student's own files it came from, the innermost place last.
        part: module of the part that did not finish importing in time, if that is what happened.
    """

    def __init__(self, types: list[str], message: str, lines: list[str] | None = None, part: str = "") -> None:
        super().__init__(message)
        self.types, self.lines, self.part = types, lines or [], part


def exception_types(error: BaseException) -> list[str]:
    """Name an exception's class and its bases; those of the original if it was raised in another process."""
    return error.types if isinstance(error, StudentError) else [kind.__name__ for kind in type(error).__mro__]


def is_not_started(error: BaseException) -> bool:
    """Return whether an exception is the one that a skeleton raises."""
    return exception_types(error)[0] == "NotImplementedError" and str(error).startswith("TODO: part")


def ending(error: BaseException) -> str:
    """Return how code ended that gave no answer: crashed, timed out or out of memory; otherwise an empty string."""
    if "DefaultCPUAllocator" in str(error):
        return OUT_OF_MEMORY
    return next((ENDINGS[kind] for kind in exception_types(error) if kind in ENDINGS), "")


def first_line(error: BaseException, longest: int = 160) -> str:
    """Return the first line of an exception's message, cut to a length."""
    line = (str(error).strip().splitlines() or ["(no message)"])[0]
    return line if len(line) <= longest else f"{line[:longest]}..."


def own_lines(error: BaseException) -> list[str]:
    """List where in the student's files an exception came from, the innermost place last."""
    if isinstance(error, StudentError):
        return error.lines
    frames = list(traceback.extract_tb(error.__traceback__))
    if isinstance(error, SyntaxError) and error.filename:
        frames.append(traceback.FrameSummary(error.filename, error.lineno, "", line=(error.text or "").strip()))
    return [
        f"{Path(frame.filename).name}, line {frame.lineno}{', in ' + frame.name if frame.name else ''}: {frame.line}"
        for frame in frames
        if Path(frame.filename).parent.name == "proj4_code"
    ]
