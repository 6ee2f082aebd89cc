"""Runs pytest in a separate process that has PyTorch loaded and waits, so that the tests start at once."""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

KIT = Path(__file__).resolve().parents[3]
# An interrupt is meant for the cell. Without a line on stdin, the process that would have sent it is gone.
WAIT = """
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
import json, pytest, torch, torchvision
arguments = sys.stdin.readline()
sys.exit(pytest.main(json.loads(arguments)) if arguments else 0)
"""
waiting: list[subprocess.Popen[bytes]] = []
"""The process that waits for the next run, if there is one."""


def prepare() -> None:
    """Begin to load PyTorch in the background, for the next run."""
    if waiting and waiting[0].poll() is None:
        return
    command = [sys.executable, "-c", WAIT]
    output = tempfile.TemporaryFile()  # noqa: SIM115  it is read when the process has ended
    process = subprocess.Popen(
        command, cwd=KIT, env=child_environment(), stdin=subprocess.PIPE, stdout=output, stderr=output
    )
    process.stdout = output
    waiting[:] = [process]


@atexit.register
def _end() -> None:
    for process in waiting:
        process.kill()


def run_pytest(arguments: Sequence[str]) -> str:
    """Run pytest in the kit's folder with the code as it is now on disk; return what it printed."""
    prepare()
    process = waiting.pop()
    try:
        assert process.stdin is not None and process.stdout is not None
        with suppress(BrokenPipeError):  # it could not load PyTorch; its output says why
            process.stdin.write(json.dumps(list(arguments)).encode() + b"\n")
            process.stdin.close()
        process.wait()
        prepare()
        process.stdout.seek(0)
        return process.stdout.read().decode("utf-8", errors="replace")
    finally:
        process.kill()  # after an interrupt
        process.wait()


def run_tests_of(part: str | None, option: str, *more: str) -> tuple[Any, str]:
    """Run the tests of "part1" to "part6" or "together", or all.

    Args:
        part: as for `pytest -k`; None: all.
        option: of the unit tests, which lets them write a JSON file.
        more: options for pytest.

    Returns:
        What the file holds, None if the tests could not be run; and what was printed.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "output.json"
        arguments = ["-q", "-p", "no:cacheprovider", "proj4_unit_tests", option, str(file)]
        printed = run_pytest([*arguments, *more, *(["-k", part] if part else [])])
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None, printed


def child_environment() -> dict[str, str]:
    """Return an environment in which Python finds this kit first and prints UTF-8, on Windows too."""
    path = os.pathsep.join([str(KIT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
