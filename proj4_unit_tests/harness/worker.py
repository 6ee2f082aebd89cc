"""The process that student code runs in: it has torch loaded, and forks children for tests.

Its arguments are the number of a control socket and settings in JSON. Commands come through the socket:

- `fork`, with two files: the child's end of a socket for questions and answers, and the file for what it prints;
- `usage`: the reply says what the child has had of the processor;
- `sweep`: end everything that the last child started; the reply says the same, how the child ended, and
  how many seconds of the processor it took to clear up after it.
- `draw`: load pyplot, which takes a child a second otherwise; an empty reply.

Where it is not safe to fork, it has no control socket: it connects to a port of this machine and answers there itself.
It holds no answers and no seeds: student code that searches its memory finds nothing.
"""

import builtins
import contextlib
import gc
import json
import os
import pdb
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from math import inf
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, cast

import torch
import torchvision.models
import torchvision.transforms.v2  # noqa: F401  loaded once here, not in every child

import proj4_code
from proj4_unit_tests import adapters  # noqa: F401
from proj4_unit_tests.adapters.imports import ImportTimeoutError
from proj4_unit_tests.harness.calls import call_adapter
from proj4_unit_tests.harness.channel import receive, send
from proj4_unit_tests.harness.errors import own_lines
from proj4_unit_tests.harness.patience import Stopwatch, time_is_up, usage_of
from proj4_unit_tests.harness.values import Plain, from_bytes, to_bytes

READY = b""  # a child's first message, before any student code: what fails earlier is not the student's fault
GRACE = 5  # seconds that code has to end by itself when its time is up
SHORTEST = 0.01  # seconds between two looks at the time


class Child(NamedTuple):
    """What `serve` needs to know of children.

    Attributes:
        enter: called in the child with the number of its end of the socket, before any student code.
        sweep: called with the child's process number, 0 if there is none; ends all that it started, and returns how
            it ended.
    """

    enter: Callable[[int], None]
    sweep: Callable[[int], int | None]


def main() -> None:
    """Serve without any protection, for code that is trusted as much as this process."""
    control, settings = sys.argv[1], json.loads(sys.argv[2])
    use_parts(Path(settings["upload"]))
    if not settings["forks"]:
        answer_calls(socket.create_connection(("127.0.0.1", int(control))), answer)
        return

    def enter(_: int) -> None:
        os.setsid()  # so that it can be killed with all that it starts
        os.chdir(settings["scratch"])

    serve(socket.socket(fileno=int(control)), Child(enter, _kill_group), {})


def use_parts(upload: Path) -> None:
    """Let `proj4_code.partN_...` be the files in `upload / "proj4_code"`, and make ready what all children need."""
    proj4_code.__path__.insert(0, str(upload / "proj4_code"))
    builtins.input = _nobody_answers
    sys.breakpointhook = pdb.set_trace = _nobody_debugs
    torch.set_num_threads(1)
    torch.backends.mkldnn.enabled = False  # type: ignore[assignment]  # every child would compile its kernels again


def _nobody_answers(prompt: object = "", /) -> NoReturn:
    raise EOFError("input() waits for somebody to type, and nobody is there: remove it")


def _nobody_debugs(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("breakpoint() waits for somebody to debug, and nobody is there: remove it")


def serve(control: socket.socket, child: Child, ready: Plain) -> None:
    """Obey commands until the other side closes its end.

    Args:
        control: where they come from; its first message is `ready`, as JSON.
        child: what happens before and after student code.
        ready: what the other side is told at the start.
    """
    gc.freeze()
    control.send(json.dumps(ready).encode())
    process = 0
    while True:
        command, files, _, _ = socket.recv_fds(control, 100, 2)
        if command == b"fork":
            process = os.fork()
            if process == 0:
                control.close()
                _be_a_child(files, child.enter)
            for file in files:
                os.close(file)
        elif command == b"draw":
            _load_pyplot()
            control.send(b"{}")
        elif command == b"usage":
            control.send(json.dumps(usage_of(process)._asdict()).encode())
        else:
            usage, before = usage_of(process)._asdict(), time.process_time()
            status = child.sweep(process)
            process = 0
            if command != b"sweep":
                return
            seconds = time.process_time() - before
            control.send(json.dumps({"status": status, "usage": usage, "seconds": seconds}).encode())


def _load_pyplot() -> None:
    """Load pyplot for all later children, if it is there."""
    with contextlib.suppress(ImportError):
        import matplotlib.pyplot

        # Code that asks for windows gets none, and no error, where there is no screen.
        matplotlib.use = partial(matplotlib.use, force=False)
    gc.freeze()


def _be_a_child(files: list[int], enter: Callable[[int], None]) -> NoReturn:
    """Answer the calls of a test, or of some one after the other, and end."""
    try:
        questions, printed = socket.socket(fileno=files[0]), files[1]
        os.dup2(printed, 1)
        os.dup2(printed, 2)
        enter(questions.fileno())
        send(questions, READY)
        answer_calls(questions, answer_in_time)
    finally:
        os._exit(0)


def _kill_group(process: int) -> int | None:
    """Kill a child with all that it started; return how it ended."""
    if not process:
        return None
    pid, status = os.waitpid(process, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    if not pid:
        _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def answer_calls(channel: socket.socket, answer: Callable[[str, dict[str, Plain], float], bytes]) -> None:
    """Answer calls until no more come.

    Args:
        channel: questions are the bytes of [name of an adapter, its arguments, seconds that it may take].
        answer: makes the bytes of a `channel.Reply` from a question.
    """
    while True:
        try:
            name, arguments, limit = cast(list[Any], from_bytes(receive(channel, longest=inf)))
        except EOFError:
            return
        send(channel, answer(name, arguments, limit))


def answer_in_time(name: str, arguments: dict[str, Plain], limit: float) -> bytes:
    """Answer a call; when its time is up, code gets a TimeoutError where it is, and if it goes on the process ends."""
    usage = partial(usage_of, "self")
    stopwatch = Stopwatch(usage, usage())

    def too_long(*_: object) -> None:
        if (left := limit - stopwatch.seconds()) > 0:  # the machine is busy
            signal.setitimer(signal.ITIMER_REAL, max(left, SHORTEST))
            return
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(GRACE)
        raise TimeoutError(time_is_up(limit))

    signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, limit)
    reply = answer(name, arguments)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return reply


def answer(name: str, arguments: dict[str, Plain], _: float = 0) -> bytes:
    """Answer a call, however long it takes."""
    try:
        return to_bytes({"value": call_adapter(name, arguments)})
    except BaseException as error:
        return to_bytes(
            {
                "types": [kind.__name__ for kind in type(error).__mro__],
                "message": str(error)[:2000],
                "lines": list[Plain](own_lines(error)),
                "part": error.part if isinstance(error, ImportTimeoutError) else "",
            }
        )


if __name__ == "__main__":
    main()
