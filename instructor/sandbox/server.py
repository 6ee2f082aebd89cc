# ruff: noqa: E402  torch must not find triton when it is loaded
"""The process in the sandbox: the harness's worker, whose children give up all that a test does not need.

Its arguments are those of `proj4_unit_tests.harness.worker`. It holds no answers, no seeds and no uploads: a child that
searches its own memory finds nothing.
"""

import contextlib
import json
import os
import secrets
import signal
import socket
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.modules["triton"] = None  # type: ignore[assignment]  # a compiler for GPUs that torch loads if it is there: 70 MB

import PIL.Image

from proj4_unit_tests.harness.worker import Child, serve, use_parts

if TYPE_CHECKING:
    from instructor.sandbox.confinement import confine, forbid_system_calls
    from instructor.sandbox.limits import Limits
else:  # in the sandbox it lies beside this file, and there is no instructor package
    from confinement import confine, forbid_system_calls
    from limits import Limits

UNREACHABLE = 5000  # added to a user: one that no child runs as
DEEPEST_PUBLIC_FOLDER = 3  # such as /var/lib/php/sessions
LONGEST_SWEEP = 10  # seconds


def main() -> None:
    """Serve until the grader closes its end."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    scratch, limits, alone = Path(settings["scratch"]), Limits(**settings["limits"]), settings["alone"]
    use_parts(Path(settings["upload"]))
    filtered = forbid_system_calls()
    PIL.Image.init()  # loads what reads each format
    folders = [scratch, Path("/dev/shm")] if alone else [scratch, *_public_folders()]

    def enter(channel: int) -> None:
        os.chdir(scratch)
        confine(limits, keep=channel)

    def sweep(child: int) -> int | None:
        return _sweep(child, folders, limits.user, alone)

    serve(control, Child(enter, sweep), {"system calls filtered": filtered})


def _sweep(child: int, folders: list[Path], user: int | None, alone: bool) -> int | None:
    """End all processes of children, remove their files, and return the status of the last child.

    Args:
        child: its process, 0 if there is none.
        folders: those that children may write to; the first is theirs alone.
        user: whom children run as.
        alone: whether no processes but ours can be seen from here.
    """
    status, deadline = None, time.monotonic() + LONGEST_SWEEP
    while True:
        _kill_all(user, alone)
        if child and status is None:
            pid, ended = os.waitpid(child, os.WNOHANG)
            status = os.waitstatus_to_exitcode(ended) if pid else None
        if (not child or status is not None) and not _others(user, alone):
            break
        if time.monotonic() > deadline:
            sys.exit("processes of the upload do not end")
        time.sleep(0.001)
    for folder in folders:
        _remove_files(folder, user, everything=folder == folders[0])
    return status


def _public_folders() -> list[Path]:
    """List the folders that any user may write to."""
    found, level = [], [Path("/")]
    for _ in range(DEEPEST_PUBLIC_FOLDER):
        level = [folder for parent in level for folder in _subfolders(parent)]
        found += [folder for folder in level if folder.stat().st_mode & stat.S_IWOTH]
    return found


def _subfolders(parent: Path) -> list[Path]:
    if parent in (Path("/proc"), Path("/sys")):
        return []
    try:
        return [Path(entry.path) for entry in os.scandir(parent) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _kill_all(user: int | None, alone: bool) -> None:
    """Kill what children started: as their user if others could be hit otherwise."""
    if alone:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)  # all that this process can see, but not itself, nor the first process
        return
    assert user is not None  # as other processes can be seen, children have a user of their own
    killer = os.fork()
    if killer == 0:
        try:
            # Its real and saved user are nobody's, so that those it is to kill cannot stop it first.
            os.setresuid(user + UNREACHABLE, user, user + UNREACHABLE)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(killer, 0)


def _others(user: int | None, alone: bool) -> bool:
    """Return whether there are processes of children, zombies not counted."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) in (1, os.getpid()):
            continue
        try:
            if not alone and entry.stat().st_uid != user:
                continue
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state not in "ZX":
            return True
    return False


def _remove_files(folder: Path, user: int | None, everything: bool) -> None:
    """Remove files that children made."""
    if not folder.is_dir():
        return
    for entry in list(os.scandir(folder)):
        try:
            if everything or (user is not None and entry.stat(follow_symlinks=False).st_uid == user):
                _remove(Path(entry.path), entry.is_dir(follow_symlinks=False))
        except OSError as error:
            sys.exit(f"{entry.path} cannot be removed: {error}")


def _remove(path: Path, is_folder: bool) -> None:
    """Remove a file or a folder, without recursion: folders may be nested deeper than any stack."""
    if not is_folder:
        path.unlink()
        return
    with contextlib.suppress(OSError):  # most are empty
        path.rmdir()
        return
    folders = [path]
    while folders:
        folder = folders.pop()
        with contextlib.suppress(PermissionError):  # root may read it anyway
            folder.chmod(0o700)
        for entry in list(os.scandir(folder)):
            if entry.is_dir(follow_symlinks=False):
                folders.append(path.with_name(f".{secrets.token_hex(8)}"))
                Path(entry.path).rename(folders[-1])
            else:
                Path(entry.path).unlink()
        folder.rmdir()


if __name__ == "__main__":
    main()
