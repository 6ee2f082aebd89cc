"""Two ways to call the adapters: in this process, for a student's own run, or in another one, for a submission."""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from proj4_unit_tests.harness import adapting
from proj4_unit_tests.harness.submission import KIT, lay_over
from proj4_unit_tests.harness.values import Plain, from_bytes, to_bytes

LONGEST_CALL = 60  # seconds, if nothing else is asked for
GRACE = 5  # seconds that code has to end by itself when it is told to
NEVER_IMPORTED = "does not end when it is imported"


class StudentError(Exception):
    """An exception that student code raised in another process.

    Attributes:
        types: names of the exception's class and its bases, the class itself first.
        lines: where in the student's own files it came from.
    """

    def __init__(self, types: list[str], message: str, lines: list[str]) -> None:
        super().__init__(message)
        self.types, self.lines = types, lines


class Here:
    """Calls the adapters in this process, so that a debugger works."""

    def call(self, name: str, arguments: dict[str, Plain]) -> Plain:
        """Call one adapter."""
        return adapting.call(name, arguments)

    def close(self) -> None:
        """Do nothing."""


class Elsewhere:
    """Calls the adapters in another process, on a submission laid over the kit; only plain values come back.

    Args:
        submission: folder of part files.
        longest_call: seconds after which a call is given up.
    """

    def __init__(self, submission: Path, longest_call: int = LONGEST_CALL) -> None:
        self._longest_call = longest_call
        self._folder = tempfile.TemporaryDirectory(prefix="proj4-")
        self._package = lay_over(submission, Path(self._folder.name))
        self._process: subprocess.Popen | None = None

    def call(self, name: str, arguments: dict[str, Plain]) -> Plain:
        """Call one adapter.

        Raises:
            StudentError: if the student's code raised an exception, ended the process, or took too long.
        """
        process = self._running()
        stop = threading.Timer(
            2 * self._longest_call + GRACE, process.kill
        )  # the worker's own limit comes first where it has one
        stop.start()
        try:
            send(process.stdin, to_bytes([name, arguments, self._longest_call]))
            reply = from_bytes(receive(process.stdout))
        except (OSError, EOFError) as error:
            raise StudentError(["SystemExit"], f"it ended Python with status {process.wait()}", []) from error
        finally:
            stop.cancel()
        if "value" in reply:
            return reply["value"]
        raise StudentError(reply["types"], reply["message"], reply["lines"])

    def close(self) -> None:
        """End the process and remove its folder."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    def _running(self) -> subprocess.Popen:
        if self._process is None or self._process.poll() is not None:
            # -P: the folder that this runs in may hold another proj4_code.
            command = [sys.executable, "-P", "-B", "-m", "proj4_unit_tests.harness.worker"]
            path = os.pathsep.join([str(self._package), str(KIT)])
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        return self._process


def send(stream, message: bytes) -> None:
    """Write a message, its length first."""
    stream.write(len(message).to_bytes(8, "big") + message)
    stream.flush()


def receive(stream) -> bytes:
    """Read what `send` wrote.

    Raises:
        EOFError: if the stream ends before.
    """
    header = stream.read(8)
    message = stream.read(int.from_bytes(header, "big")) if len(header) == 8 else b""
    if len(header) < 8 or len(message) < int.from_bytes(header, "big"):
        raise EOFError("the other side ended")
    return message
