"""Calling adapters in a process that runs a submission: started plainly, or by a launch that protects this machine."""

import shutil
import socket
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.channel import (
    LONGEST_ANSWERS,
    Deadline,
    Reply,
    check_reply,
    ended,
    harmless,
    receive,
    send,
)
from proj4_unit_tests.harness.errors import StudentError
from proj4_unit_tests.harness.launch import LONGEST_START, Launch, Server
from proj4_unit_tests.harness.patience import MOST_IMPORTS, Patience, Stopwatch, TimeLeft, Usage, time_is_up
from proj4_unit_tests.harness.submission import KIT, copy_modules
from proj4_unit_tests.harness.values import Plain, to_bytes

LONGEST_SWEEP = 60  # seconds
GRACE = 1  # seconds that code has to end by itself when its time is up
FARTHEST = 20  # times its limit that a call may take on a machine that is busy with something else
GIVEN_UP = f"raise TimeoutError('after {MOST_IMPORTS} attempts')"  # what its file holds from then on
MOST_PRINTED = 4000  # characters that are kept of what a test prints


class GraderError(Exception):
    """Something failed that is not the student's fault."""


class InAProcess:
    """Calls adapters in another process; a `calls.Client`. Many submissions can be loaded, one after the other.

    Args:
        launch: starts the process.
        patience: how long student code may take.

    Attributes:
        patience: how long student code may take.
        shares: whether the tests of one module, one after the other, share a child, as they share a process at home.
        folder: holds what the process may see of the submission; gone when this is closed.
        protections: what is active, in words.
        printed: what student code printed in the last test.
        failure: what failed of the process itself in the last test; empty if nothing did.
        unruly: whether code of this submission did not answer as it should: it crashed, or went on, or sent nonsense.
    """

    def __init__(self, launch: Launch, patience: Patience) -> None:
        self._launch, self.patience, self.shares = launch, patience, False
        self.folder = Path(tempfile.mkdtemp(prefix="proj4-sandbox-"))
        self.folder.chmod(0o755)
        self._launch.own(self.folder)
        self._package = self.folder / "upload" / "proj4_code"
        self._server: Server | None = None
        self._child: socket.socket | None = None
        self._used, self._can_draw = Usage(), False
        self._tests, self._bytes_left = "", LONGEST_ANSWERS
        self._log: IO[bytes] | None = None
        self.protections: list[str] = []
        self.printed = self.failure = ""
        self.unruly = False

    @property
    def process(self) -> int:
        """Number of the process that everything in it descends from."""
        return self._started().pid

    @property
    def spent(self) -> float:
        """Seconds that this submission's code has taken for itself, clearing up after it included."""
        return self._time.spent

    def load(self, submission: Path, time_left: TimeLeft | None = None) -> None:
        """Put a submission's part files in place of the last one's.

        Args:
            submission: folder of part files.
            time_left: that it has; None for all that `patience` gives.
        """
        self.end_module()
        shutil.rmtree(self._package, ignore_errors=True)
        self._package.mkdir(parents=True)
        for part in PARTS:
            source = submission / part.file
            shutil.copyfile(source if source.is_file() else KIT / "proj4_code" / part.file, self._package / part.file)
        copy_modules(submission, self._package)
        self._draws = any(b"matplotlib" in path.read_bytes() for path in self._package.rglob("*.py"))
        self._time, self.unruly = time_left or TimeLeft(self.patience), False
        if not self._launch.forks:
            self._stop()  # it may have imported the last submission's parts

    def start_test(self, tests: str) -> None:
        """Begin a test, as in `calls.Client`."""
        if tests != self._tests:
            self.end_module()
        self._tests, self.printed, self.failure, self._bytes_left = tests, "", "", LONGEST_ANSWERS
        if self._log is None:
            self._log = tempfile.NamedTemporaryFile(prefix="proj4-printed-")  # noqa: SIM115  closed with the child
        self._printed_before = Path(self._log.name).stat().st_size

    def call(self, name: str, arguments: dict[str, Plain], seconds: float | None = None) -> Plain:
        """Call one adapter, as in `calls.Client`.

        Raises:
            StudentError: if the student's code raised an exception, ended the process, or took too long.
            GraderError: if the process failed.
        """
        limit = self._time.limit(self._tests, seconds)
        child = self._connected()
        before = self._used._replace(waited=self._usage().waited)  # work since the last call counts, waiting does not
        stopwatch, began, least = Stopwatch(self._usage, before), time.monotonic(), 0.0

        def left() -> float:
            farthest = began + FARTHEST * limit - time.monotonic()
            return min(limit + GRACE - stopwatch.seconds(), farthest)

        try:
            reply = self._ask(child, to_bytes([name, arguments, limit]), Deadline(left, limit + GRACE))
            if time_is_up(limit) in reply.get("message", ""):  # also if it waited longer before the call than was known
                least = limit
        except (StudentError, GraderError):
            self.unruly = True
            raise
        except Exception as error:  # nothing that the student did
            raise self._broken(repr(error)) from error
        finally:
            self._time.spend(max(stopwatch.seconds(), least), self._tests, limit)
        if "value" in reply:
            return reply["value"]
        if reply["types"][0] == "UnknownAdapterError":
            raise LookupError(reply["message"])
        self._count_imports(reply["part"])
        own_lines = [line for line in reply["lines"] if GIVEN_UP not in line]
        raise StudentError(reply["types"], reply["message"], own_lines, reply["part"])

    def end_test(self) -> None:
        """Keep what the test printed, and end everything that it started, unless the next one shares its child."""
        if not self.shares:
            self._end_child()
        assert self._log is not None
        with Path(self._log.name).open("rb") as printed:  # opened again: what the child did to its own does not count
            printed.seek(self._printed_before)
            self.printed = harmless(printed.read(4 * MOST_PRINTED).decode(errors="replace"))[:MOST_PRINTED]
        if self._child is None or not self.shares:
            self._close_log()

    def end_module(self) -> None:
        """End everything that the tests so far have started."""
        self._end_child()
        self._close_log()

    def _end_child(self) -> None:
        failure = self.failure
        try:
            if self._launch.forks and self._child is not None:
                self._sweep()
        except GraderError:  # the test has its outcome, and a new process has nothing of it
            self.failure = failure

    def _close_log(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None

    def close(self) -> None:
        """End the process and remove its files."""
        self._stop()
        self._close_log()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _count_imports(self, module: str) -> None:
        """Replace the file of a part that tests of its own have found not to finish importing `MOST_IMPORTS` times."""
        part = next((part for part in PARTS if part.module == module and part.tests == self._tests), None)
        if part and self._time.gives_up(part.tests):
            (self._package / part.file).write_text(f"{GIVEN_UP}\n", encoding="utf-8")

    def _usage(self) -> Usage:
        """Return what the child has had of the processor; what it had last if it is gone."""
        if self._child is not None and self._launch.forks:
            self._used = Usage(**self._command(b"usage", LONGEST_SWEEP))
        return self._used

    def _command(self, command: bytes, seconds: float) -> dict[str, Any]:
        """Send a command to the process; return its reply, which may take some seconds."""
        assert self._server is not None
        try:
            return self._server.ask(command, seconds)
        except OSError as error:
            raise self._broken(str(error)) from error

    def _ask(self, child: socket.socket, question: bytes, deadline: Deadline) -> Reply:
        """Send a question to the child and return its reply, checked."""
        try:
            send(child, question, deadline)
            answer = receive(child, deadline, self._bytes_left)
        except TimeoutError:
            self._sweep()
            raise StudentError(["TimeoutError"], "no answer in time, and it did not end when told to") from None
        except (OSError, EOFError):
            raise ended(self._sweep()) from None
        except ValueError as error:
            self._sweep()
            raise StudentError(["ValueError"], str(error)) from None
        self._bytes_left -= len(answer)
        return check_reply(answer)

    def _connected(self) -> socket.socket:
        """Return the socket of what answers: the process, or its child, which is forked if there is none."""
        if self._child is not None:
            return self._child
        server = self._started()
        self._used = Usage()
        if server.connection is not None:
            self._child = server.connection
            return self._child
        if self._draws and not self._can_draw:
            self._command(b"draw", LONGEST_START)  # load pyplot once, and not in every child
            self._can_draw = True
        assert self._log is not None
        try:
            self._child = server.fork(self._log)
            receive(self._child, Deadline(lambda: 0, LONGEST_START))
        except (OSError, EOFError) as error:
            raise self._broken(f"its child does not start: {error}") from error
        return self._child

    def _sweep(self) -> int | None:
        """End all that the child started; return how the child ended."""
        if self._child is None:
            return None
        self._child.close()
        self._child = None
        if self._launch.forks:
            done = self._command(b"sweep", LONGEST_SWEEP)
            self._used = Usage(**done["usage"])
            self._time.spend(done["seconds"])
            return None if done["status"] is None else int(done["status"])
        server, self._server = self._server, None
        return server.wait(GRACE) if server else None

    def _started(self) -> Server:
        """Return the process, which is started unless it runs."""
        if self._server is not None and self._server.runs():
            return self._server
        try:
            self._server = Server(self._launch, self.folder)
        except OSError as error:
            raise self._broken(f"it cannot be started: {error}") from error
        self._can_draw = False
        self.protections = self._launch.describe(self._server.ready)
        return self._server

    def _broken(self, cause: str) -> GraderError:
        """End a process that does not work, and note why."""
        self.failure = f"the sandbox failed: {cause}; {self._stop()}"
        return GraderError(self.failure)

    def _stop(self) -> str:
        """End the process; return what it said last."""
        if self._child is not None:
            self._child.close()
            self._child = None
        server, self._server = self._server, None
        return server.stop() if server else ""
