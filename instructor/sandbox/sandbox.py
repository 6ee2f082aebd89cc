"""The sandbox from outside: it is started once, and runs the tests of many uploads, one upload after the other.

Inside runs `server.py`, which has torch loaded and forks a child for each test. The child computes; questions
and answers pass as plain values, of limited length, through a socket of its own.
"""

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from instructor.sandbox.launch import Launch, choose_launch
from instructor.sandbox.replies import check_reply, ending, harmless, receive
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.calls import NEVER_IMPORTED, StudentError
from proj4_unit_tests.harness.submission import KIT
from proj4_unit_tests.harness.values import Plain, to_bytes

LONGEST_START = 120  # seconds for loading torch
LONGEST_SWEEP = 20  # seconds
GRACE = 1  # seconds that code has to end by itself when its time is up
MOST_IMPORTS = 2  # of a part that does not end when it is imported; after that it fails at once for all who import it
GIVEN_UP = f"raise TimeoutError('after {MOST_IMPORTS} attempts')"  # what then stands in its file
MOST_PRINTED = 4000  # characters that are kept of what a test prints


class GraderError(Exception):
    """Something failed that is not the student's fault."""


class Patience(NamedTuple):
    """How long student code may take, in seconds.

    Attributes:
        call: one call of an adapter.
        slow_call: one call of tests of a part that has used up a call's time before.
        upload: all calls of an upload together.
    """

    call: float = 10
    slow_call: float = 2
    upload: float = 420


