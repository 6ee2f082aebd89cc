"""Messages between the tests and a process that runs student code: a length, and so many bytes.

What comes from that process is read with suspicion: student code may have written every byte of it.
"""

import signal
import socket
import time
from typing import TypedDict, cast

from proj4_unit_tests.harness.errors import StudentError
from proj4_unit_tests.harness.values import Plain, from_bytes

LONGEST_ANSWER = 64 * 2**20  # bytes; 160 crops are 35 MB


class Reply(TypedDict, total=False):
    """An answer, or an exception: `value` alone, or all of the others."""

    value: Plain
    types: list[str]
    message: str
    lines: list[str]
    part: str


def send(channel: socket.socket, message: bytes) -> None:
    """Write a message."""
    channel.sendall(len(message).to_bytes(8, "big") + message)


def receive(channel: socket.socket, deadline: float | None = None) -> bytes:
    """Read a message; its length is checked before anything is read.

    Args:
        channel: where it comes from.
        deadline: by `time.monotonic`, in seconds; None to wait for ever.

    Raises:
        EOFError: if the other side ends first.
        TimeoutError: if the deadline passes.
        ValueError: if the message is too long.
    """

    def read(size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            channel.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
            part = channel.recv(min(size - len(parts), 2**20))
            if not part:
                raise EOFError("the other side ended")
            parts += part
        return bytes(parts)

    length = int.from_bytes(read(8), "big")
    if length > LONGEST_ANSWER:
        raise ValueError(f"an answer of {length} bytes; {LONGEST_ANSWER} are allowed")
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
