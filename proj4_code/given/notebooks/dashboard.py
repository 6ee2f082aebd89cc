"""Programs in a notebook: what they print as they print it, and, of training, its state and curves that grow."""

import codecs
import json
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import IO, NamedTuple

from IPython.display import Image, display

from proj4_code.given.messages import PART_FILE
from proj4_code.given.notebooks.cells import on_screen
from proj4_code.given.notebooks.processes import KIT, child_environment

LOG_LINES = 20
TICK = 1.0  # seconds from one look at a program to the next
SECONDS_TO_END = 20  # that an interrupted program has
PNG_END = b"IEND\xaeB`\x82"
FITS = re.compile(r"(?<!not even )--batch (\d+) fits\b")
ERROR = re.compile(r"[A-Za-z_][\w.]*(Error|Exception): ")


class Ended(NamedTuple):
    """How a program ended: whether it succeeded, and all that it printed."""

    succeeded: bool
    printed: str


def run_live(module: str, *arguments: object) -> Ended:
    """Run `python -m MODULE ARGUMENTS` in the kit's folder and show what it prints."""
    screen = Screen()
    return run_watched(module, arguments, screen.show)


def run_watched(module: str, arguments: Sequence[object], watch: Callable[[str], None]) -> Ended:
    """Run `python -m MODULE ARGUMENTS` in the kit's folder.

    Args:
        module: of this kit.
        arguments: of the program.
        watch: called once a tick, and at the end, with all that was printed so far.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    process = subprocess.Popen(
        command, cwd=KIT, env=child_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
    )
    text = ""
    try:
        for text in output_of(process.stdout):
            watch(text)
        return Ended(process.wait() == 0, on_screen(text))
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
    """Give all that a program has printed so far, once a tick and at its end."""
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


class Screen:
    """The end of what a program prints, in a place of its own in the notebook."""

    def __init__(self) -> None:
        self.shown = ""
        self.place = display({"text/plain": ""}, raw=True, display_id=True)

    def show(self, printed: str) -> None:
        """Bring it up to date with all that was printed."""
        if printed != self.shown:
            self.shown = printed
            self.place.update({"text/plain": last_lines(printed)}, raw=True)


def last_lines(printed: str) -> str:
    """Keep the end of what a program printed, as a terminal would show it; a traceback is kept whole."""
    lines = on_screen(printed).splitlines()
    beginnings = [number for number, line in enumerate(lines) if line.startswith("Traceback")]
    return "\n".join(lines[min([*beginnings, max(0, len(lines) - LOG_LINES)]) :])


class Board:
    """What the notebook shows of a training run: its state, its curves, and the end of what the program prints.

    Args:
        run: folder of the run.
        epochs: of the whole run.
        keep: called after every epoch; it may keep a copy of the run, and says in a few words where.
    """

    def __init__(self, run: Path, epochs: int, keep: Callable[[], str]) -> None:
        self.run, self.epochs, self.keep = run, epochs, keep
        self.began, self.before = time.monotonic(), len(read_history(run))
        self.kept, self.shown, self.drawn = "", -1, b""
        self.state = display({"text/plain": ""}, raw=True, display_id=True)
        self.curves = display({"text/plain": ""}, raw=True, display_id=True)
        self.screen = Screen()

    def show(self, printed: str) -> None:
        """Bring everything up to date with all that was printed."""
        self.screen.show(printed)
        self.show_curves()
        history = read_history(self.run)
        if not history or len(history) == self.shown:
            return
        self.shown = len(history)
        self.show_state(history)  # before the copy, which may take a while
        self.kept = self.keep()
        self.show_state(history)

    def close(self, kept: str) -> None:
        """Show the run as it is in the end, and in the line of state where it is kept."""
        self.kept = kept
        self.show_curves()
        if history := read_history(self.run):
            self.show_state(history)

    def show_curves(self) -> None:
        """Show the curves if they were drawn anew."""
        picture = self.run / "curves.png"
        drawn = picture.read_bytes() if picture.is_file() else b""
        if drawn != self.drawn and drawn.endswith(PNG_END):  # and not half of it
            self.drawn = drawn
            self.curves.update(Image(data=drawn, alt="loss and scores by epoch"))

    def show_state(self, history: Sequence[dict]) -> None:
        """Show the line of state."""
        line = state_of(history, self.epochs, self.before, time.monotonic() - self.began, self.kept)
        self.state.update({"text/plain": line, "text/html": f"<b>{escape(line)}</b>"}, raw=True)


def read_history(run: Path) -> list[dict]:
    """Read a run's metrics, a dict for each epoch; empty if there are none yet."""
    try:
        return [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return []


def state_of(history: Sequence[dict], epochs: int, before: int, seconds: float, kept: str) -> str:
    """Say in a line how far a run is.

    Args:
        history: a dict for each epoch that is done.
        epochs: of the whole run.
        before: how many epochs were done when this session began.
        seconds: since then, evaluation included.
        kept: where the run is kept, in a few words.
    """
    last, done = history[-1], len(history) - before
    said = [f"epoch {len(history)} of {epochs}"]
    if last["loss"] is not None:
        said.append(f"loss {last['loss']:.3f}")
    scored = [row for row in history if row.get("val_miou") is not None]
    if scored:
        best = max(scored, key=lambda row: row["val_miou"])
        said.append(f"val mean IoU {scored[-1]['val_miou']:.3f} (best {best['val_miou']:.3f}, epoch {best['epoch']})")
    said.append(f"{last['images_per_second']:.1f} images/s")
    if done > 0 and len(history) < epochs:
        left = seconds / done * (epochs - len(history)) / 60
        said.append("less than a minute left" if left < 1 else f"about {left:.0f} min left")
    return "  ·  ".join([*said, *([kept] if kept else [])])


def batch_that_fits(printed: str) -> int | None:
    """Find the batch that the training program proposes when the GPU's memory is too small."""
    found = [match for line in printed.splitlines() if (match := FITS.search(line))]
    return int(found[-1][1]) if found else None


def part_at_fault(printed: str) -> str | None:
    """Say in a line which part raised the error that ended a program; None if no part's code did."""
    lines = printed.splitlines()
    places = [line for line in lines if line.lstrip().startswith("File ") and PART_FILE.search(line)]
    if not places:
        return None
    file, number = PART_FILE.search(places[-1])[0], re.search(r"line (\d+)", places[-1])[1]
    errors = [line for line in lines if ERROR.match(line)] or lines
    return f"part {file[4]} has an error in proj4_code/{file}, line {number}: {errors[-1].strip()}"
