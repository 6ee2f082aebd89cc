"""The process that student code runs in when a submission is tested: `python -m proj4_unit_tests.worker`.

It reads calls of adapters from standard input and answers on standard output. On Linux, where it is safe to fork, each
call runs in a child of its own, so that nothing that it does outlasts it.
"""

import os
import signal
import sys
import time

import torch  # noqa: F401  loaded once here, not in every child
import torchvision.models
import torchvision.transforms.v2  # noqa: F401

from proj4_unit_tests import adapting
from proj4_unit_tests.plain import Plain, from_bytes, to_bytes
from proj4_unit_tests.running import GRACE, receive, send
from proj4_unit_tests.student import adapter


def main() -> None:
    """Answer calls until standard input ends; the argument is how many seconds one may take."""
    longest_call = int(sys.argv[1])
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)  # what student code prints must not mix with the answers
    slow: set[str] = set()
    while True:
        try:
            question = receive(questions)
        except EOFError:
            return
        send(
            answers, _answer_in_a_child(question, longest_call, slow) if sys.platform == "linux" else _answer(question)
        )


def _answer_in_a_child(question: bytes, longest_call: int, slow: set[str]) -> bytes:
    """Answer a call in a process of its own.

    Args:
        question: the call.
        longest_call: seconds that it may take.
        slow: files of adapters that needed it all, if only to import another part that hangs; after one such call, the
            others get a sixth of the time.
    """
    file = adapter(from_bytes(question)[0]).__module__
    limit = max(longest_call // 6, 1) if file in slow else longest_call
    began = time.monotonic()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _limit_time(limit)
        with os.fdopen(writing, "wb") as pipe:
            answer = _answer(question)
            signal.alarm(0)
            pipe.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if not answer and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        answer = _error(["TimeoutError"], f"no answer within {limit} s")
    if time.monotonic() - began >= limit:
        slow.add(file)
    return answer or _error(["SystemExit"], f"it ended Python with status {os.waitstatus_to_exitcode(status)}")


def _limit_time(limit: int) -> None:
    """Raise a TimeoutError where the code is after a number of seconds, and end the process if it goes on."""

    def too_long(*_: object) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(GRACE)
        raise TimeoutError(f"no answer within {limit} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(limit)


def _answer(question: bytes) -> bytes:
    name, arguments = from_bytes(question)
    try:
        return to_bytes({"value": adapting.call(name, arguments)})
    except BaseException as error:
        types = [kind.__name__ for kind in type(error).__mro__]
        return _error(types, str(error)[:2000], adapting.own_lines(error))


def _error(types: list[str], message: str, lines: Plain = ()) -> bytes:
    return to_bytes({"types": types, "message": message, "lines": list(lines)})


if __name__ == "__main__":
    main()