class Sandbox:
    """Runs adapters on uploads; `proj4_unit_tests.harness.calls` says what a runner is.

    Args:
        kind: "bubblewrap", "user", or "auto" for the better one that this machine allows.
        patience: how long student code may take.

    Attributes:
        folder: what lies outside of it for it; gone when it is closed.
        protections: what was active, in words.
        printed: what student code printed in the last test.
        failure: what failed of the sandbox itself in the last test; empty if nothing did.

    Raises:
        PermissionError: if this machine allows no protection at all.
    """

    def __init__(self, kind: str = "auto", patience: Patience | None = None) -> None:
        self._launch: Launch = choose_launch(kind)
        self._patience = patience or Patience()
        self.folder = Path(tempfile.mkdtemp(prefix="proj4-sandbox-"))
        self.folder.chmod(0o755)
        self._launch.own(self.folder)
        self._package = self.folder / "upload" / "proj4_code"
        self._server: subprocess.Popen | None = None
        self._child: socket.socket | None = None
        self.protections: list[str] = []

    @property
    def process(self) -> int:
        """Number of the process that everything in the sandbox descends from."""
        self._start()
        return self._server.pid

    def load(self, submission: Path) -> None:
        """Put an upload's part files into the sandbox, in place of the last upload's.

        Args:
            submission: folder of part files.
        """
        shutil.rmtree(self._package, ignore_errors=True)
        self._package.mkdir(parents=True)
        for part in PARTS:
            source = submission / part.file
            shutil.copyfile(source if source.is_file() else KIT / "proj4_code" / part.file, self._package / part.file)
        self._slow: set[str] = set()
        self._never_imported: Counter[str] = Counter()
        self._left = self._patience.upload

    def start_test(self, part: str) -> None:
        """Begin a test.

        Args:
            part: name of the file of tests; one that hangs takes time from its own tests only.
        """
        self._part, self.printed, self.failure = part, "", ""
        self._log = tempfile.NamedTemporaryFile(prefix="proj4-printed-")  # noqa: SIM115  closed when the test ends

    def call(self, name: str, arguments: dict[str, Plain], seconds: float | None = None) -> Plain:
        """Call one adapter.

        Args:
            name: of the adapter.
            arguments: of the call.
            seconds: that it may take; None for those of `Patience`.

        Raises:
            StudentError: if the student's code raised an exception, ended the process, or took too long.
            GraderError: if the sandbox failed.
        """
        usual = self._patience.slow_call if self._part in self._slow else self._patience.call
        limit = min(seconds or usual, self._left)
        if limit <= 0:
            raise StudentError(["TimeoutError"], "the time for the whole upload was used up before", [])
        child = self._forked()
        began = time.monotonic()
        try:
            reply = self._ask(child, to_bytes([name, arguments, limit]), began + limit + GRACE)
        except (StudentError, GraderError):
            raise
        except Exception as error:  # nothing that the student did
            raise self._broken(repr(error)) from error
        finally:
            self._left -= (taken := time.monotonic() - began)
            if taken >= limit:
                self._slow.add(self._part)
        if "value" in reply:
            return reply["value"]
        self._count_imports(reply["message"])
        own_lines = [line for line in reply["lines"] if GIVEN_UP not in line]
        raise StudentError(reply["types"], reply["message"], own_lines)

    def end_test(self) -> None:
        """End everything that the test started, and keep what it printed."""
        began, failure = time.monotonic(), self.failure
        try:
            self._sweep()
        except GraderError:  # the test has its outcome, and a new sandbox has nothing of it
            self.failure = failure
        self._left -= time.monotonic() - began
        with Path(self._log.name).open("rb") as printed:  # opened anew: what the child did to its own does not count
            self.printed = harmless(printed.read(4 * MOST_PRINTED).decode(errors="replace"))[:MOST_PRINTED]
        self._log.close()

    def close(self) -> None:
        """End the sandbox and remove its files."""
        self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _count_imports(self, message: str) -> None:
        """Replace the file of a part that a test of its own has found not to end when imported, and found again."""
        file = self._package / f"{self._part.removeprefix('test_')}.py"
        if file.is_file() and message.startswith(f"{file.name} {NEVER_IMPORTED}"):
            self._never_imported[self._part] += 1
            if self._never_imported[self._part] == MOST_IMPORTS:
                file.write_text(f"{GIVEN_UP}\n", encoding="utf-8")

    def _ask(self, child: socket.socket, question: bytes, deadline: float) -> dict:
        """Send a question to the child and return its reply, checked."""
        try:
            child.settimeout(max(deadline - time.monotonic(), 0.01))
            child.sendall(len(question).to_bytes(8, "big") + question)
            answer = receive(child, deadline)
        except TimeoutError:
            self._sweep()
            raise StudentError(["TimeoutError"], "no answer in time, and it did not end when told to", []) from None
        except (OSError, EOFError):
            raise ending(self._sweep()) from None
        except ValueError as error:
            self._sweep()
            raise StudentError(["ValueError"], str(error), []) from None
        return check_reply(answer)

    def _forked(self) -> socket.socket:
        """Return the socket of this test's child, which is forked if there is none."""
        if self._child is None:
            self._start()
            self._child, theirs = socket.socketpair()
            with theirs:
                try:
                    socket.send_fds(self._control, [b"fork"], [theirs.fileno(), self._log.fileno()])
                except OSError as error:
                    raise self._broken(str(error)) from error
        return self._child

    def _sweep(self) -> int | None:
        """End all that the child started; return how the child ended."""
        if self._child is None:
            return None
        self._child.close()
        self._child = None
        return self._command(b"sweep", LONGEST_SWEEP)["status"]

    def _start(self) -> None:
        if self._server is not None and self._server.poll() is None:
            return
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  read when the server ends
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            command, environment = self._launch.command(self.folder, theirs.fileno())
            self._server = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                pass_fds=[theirs.fileno()],
                cwd="/",
            )
        except OSError as error:
            raise self._broken(f"it cannot be started: {error}") from error
        finally:
            theirs.close()
        ready = self._receive_from_server(LONGEST_START)
        self.protections = self._launch.describe(ready["system calls filtered"])

    def _command(self, command: bytes, seconds: float) -> dict:
        try:
            self._control.send(command)
        except OSError as error:
            raise self._broken(str(error)) from error
        return self._receive_from_server(seconds)

    def _receive_from_server(self, seconds: float) -> dict:
        self._control.settimeout(seconds)
        try:
            reply = self._control.recv(10_000)
        except OSError:
            reply = b""
        if not reply:
            raise self._broken("it ended, or does not answer")
        return json.loads(reply)

    def _broken(self, cause: str) -> GraderError:
        """End a server that does not work, and note why."""
        self.failure = f"the sandbox failed: {cause}; {self._stop()[-500:]}"
        return GraderError(self.failure)

    def _stop(self) -> str:
        """End the server; return what it said last."""
        if self._server is None:
            return ""
        self._control.close()
        if self._child is not None:
            self._child.close()
            self._child = None
        try:
            self._server.wait(timeout=LONGEST_SWEEP)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._server = None
        self._said.seek(0)
        return self._said.read().decode(errors="replace")
