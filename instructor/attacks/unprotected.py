"""Attacks without any protection: `rehearsal` starts this program in namespaces that keep the damage inside.

It reads names of attacks from standard input, and answers each with a line of JSON: [name, mark]. Every attack has
processes, temporary folders and a scratch folder to itself. An attack by code runs as by a grader that imports what it
is given: in one process with the tests and the answer book. An attack by an upload is unpacked without any care.
"""

import ctypes
import inspect
import json
import os
import re
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import proj4_code
from instructor.attacks.archives import ARCHIVES
from instructor.attacks.attack import GAINED, REACHED, REHEARSAL, Attack, write_secrets
from instructor.attacks.by_code import ATTACKS
from instructor.attacks.naive import damage
from proj4_unit_tests import test_part5_iou
from proj4_unit_tests.harness import worker  # noqa: F401  with all that a process for student code has loaded
from proj4_unit_tests.harness.book import AnswerBook, Draw
from proj4_unit_tests.harness.calls import Here
from proj4_unit_tests.harness.fixtures import Book, Student

LONGEST = 120  # seconds for one attack, which usually takes a part of one
MARK = re.compile(rf"(?:{GAINED}|{REACHED})[^\n]*".encode())
CLONE_NEWNS, CLONE_NEWPID, PR_SET_PDEATHSIG = 0x20000, 0x20000000, 1
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
SCRATCH = Path("/scratch")
FRESH = (SCRATCH, Path("/tmp"), Path("/dev/shm"))
LIBC = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Rehearse the attacks that are named."""
    path = Path(sys.argv[1])
    book, by_name = AnswerBook(path), {attack.name: attack for attack in ATTACKS}
    for name in map(str.strip, sys.stdin):
        mark = _rehearse(lambda name=name: _act(name, by_name, book, path))  # type: ignore[misc]
        print(json.dumps([name, mark]), flush=True)


def _act(name: str, by_name: dict[str, Attack], book: AnswerBook, path: Path) -> None:
    if name in ARCHIVES:
        _hand_in(name)
    else:
        _run(by_name[name], book, path)


def _rehearse(act: Callable[[], None]) -> str:
    """Let something act in new namespaces, until it leaves a mark.

    Returns:
        The line with the mark; empty if it left none.
    """
    reading, writing = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        _keep(act, writing)
    os.close(writing)
    mark = _await_mark(reading)
    os.kill(keeper, signal.SIGKILL)  # and with it all that it keeps
    os.waitpid(keeper, 0)
    os.close(reading)
    return mark


def _keep(act: Callable[[], None], output: int) -> None:
    """Be the process that the namespaces depend on; let something act in them."""
    os.setsid()
    _check(LIBC.unshare(CLONE_NEWPID | CLONE_NEWNS))
    if (first := os.fork()) == 0:
        _be_the_first(act, output)
    os.close(output)
    os.waitpid(first, 0)
    os._exit(0)


def _be_the_first(act: Callable[[], None], output: int) -> None:
    """Be process 1 of new namespaces, with empty folders for temporary files, and wait for all others."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.setsid()
    _check(LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
    python = Path(sys.prefix)
    held = os.open(python, os.O_PATH)  # it may lie under what is mounted over
    for folder in FRESH:
        _check(LIBC.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, b"size=512m,mode=1777"))
        if python.is_relative_to(folder):
            python.mkdir(parents=True)
            _check(LIBC.mount(f"/proc/self/fd/{held}".encode(), bytes(python), None, MS_BIND, None))
    os.close(held)
    LIBC.mount(b"proc", b"/proc", b"proc", 0, None)  # not allowed everywhere
    if os.fork() == 0:
        nothing = os.open(os.devnull, os.O_RDONLY)
        for old, new in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(old, new)
        os.closerange(3, 1000)
        os.environ[REHEARSAL] = "1"
        os.chdir(SCRATCH)
        act()
        sys.exit()
    os.close(output)
    try:
        while True:
            os.wait()
    except ChildProcessError:
        os._exit(0)


def _await_mark(output: int) -> str:
    said, deadline = b"", time.monotonic() + LONGEST
    while select.select([output], [], [], max(deadline - time.monotonic(), 0))[0]:
        part = os.read(output, 2**20)
        said = said[-1000:] + part
        if found := MARK.search(said):
            return found[0].decode(errors="replace")
        if not part:
            break
    print(said.decode(errors="replace"), file=sys.stderr)
    return ""


def _run(attack: Attack, book: AnswerBook, path: Path) -> None:
    """Run the tests of part 5 on an attack, in this process, with the answers and open files in reach."""
    own = attack.write(SCRATCH / "upload" / "proj4_code")
    proj4_code.__path__.insert(0, str(own))
    write_secrets(Path("/tmp/proj4-another"))
    left_open = [path.open("rb"), *socket.socketpair()]
    for name, test in vars(test_part5_iou).items():
        if name.startswith("test_"):
            student = Student(Here())
            full_name = f"{test_part5_iou.__name__.rpartition('.')[2]}/{name}"
            fixtures = {"student": student, "draw": Draw(book.seed, full_name), "book": Book(book, full_name, student)}
            try:
                test(**{wanted: fixtures[wanted] for wanted in inspect.signature(test).parameters})
            except BaseException as error:
                print(f"{name}: {error!r:.200}")
    del left_open


def _hand_in(name: str) -> None:
    """Let a careless grader have an upload."""
    source, scratch = SCRATCH / "upload", SCRATCH / "grader"
    source.mkdir()
    scratch.mkdir()
    for mark in damage(ARCHIVES[name](source), scratch):
        print(f"{REACHED} {mark}", flush=True)


def _check(status: int) -> None:
    if status:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main()
