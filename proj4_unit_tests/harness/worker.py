"""The process that student code runs in when a submission is tested: `python -m proj4_unit_tests.harness.worker`.

It reads calls of adapters from standard input and answers on standard output. On Linux, where it is safe to fork, each
call runs in a child of its own, so that nothing that it does outlasts it.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

import torch  # noqa: F401  loaded once here, not in every child
import torchvision.models
import torchvision.transforms.v2  # noqa: F401

from proj4_unit_tests.adapters import adapter
from proj4_unit_tests.harness import adapting
from proj4_unit_tests.harness.calls import GRACE, receive, send
from proj4_unit_tests.harness.values import Plain, from_bytes, to_bytes


def main() -> None:
    """Answer calls until standard input ends."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)  # what student code prints must not mix with the answers
    slow: set[str] = set()
    answer_calls(questions, answers, partial(_answer_in_a_child, slow=slow) if sys.platform == "linux" else answer)


def answer_calls(questions: BinaryIO, answers: BinaryIO, answer: Callable[[str, Plain, float], bytes]) -> None:
    """Answer calls until no more come.

    Args:
        questions: each the bytes of [name of an adapter, its arguments, seconds that it may take].
        answers: each the bytes of a dict: {"value": ...}, or "types", "message" and "lines" of an exception.
        answer: makes the one from the other.
    """
    while True:
        try:
            question = receive(questions)
        except EOFError:
            return
        send(answers, answer(*from_bytes(question)))


def _answer_in_a_child(name: str, arguments: Plain, limit: float, slow: set[str]) -> bytes:
    """Answer a call in a process of its own.

    Args:
        name: of the adapter.
        arguments: of the call.
        limit: seconds that it may take.
        slow: files of adapters that needed all their time, if only to import another part that hangs; after one such
            call, the others get a sixth of the time.
    """
    file = adapter(name).__module__
    if file in slow:
        limit = max(limit / 6, 1)
    began = time.monotonic()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer_in_time(name, arguments, limit))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        reply = pipe.read()
    _, status = os.waitpid(child, 0)
    if not reply and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        reply = _error(["TimeoutError"], f"no answer within {limit:g} s")
    if time.monotonic() - began >= limit:
        slow.add(file)
    return reply or _error(["SystemExit"], f"it ended Python with status {os.waitstatus_to_exitcode(status)}")


def answer_in_time(name: str, arguments: Plain, limit: float) -> bytes:
    """Answer a call; when its time is up, code gets a TimeoutError where it is, and if it goes on the process ends."""

    def too_long(*_: object) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(GRACE)
        raise TimeoutError(f"no answer within {limit:g} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, limit)
    reply = answer(name, arguments)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return reply


def answer(name: str, arguments: Plain, _: float = 0) -> bytes:
    """Answer a call, however long it takes."""
    try:
        return to_bytes({"value": adapting.call(name, arguments)})
    except BaseException as error:
        types = [kind.__name__ for kind in type(error).__mro__]
        return _error(types, str(error)[:2000], adapting.own_lines(error))


def _error(types: list[str], message: str, lines: Plain = ()) -> bytes:
    return to_bytes({"types": types, "message": message, "lines": list(lines)})


if __name__ == "__main__":
    main()
