"""Clearing up after a child where other processes and public folders are in its sight."""

import contextlib
import os
import secrets
import signal
import stat
import sys
import time
from pathlib import Path

UNREACHABLE = 5000  # added to a user: one that no child runs as
DEEPEST_PUBLIC_FOLDER = 3  # such as /var/lib/php/sessions
LONGEST_SWEEP = 30  # seconds


def sweep(child: int, folders: list[Path], user: int) -> int | None:
    """End all processes of children, remove their files, and return the status of the last child.

    Args:
        child: its process, 0 if there is none.
        folders: those that children may write to; the first is theirs alone.
        user: whom children run as.
    """
    status, deadline = None, time.monotonic() + LONGEST_SWEEP
    while True:
        _kill_all(user)
        if child and status is None:
            pid, ended = os.waitpid(child, os.WNOHANG)
            status = os.waitstatus_to_exitcode(ended) if pid else None
        if (not child or status is not None) and not _others(user):
            break
        if time.monotonic() > deadline:
            sys.exit("processes of the upload do not end")
        time.sleep(0.001)
    for folder in folders:
        _remove_files(folder, user, everything=folder == folders[0])
    return status


def public_folders() -> list[Path]:
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


def _kill_all(user: int) -> None:
    """Kill what children started: as their user, so that nobody else is hit."""
    killer = os.fork()
    if killer == 0:
        try:
            # Its real and saved user are nobody's, so that those it is to kill cannot stop it first.
            os.setresuid(user + UNREACHABLE, user, user + UNREACHABLE)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(killer, 0)


def _others(user: int) -> bool:
    """Return whether there are processes of children, zombies not counted."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if entry.stat().st_uid != user:
                continue
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state not in "ZX":
            return True
    return False


def _remove_files(folder: Path, user: int, everything: bool) -> None:
    """Remove files that children made."""
    if not folder.is_dir():
        return
    for entry in list(os.scandir(folder)):
        try:
            if everything or entry.stat(follow_symlinks=False).st_uid == user:
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
