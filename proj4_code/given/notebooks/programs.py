"""Programs of the kit, started from a cell, and what they print, shown as they print it."""

import codecs
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, NamedTuple

from proj4_code.given.notebooks.place import Place
from proj4_code.given.notebooks.processes import KIT, child_environment

LOG_LINES = 20
TICK = 1.0  # seconds from one look at a program to the next
SECONDS_TO_END = 20  # for an interrupted program


class Ended(NamedTuple):
    """How a program ended: its exit status, and all that it printed."""

    status: int
    printed: str


def run_program(module: str, *arguments: object, watch: Callable[[str], None] | None = None) -> Ended:
    """Run `python -m MODULE ARGUMENTS` in the kit's folder.

    Args:
        module: of this kit.
        arguments: of the program.
        watch: called once a tick, and at the end, with all that was printed so far; None: show the end of it.
    """
    watch = watch or watch_output()
    command = [sys.executable, "-m", module, *map(str, arguments)]
    process = subprocess.Popen(
        command, cwd=KIT, env=child_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
    )
    assert process.stdout
    text = ""
    try:
        for text in output_of(process.stdout):
            watch(text)
        return Ended(process.wait(), on_screen(text))
    except KeyboardInterrupt:
        if sys.platform == "win32":
            process.terminate()
        with suppress(subprocess.TimeoutExpired):  # elsewhere the interrupt reached the program too
            process.wait(SECONDS_TO_END)
        raise
    finally:
        process.kill()
        process.wait()


def output_of(stream: IO[bytes]) -> Iterator[str]:
    """Yield all that a program has printed so far, once a tick and at its end."""
    chunks: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        while new := stream.read(4096):
            chunks.put(new)
        chunks.put(b"")

    threading.Thread(target=read, daemon=True).start()
    decoder, text, ended = codecs.getincrementaldecoder("utf-8")(errors="replace"), "", False
    while not ended:
        with suppress(queue.Empty):
            new = chunks.get(timeout=TICK)
            while new:
                text += decoder.decode(new)
                new = chunks.get_nowait()
            ended = True
        yield text


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
