"""The process that student code runs in: ways to start it, the one without any protection, and the started one."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from proj4_unit_tests.harness.submission import KIT

CHEAP_FORKS = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # large pages: a child takes its memory in fewer steps
    "PYTHONMALLOC": "malloc",  # so that they hold Python's objects too
    "OMP_NUM_THREADS": "1",
    "TORCHDYNAMO_DISABLE": "1",  # torch.compile returns what it is given: compiled code would take a minute a child
}
"""Environment of a process that forks."""
LONGEST_START = 600  # seconds for loading torch, by a wall clock: the machine may be busy
LONGEST_END = 20  # seconds


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


class Server:
    """The process that a launch has started. Where it forks, it obeys the commands that `worker` lists.

    Args:
        launch: starts it.
        folder: what it may see of the submission.

    Attributes:
        ready: its first message, where it forks.
        connection: for questions and answers, where it does not.

    Raises:
        OSError: if it cannot be started, has ended, or does not answer; so do its methods.
    """

    def __init__(self, launch: Launch, folder: Path) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  read when the process ends
        self._forks = launch.forks
        self.ready: dict[str, Any] = {}
        self.connection: socket.socket | None = None
        (self._start_forking if launch.forks else self._start_connecting)(launch, folder)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def runs(self) -> bool:
        """Return whether it has not ended."""
        return self._process.poll() is None

    def ask(self, command: bytes, seconds: float) -> dict[str, Any]:
        """Send a command; return the reply, which may take some seconds."""
        self._control.send(command)
        return self._hear(seconds)

    def fork(self, printed: IO[bytes]) -> socket.socket:
        """Fork a child; return its socket for questions and answers, ready or not.

        Args:
            printed: where what it prints goes.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [b"fork"], [theirs.fileno(), printed.fileno()])
        return ours

    def wait(self, seconds: float) -> int:
        """Return how it ended: by itself, or as it was told to after some seconds."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            return self._process.wait()

    def stop(self) -> str:
        """End it; return the last of what it said."""
        if self._forks:
            self._control.close()
        else:
            self._process.terminate()
        try:
            self._process.wait(LONGEST_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.seek(0)
        return self._said.read().decode(errors="replace")[-500:]

    def _start_forking(self, launch: Launch, folder: Path) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command, environment = launch.command(folder, theirs.fileno())
            self._process = self._popen(command, environment, pass_fds=[theirs.fileno()])
        with self._stopped_by_errors():
            self.ready = self._hear(LONGEST_START)

    def _start_connecting(self, launch: Launch, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(LONGEST_START)
            self._process = self._popen(*launch.command(folder, listener.getsockname()[1]))
            with self._stopped_by_errors():
                self.connection, _ = listener.accept()

    @contextmanager
    def _stopped_by_errors(self) -> Iterator[None]:
        """End it where it does not get ready, and add what it said."""
        try:
            yield
        except OSError as error:
            raise OSError(f"{error}; {self.stop()}") from error

    def _popen(self, command: list[str], environment: dict[str, str], **options: Any) -> subprocess.Popen[bytes]:
        nothing = subprocess.DEVNULL
        options |= {"stdin": nothing, "stdout": nothing, "stderr": self._said, "cwd": Path("/").resolve()}
        return subprocess.Popen(command, env=environment, **options)

    def _hear(self, seconds: float) -> dict[str, Any]:
        self._control.settimeout(seconds)
        try:
            message = self._control.recv(10_000)
        except OSError:
            message = b""
        if not message:
            raise ConnectionError("it ended, or does not answer")
        reply: dict[str, Any] = json.loads(message)
        return reply
