"""Messages between the tests and a process that runs student code: a length, and so many bytes.

What comes from that process is read with suspicion: student code may have written every byte of it.
"""

import contextlib
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypedDict, cast

from proj4_unit_tests.harness.errors import StudentError
from proj4_unit_tests.harness.values import Plain, from_bytes

LONGEST_ANSWERS = 64 * 2**20  # bytes of the answers in one test together; the crops of part 4 are 23 MB


class Reply(TypedDict, total=False):
    """An answer, or an exception: `value` alone, or all of the others."""

    value: Plain
    types: list[str]
    message: str
    lines: list[str]
    part: str


class Deadline:
    """When the other side's time is up, which is looked at again when it seems to be.

    Args:
        left: returns how many seconds the other side still has.
        first: how many it has now.
    """

    def __init__(self, left: Callable[[], float], first: float) -> None:
        self._left, self._end = left, time.monotonic() + first

    def wait(self, channel: socket.socket) -> None:
        """Let the next step on a socket wait for no longer than that.

        Raises:
            TimeoutError: if the time is up.
        """
        if time.monotonic() >= self._end:
            self._end = time.monotonic() + self._left()
        if (left := self._end - time.monotonic()) <= 0:
            raise TimeoutError("the time is up")
        channel.settimeout(left)


def send(channel: socket.socket, message: bytes, deadline: Deadline | None = None) -> None:
    """Write a message; deadline and errors as in `receive`."""
    for part in (len(message).to_bytes(8, "big"), message):
        waiting = memoryview(part)
        while waiting:
            waiting = waiting[_step(channel, deadline, partial(channel.send, waiting)) :]


def _step(channel: socket.socket, deadline: Deadline | None, step: Callable[[], Any]) -> Any:
    """Do a step on a socket before the deadline."""
    while deadline is not None:
        deadline.wait(channel)
        with contextlib.suppress(TimeoutError):  # `wait` decides
            return step()
    return step()


def receive(channel: socket.socket, deadline: Deadline | None = None, longest: float = LONGEST_ANSWERS) -> bytes:
    """Read a message; its length is checked before anything is read.

    Args:
        channel: where it comes from.
        deadline: None to wait for ever.
        longest: bytes that it may have.

    Raises:
        EOFError: if the other side ends first.
        TimeoutError: if the deadline passes.
        ValueError: if the message is too long.
    """

    def read(size: int) -> bytes:
        parts = bytearray()  # grows with what comes, not with what is announced
        while len(parts) < size:
            part = _step(channel, deadline, partial(channel.recv, min(size - len(parts), 2**20)))
            if not part:
                raise EOFError("the other side ended")
            parts += part
        return bytes(parts)

    length = int.from_bytes(read(8), "big")
    if length > longest:
        raise ValueError(f"an answer of {length} bytes; the answers in one test may have {longest} more")
    return read(length)


def check_reply(answer: bytes) -> Reply:
    """Read an answer, and check that it has the form of one.

    Raises:
        StudentError: if not.
    """
    try:
        reply = from_bytes(answer)
    except ValueError as error:
        raise StudentError(["ValueError"], harmless(str(error)[:200])) from None
    if isinstance(reply, dict) and set(reply) == {"value"}:
        return {"value": reply["value"]}
    if isinstance(reply, dict) and set(reply) == {"types", "message", "lines", "part"}:
        types, message, lines, part = reply["types"], reply["message"], reply["lines"], reply["part"]
        if types and isinstance(types, list) and isinstance(lines, list) and _are_text(message, part, *types, *lines):
            return {
                "types": [harmless(name[:100]) for name in cast(list[str], types)[:20]],
                "message": harmless(cast(str, message)[:2000]),
                "lines": [harmless(line[:200]) for line in cast(list[str], lines)[-5:]],
                "part": harmless(cast(str, part)[:100]),
            }
    raise StudentError(["ValueError"], "the process sent something that is not an answer")


def _are_text(*values: Plain) -> bool:
    return all(isinstance(value, str) for value in values)


def harmless(text: str) -> str:
    """Remove what a terminal would obey."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def ended(status: int | None) -> StudentError:
    """Return the exception that stands for a child that ended without an answer."""
    if status == -getattr(signal, "SIGKILL", 9):
        return StudentError(["MemoryError"], "it used too much memory, or was killed")
    if status == -getattr(signal, "SIGXCPU", 24):
        return StudentError(["TimeoutError"], "it used up its time on the processor")
    return StudentError(["SystemExit"], f"it ended Python with status {status}")
