"""The sandbox as another user, for containers that allow no namespaces."""

import json
import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from instructor.sandbox.neighbours import claim
from instructor.sandbox.start import FILTER, LIMITS, USERS, environment, python_folders, server_command
from proj4_unit_tests.harness.submission import KIT


class OtherUser:
    """Children run as a user who may read little and write nothing.

    Args:
        hidden: as in `launch.choose_launch`.
        core: as in `launch.choose_launch`.

    Raises:
        PermissionError: if that user could see what is hidden, or cannot see what it needs.
    """

    forks = True

    def __init__(self, hidden: Sequence[Path] = (), core: int | None = None) -> None:
        self._core, self._user = core, claim(USERS)
        paths = (path for path in (*_right_solutions(KIT), *hidden) if path.exists())
        if seen := shlex.join(str(path) for path in paths if _can_read(path, self._user)):
            raise PermissionError(
                f"any user may read {seen}, so student code could: chmod -R go= {seen}, or install bubblewrap"
            )
        for folder in (*python_folders(), Path(json.__file__).parent, KIT / "proj4_unit_tests"):
            if folder.exists() and not _can_read(folder, self._user):
                raise PermissionError(f"the user that student code runs as cannot read {folder}, which it needs")

    def own(self, folder: Path) -> None:
        """As in `Launch`."""
        os.chown(folder, 0, self._user)
        folder.chmod(0o750)

    def command(self, folder: Path, control: int) -> tuple[list[str], dict[str, str]]:
        """As in `Launch`."""
        upload, scratch = folder / "upload", folder / "scratch"
        for path in (upload, scratch):
            path.mkdir(exist_ok=True)
        os.chown(scratch, self._user, self._user)
        settings = {"upload": str(upload), "scratch": str(scratch), "namespaces": False}
        return (
            server_command(Path(__file__).parent, control, settings, self._user, self._core),
            environment(str(KIT), str(scratch)),
        )

    def describe(self, ready: dict[str, Any]) -> list[str]:
        """As in `Launch`."""
        return [
            "NOT ACTIVE: own namespaces (this machine allows none)",
            "an unprivileged user of its own",
            FILTER[bool(ready["system calls filtered"])],
            LIMITS,
        ]


def _right_solutions(kit: Path) -> list[Path]:
    """List the folders that hold right solutions, those of git among them."""
    git = kit / ".git"
    if git.is_file():  # a worktree: it says "gitdir: REPOSITORY/.git/worktrees/NAME"
        git = (kit / git.read_text(encoding="utf-8").partition(":")[2].strip()).resolve().parents[1]
    return [*(kit / "instructor" / name for name in ("solution", "catalogue", "tests")), git]


def _can_read(path: Path, user: int) -> bool:
    """Return whether a user may read a file, or list or enter a folder; try it as that user."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            try:
                list(path.iterdir()) if path.is_dir() else path.open("rb").close()
            except PermissionError:
                os.chdir(path)  # where names are known, files can be read that nobody can list
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
