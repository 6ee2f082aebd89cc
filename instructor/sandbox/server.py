# ruff: noqa: E402  torch must not find triton when it is loaded
"""The process in the sandbox: the harness's worker, whose children give up all that a test does not need.

Its arguments are those of `proj4_unit_tests.harness.worker`. It holds no answers, no seeds and no uploads: a child that
searches its own memory finds nothing. Children cannot reach it: they have another user, or namespaces of their own.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.modules["triton"] = None  # type: ignore[assignment]  # a compiler for GPUs that torch loads if it is there: 70 MB

import PIL.Image

from proj4_unit_tests.harness.worker import Child, serve, use_parts

if TYPE_CHECKING:
    from instructor.sandbox.confinement import confine, make_filter, protect_memory
    from instructor.sandbox.limits import Limits
    from instructor.sandbox.namespaces import Processes, become_nobody, take_own_files
    from instructor.sandbox.sweeping import public_folders, sweep
else:  # in the sandbox it lies beside this file, and there is no instructor package
    from confinement import confine, make_filter, protect_memory
    from limits import Limits
    from namespaces import Processes, become_nobody, take_own_files
    from sweeping import public_folders, sweep


def main() -> None:
    """Serve until the grader closes its end."""
    protect_memory()
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    scratch, limits = Path(settings["scratch"]), Limits(**settings["limits"])
    if settings["core"] is not None:
        os.sched_setaffinity(0, [settings["core"]])
    use_parts(Path(settings["upload"]))
    calls = make_filter()
    PIL.Image.init()  # loads what reads each format
    if settings["namespaces"]:
        processes = Processes()
        renew = processes.renew if calls is None else None  # with the filter, a child starts no others
        child = Child(partial(_enter_alone, scratch, limits, calls), partial(_end, renew))
    else:
        assert limits.user is not None  # as other processes can be seen, children have a user of their own
        clear = partial(sweep, folders=[scratch, *public_folders()], user=limits.user)
        child = Child(partial(_enter, scratch, limits, calls), clear)
    serve(control, child, {"system calls filtered": calls is not None})
    if settings["namespaces"]:
        processes.end()


def _enter_alone(scratch: Path, limits: Limits, calls: Any, channel: int) -> None:
    """Be a child that is alone in its namespaces; all that it leaves there goes with it."""
    take_own_files(scratch)
    if limits.user is None:
        become_nobody()
    _enter(scratch, limits, calls, channel)


def _enter(scratch: Path, limits: Limits, calls: Any, channel: int) -> None:
    os.chdir(scratch)
    confine(limits, channel, calls)


def _end(renew: Callable[[], None] | None, child: int) -> int | None:
    """End a child, with all that it may have started; return how it ended."""
    if not child:
        return None
    pid, status = os.waitpid(child, os.WNOHANG)
    if not pid:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    if renew:
        renew()
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main()
