"""Namespaces for children: they have their own files, and see and reach no process but themselves."""

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from instructor.sandbox.confinement import check, end_with_parent, protect_memory
    from instructor.sandbox.limits import MOST_SCRATCH_FILES, SCRATCH_SIZE, SHARED_MEMORY_SIZE
else:  # in the sandbox it lies beside this file, and there is no instructor package
    from confinement import check, end_with_parent, protect_memory
    from limits import MOST_SCRATCH_FILES, SCRATCH_SIZE, SHARED_MEMORY_SIZE

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID = 0x20000, 0x10000000, 0x20000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x8, 0x4000, 0x40000
SHARED_MEMORY = Path("/dev/shm")
_LIBC = ctypes.CDLL(None, use_errno=True)


class Processes:
    """The namespace that all children of this process live in, beside a first process that does nothing."""

    def __init__(self) -> None:
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self._first = 0
        self.renew()

    def renew(self) -> None:
        """End all that lives in the namespace, and make another one."""
        if self._first:
            self.end()
            check(_LIBC.setns(self._own, CLONE_NEWPID))
        check(_LIBC.unshare(CLONE_NEWPID))
        self._first = os.fork()
        if self._first == 0:
            _do_nothing()

    def end(self) -> None:
        """End all that lives in the namespace; a first process that has just begun would not end with this one."""
        os.kill(self._first, signal.SIGKILL)  # and with it all others
        os.waitpid(self._first, 0)


def _do_nothing() -> NoReturn:
    """Be the first process of a namespace: code that is the first itself would be spared many signals."""
    try:
        end_with_parent()
        protect_memory()
        os.closerange(0, os.sysconf("SC_OPEN_MAX"))
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            signal.pause()
    finally:
        os._exit(1)


def take_own_files(scratch: Path) -> None:
    """Mount /proc of this process's namespace, and empty folders for its files that nobody else sees."""
    check(_LIBC.unshare(CLONE_NEWNS))
    check(_LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
    _mount("proc", Path("/proc"), MS_NOEXEC, "hidepid=2")
    for folder, size in ((scratch, SCRATCH_SIZE), (SHARED_MEMORY, SHARED_MEMORY_SIZE)):
        _mount("tmpfs", folder, 0, f"mode=1777,size={size},nr_inodes={MOST_SCRATCH_FILES}")


def become_nobody() -> None:
    """Leave the namespace of users that the server is in, where this process is the same user, for an empty one."""
    check(_LIBC.unshare(CLONE_NEWUSER))


def _mount(kind: str, folder: Path, flags: int, options: str) -> None:
    flags |= MS_NOSUID | MS_NODEV
    check(_LIBC.mount(kind.encode(), os.fsencode(folder), kind.encode(), flags, options.encode()))


def main() -> None:
    """Try all that the server does with namespaces: the exit status is 0 where it works.

    The arguments are a folder, and the user to become, if that is possible.
    """
    processes = Processes()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            take_own_files(Path(sys.argv[1]))
            if len(sys.argv) > 2:
                os.setresuid(*[int(sys.argv[2])] * 3)
            else:
                become_nobody()
            status = 0
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    processes.renew()
    processes.end()
    sys.exit(status)
