"""Runs pytest in a separate process; on Linux it is forked from one that has PyTorch loaded, and starts at once."""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from multiprocessing import forkserver
from pathlib import Path

KIT = Path(__file__).resolve().parents[3]
CAN_FORK = sys.platform == "linux"  # elsewhere there is no fork, or libraries do not survive it
PRELOADED = ["pytest", "torch", "torchvision"]


def prepare() -> None:
    """Begin to load PyTorch in the background, for the runs that follow."""
    if not CAN_FORK:
        return
    multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
    # An interrupt that is meant for a cell must not stop the loading; what is ignored here stays ignored there.
    in_main_thread = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if in_main_thread else None
    try:
        forkserver.ensure_running()
    finally:
        if in_main_thread:
            signal.signal(signal.SIGINT, before)


def run_pytest(arguments: Sequence[str]) -> str:
    """Run pytest in the kit's folder with the code as it is now on disk; return what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output.txt"
        if CAN_FORK:
            prepare()
            process = multiprocessing.get_context("forkserver").Process(target=_run, args=(list(arguments), output))
            process.start()
            try:
                process.join()
            finally:
                process.kill()  # after an interrupt
        else:
            with output.open("wb") as file:
                command = [sys.executable, "-m", "pytest", *arguments]
                subprocess.run(command, cwd=KIT, env=child_environment(), stdout=file, stderr=subprocess.STDOUT)
        return output.read_text(encoding="utf-8", errors="replace") if output.is_file() else ""


def _run(arguments: list[str], output: Path) -> None:
    """Run pytest in a fresh fork, with everything that is printed going to a file."""
    if not output.parent.is_dir():
        return  # it was interrupted before it began
    import pytest

    with output.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
    os.chdir(KIT)
    sys.path.insert(0, str(KIT))
    pytest.main(arguments)
    sys.stdout.flush()


def child_environment() -> dict[str, str]:
    """Return an environment in which Python finds this kit first and prints UTF-8, on Windows too."""
    path = os.pathsep.join([str(KIT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
