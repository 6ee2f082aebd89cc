"""What comes out of the sandbox, read with suspicion: student code may have written every byte of it."""

import signal
import socket
import time

from proj4_unit_tests.harness.calls import StudentError
from proj4_unit_tests.harness.values import Plain, from_bytes

LONGEST_ANSWER = 64 * 2**20  # bytes; 160 crops are 35 MB


def receive(child: socket.socket, deadline: float) -> bytes:
    """Read an answer: its length first, which is checked before anything is read.

    Raises:
        EOFError: if the child ends before.
        TimeoutError: if the deadline passes.
        ValueError: if the answer is too long.
    """

    def read(size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            child.settimeout(max(deadline - time.monotonic(), 0.001))
            part = child.recv(min(size - len(parts), 2**20))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    length = int.from_bytes(read(8), "big")
    if length > LONGEST_ANSWER:
        raise ValueError(f"an answer of {length} bytes; {LONGEST_ANSWER} are allowed")
    return read(length)


def check_reply(answer: bytes) -> dict:
    """Read an answer, and check that it has the form of one.

    Raises:
        StudentError: if not.
    """
    try:
        reply = from_bytes(answer)
    except ValueError as error:
        raise StudentError(["ValueError"], harmless(str(error)[:200]), []) from None
    if isinstance(reply, dict) and set(reply) == {"value"}:
        return reply
    if isinstance(reply, dict) and set(reply) == {"types", "message", "lines"}:
        types, message, lines = reply["types"], reply["message"], reply["lines"]
        if types and isinstance(types, list) and isinstance(lines, list) and _are_text(message, *types, *lines):
            return {
                "types": [harmless(name[:100]) for name in types[:20]],
                "message": harmless(message[:2000]),
                "lines": [harmless(line[:200]) for line in lines[-5:]],
            }
    raise StudentError(["ValueError"], "the process sent something that is no answer", [])


def _are_text(*values: Plain) -> bool:
    return all(isinstance(value, str) for value in values)


def harmless(text: str) -> str:
    """Take out what a terminal would obey."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def ending(status: int | None) -> StudentError:
    """Say how a child ended that gave no answer."""
    if status == -signal.SIGKILL:
        return StudentError(["MemoryError"], "it used too much memory, or was killed", [])
    if status == -signal.SIGXCPU:
        return StudentError(["TimeoutError"], "it used up its time on the processor", [])
    return StudentError(["SystemExit"], f"it ended Python with status {status}", [])
