"""Ways to start the process that student code runs in: the interface, and the one without any protection."""

import json
import os
import sys
from pathlib import Path
from typing import Any, Protocol

from proj4_unit_tests.harness.submission import KIT

CHEAP_FORKS = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # large pages: a child takes its memory in fewer steps
    "PYTHONMALLOC": "malloc",  # so that they hold Python's objects too
    "OMP_NUM_THREADS": "1",
    "TORCHDYNAMO_DISABLE": "1",  # torch.compile returns what it is given: compiled code would take a minute a child
}
"""Environment of a process that forks."""


class Launch(Protocol):
    """A way to start the process.

    Attributes:
        forks: whether it has a control socket and forks children for tests; `worker` says more.
    """

    forks: bool

    def own(self, folder: Path) -> None:
        """Keep the process's folder from other users."""

    def command(self, folder: Path, control: int) -> tuple[list[str], dict[str, str]]:
        """Return the command and its environment.

        Args:
            folder: `folder / "upload"` will hold the submission.
            control: number of the control socket, or of the port to connect to.
        """

    def describe(self, ready: dict[str, Any]) -> list[str]:
        """List the protections that are active.

        Args:
            ready: the process's first message.
        """


class Plainly:
    """Starts the process without any protection: for code that is trusted as much as this process.

    Args:
        forks: as in `Launch`; by default where forking with torch loaded is safe.
    """

    def __init__(self, forks: bool = sys.platform == "linux") -> None:
        self.forks = forks

    def own(self, folder: Path) -> None:
        """Do nothing."""

    def command(self, folder: Path, control: int) -> tuple[list[str], dict[str, str]]:
        """Return the command and its environment, as in `Launch`."""
        scratch = folder / "scratch"
        scratch.mkdir(exist_ok=True)
        settings = {"upload": str(folder / "upload"), "scratch": str(scratch), "forks": self.forks}
        # -P: the folder that this runs in may hold another proj4_code.
        worker = [sys.executable, "-P", "-B", "-m", "proj4_unit_tests.harness.worker", str(control)]
        return [*worker, json.dumps(settings)], {
            **os.environ,
            **(CHEAP_FORKS if self.forks else {}),
            "PYTHONPATH": str(KIT),
        }

    def describe(self, ready: dict[str, Any]) -> list[str]:
        """List none."""
        return []
