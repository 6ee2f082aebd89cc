"""Exceptions of student code, whether it ran in this process or in another one."""

import re
import traceback
from pathlib import Path
from typing import Any, TypeGuard

from proj4_unit_tests.harness.outcome import CRASHED, OUT_OF_MEMORY, TIMED_OUT
from proj4_unit_tests.harness.values import Plain

RECORD = "proj4_record"  # attribute of an exception: what stands for it among a test's answers
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


def summary(error: BaseException, longest: int = 210) -> str:
    """Return an exception's message in a line: its first one, and those that it announces with a colon at its end."""
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    if len(lines) < 2 or not lines[0].endswith(":"):
        return first_line(error)
    share = max((longest - len(lines[0])) // (len(lines) - 1) - 1, 40)
    rest = [line if len(line) <= share else f"{line[: share - 3]}..." for line in lines[1:]]
    return " ".join([lines[0], *rest[:4]])


def kind_and_message(error: BaseException) -> str:
    """Return an exception's kind and message in a line; if it is about None that came instead of an answer, ask why."""
    shown = f"{exception_types(error)[0]}: {summary(error)}"
    unanswered = re.search("NoneType|returned None", shown) and not own_lines(error)  # raised by what takes the answer
    return f"{shown} (is a `return` missing?)" if unanswered else shown


def record_of(error: BaseException, random: bool) -> dict[str, Plain]:
    """Return what is recorded of an exception instead of an answer; of a random one, without the numbers in it."""
    own = raised_by_student(error) and not is_not_started(error)  # its words are the student's choice
    message = "" if own else re.sub(r"\S*[/\\]", "", first_line(error))  # a path is not the same twice
    return {"exception": exception_types(error)[0], "message": re.sub(r"\d+", "#", message) if random else message}


def is_exception(record: Plain) -> TypeGuard[dict[str, Any]]:
    """Return whether a record is one of an exception."""
    return isinstance(record, dict) and set(record) == {"exception", "message"}


def forget_frames(error: BaseException | None) -> None:
    """Let go of what functions held when an exception left them: it may be large, and is kept with the traceback."""
    while error is not None and error.__traceback__ is not None:  # a chain of exceptions may be a circle
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def raised_by_test(error: BaseException) -> bool:
    """Return whether an exception is a test's own, which could not read an answer: its type or shape is another."""
    if not isinstance(error, Exception) or RECORD in vars(error) or ending(error):
        return False
    paths = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [path for path in paths if "proj4_unit_tests" in path.parts]
    return bool(ours) and (ours[-1].name.startswith("test_") or ours[-1].parent.name == "crops")


def own_lines(error: BaseException) -> list[str]:
    """List where in the student's own files an exception came from, the innermost place last.

    If none of them is in its own traceback, the exceptions are searched that it was raised from.
    """
    if isinstance(error, StudentError):
        return error.lines
    own, seen = _own_frames(error), [error]
    while not own and (cause := seen[-1].__cause__ or seen[-1].__context__) and cause not in seen:
        own, seen = _own_frames(cause), [*seen, cause]
    return own


def raised_by_student(error: BaseException) -> bool:
    """Return whether an exception was raised by a `raise` or `assert` of the student's own."""
    return any(line.split(": ", 1)[-1].startswith(("raise ", "assert ", "assert(")) for line in own_lines(error)[-1:])


def _own_frames(error: BaseException) -> list[str]:
    frames = list(traceback.extract_tb(error.__traceback__))
    if isinstance(error, SyntaxError) and error.filename:
        frames.append(traceback.FrameSummary(error.filename, error.lineno, "", line=(error.text or "").strip()))
    return [
        f"{Path(frame.filename).name}, line {frame.lineno}{', in ' + frame.name if frame.name else ''}: {frame.line}"
        for frame in frames
        if Path(frame.filename).parent.name == "proj4_code"
    ]
