"""The student's Google Drive, which outlives the machine; where it cannot be written, the rest goes on without it."""

import errno
import time
from collections.abc import Callable
from pathlib import Path

from proj4_code.given.notebooks.colab.backup import restore_run, save_run
from proj4_code.given.notebooks.history import read_history

SECONDS_BETWEEN_COPIES = 240


class Drive:
    """A folder on Drive, or none.

    Args:
        folder: None if there is none; it becomes None when something cannot be written to it.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def write(self, name: str, write: Callable[[Path], object]) -> bool:
        """Call `write` with the path of a name on Drive; if that fails, say so, and do without Drive from now on.

        Returns:
            Whether it is there now.
        """
        if self.folder is None:
            return False
        try:
            write(self.folder / name)
            return True
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            self.give_up("is full" if full else f"cannot be written ({error.strerror or error})")
            return False

    def give_up(self, why: str) -> None:
        """Do without Drive from now on, and say why."""
        lost = "going on with this machine's own disk, which is lost when Colab takes the machine back"
        print(f"Google Drive {why}: {lost}.")
        self.folder = None

    def restore_run(self, run: Path) -> None:
        """Bring back a run that an earlier machine kept, if it is not here."""
        if self.folder is None or run.exists():
            return
        try:
            next(self.folder.iterdir(), None)
        except OSError as error:  # it went away: a copy of the run may be there, and cannot be seen
            self.give_up(f"does not answer ({error.strerror or error}), so the run begins again")
            return
        run.parent.mkdir(exist_ok=True)
        kept = self.folder / "runs" / run.name
        if restore_run(kept, run):
            print(f"{len(read_history(run))} epochs of {run.name} come from {kept}")


class RunCopies:
    """Copies of a run on Drive, made now and then.

    Args:
        drive: where they go.
        run: folder of the run.
    """

    def __init__(self, drive: Drive, run: Path) -> None:
        self.drive, self.run = drive, run
        self.next_time = 0.0
        self.epochs = len(read_history(run))

    def update(self, at_once: bool = False) -> str:
        """Copy the run if it is time to, or at once; return how much of it is on Drive."""
        if not self.run.is_dir() or self.drive.folder is None:
            return ""
        if at_once or time.monotonic() > self.next_time:
            self.drive.write(f"runs/{self.run.name}", lambda path: save_run(self.run, path))
            self.next_time = time.monotonic() + SECONDS_BETWEEN_COPIES
            self.epochs = len(read_history(self.run))
        return f"{self.epochs} epochs on Drive" if self.drive.folder else ""
