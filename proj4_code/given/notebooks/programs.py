"""Programs of the kit, started from a cell, and what they print, shown as they print it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from proj4_code.given.basics.messages import RECORD, Failure
from proj4_code.given.notebooks.output_area import Place
from proj4_code.given.notebooks.processes import KIT, child_environment

LOG_LINES = 20
TICK = 1.0  # seconds from one look at a program to the next
SECONDS_TO_END = 20  # for an interrupted program


class Ended(NamedTuple):
    """How a program ended: its exit status, and of a given program the record of how it failed."""

    status: int
    failure: Failure


def run_program(module: str, *arguments: object, watch: Callable[[str], None] | None = None) -> Ended:
    """Run `python -m MODULE ARGUMENTS` in the kit's folder.

    Args:
        module: of this kit.
        arguments: of the program.
        watch: called once a tick, and at the end, with all that was printed so far; None: show the end of it.
    """
    watch = watch or watch_output()
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        output, record = Path(folder) / "output.txt", Path(folder) / "failure.json"
        environment = child_environment() | {RECORD: str(record)}
        with output.open("wb") as file:
            process = subprocess.Popen(command, cwd=KIT, env=environment, stdout=file, stderr=file)
        try:
            status = None
            while status is None:
                with suppress(subprocess.TimeoutExpired):
                    status = process.wait(TICK)
                printed = output.read_bytes().decode(errors="replace")  # with the carriage returns of progress bars
                watch(printed)
            return Ended(status, json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {})
        except KeyboardInterrupt:
            if sys.platform == "win32":
                process.terminate()
            with suppress(subprocess.TimeoutExpired):  # elsewhere the interrupt reached the program too
                process.wait(SECONDS_TO_END)
            raise
        finally:
            process.kill()
            process.wait()


def watch_output() -> Callable[[str], None]:
    """Make a place that shows the end of what a program prints; call what is returned with all of it."""
    place = Place("")
    return lambda printed: place.say(last_lines(printed))


def on_screen(text: str) -> str:
    r"""Keep of each line what a terminal would show: what follows the last carriage return, as progress bars use it."""
    shown = [([part for part in line.split("\r") if part.strip()] or [""])[-1].rstrip() for line in text.split("\n")]
    return "\n".join(shown).rstrip("\n")


def last_lines(printed: str) -> str:
    """Keep the end of what a program printed, as a terminal would show it; a traceback is kept whole."""
    lines = on_screen(printed).splitlines()
    beginnings = [number for number, line in enumerate(lines) if line.startswith("Traceback")]
    return "\n".join(lines[min([*beginnings, max(0, len(lines) - LOG_LINES)]) :])
