"""Other sandboxes on this machine: each has a user and a core to itself, and may ask to be alone for a while."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

LONGEST_WAIT = 600  # seconds for others, one of which may have been stopped (Ctrl-Z)
LOOKS_AGAIN = 0.05  # seconds between two attempts

_claims: list[int] = []  # open files, whose locks last as long as this process


def claim(numbers: Sequence[int], kind: str = "user") -> int:
    """Take a number that no other process of this user has taken; it is given back when this process ends.

    Args:
        numbers: to choose from; the last if all are taken.
        kind: of number.
    """
    for number in numbers:
        file = _open(f"{kind}-{number}")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            continue
        _claims.append(file)
        return number
    return numbers[-1]


def claim_core() -> int | None:
    """Take a core of the processor that no other process has taken; None if there is none left."""
    nobodys = -1
    core = claim([*sorted(os.sched_getaffinity(0)), nobodys], "core")
    return None if core == nobodys else core


@contextmanager
def beside_others() -> Iterator[None]:
    """Run beside other sandboxes, unless one of them wants to be alone."""
    with _locked("door", fcntl.LOCK_EX):
        room = _open("room")
        _wait_for(room, fcntl.LOCK_SH)
    try:
        yield
    finally:
        os.close(room)


@contextmanager
def alone() -> Iterator[None]:
    """Run while no other sandbox of this user does; those that run are waited for, for up to ten minutes."""
    with _locked("door", fcntl.LOCK_EX), _locked("room", fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(name: str, how: int) -> Iterator[None]:
    file = _open(name)
    try:
        _wait_for(file, how)
        yield
    finally:
        os.close(file)


def _wait_for(file: int, how: int) -> None:
    """Lock a file, or go on without when that takes too long: nobody is to wait for good for one that was stopped."""
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline:
        try:
            return fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOKS_AGAIN)


def _open(name: str) -> int:
    """Open a lock file, in a folder that no other user can enter.

    Raises:
        PermissionError: if the folder is another user's.
    """
    folder = Path(tempfile.gettempdir()) / f"proj4-sandboxes-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise PermissionError(f"{folder} belongs to another user: remove it")
    return os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
