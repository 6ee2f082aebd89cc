"""The board of a training run: its state, its curves, and the end of what the program prints."""

import time
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from proj4_code.given.notebooks.history import read_history, scored_epochs
from proj4_code.given.notebooks.output_area import Place
from proj4_code.given.notebooks.programs import watch_output

PNG_END = b"IEND\xaeB`\x82"


class Board:
    """What the notebook shows of a training run.

    Args:
        run: folder of the run.
        epochs: of the whole run.
        keep: called after every epoch; it may keep a copy of the run, and says in a few words where.
    """

    def __init__(self, run: Path, epochs: int, keep: Callable[[], str]) -> None:
        self.run, self.epochs, self.keep = run, epochs, keep
        self.began = time.monotonic()
        self.before = len(read_history(run))
        self.seen = 0
        self.state, self.curves = Place(""), Place("")
        self.show_output = watch_output()

    def show(self, printed: str) -> None:
        """Bring everything up to date with all that was printed."""
        self.show_output(printed)
        self.show_curves()
        epochs = len(read_history(self.run))
        if epochs != self.seen:
            self.seen = epochs
            self.show_state("")  # before the copy, which may take a while
            self.show_state(self.keep())

    def close(self, kept: str) -> None:
        """Show the run as it is in the end, and in the line of state where it is kept."""
        self.show_curves()
        self.show_state(kept)

    def show_curves(self) -> None:
        """Show the curves, if the program has drawn them, and not half of them."""
        picture = self.run / "curves.png"
        drawn = picture.read_bytes() if picture.is_file() else b""
        if drawn.endswith(PNG_END):
            self.curves.show_picture(drawn, "loss and scores by epoch")

    def show_state(self, kept: str) -> None:
        """Show the line of state, once an epoch is done."""
        if history := read_history(self.run):
            line = state_of(history, self.epochs, self.before, time.monotonic() - self.began, kept)
            self.state.show({"text/plain": line, "text/html": f"<b>{escape(line)}</b>"})


def state_of(history: Sequence[dict], epochs: int, before: int, seconds: float, kept: str) -> str:
    """Return a line that says how far a run is.

    Args:
        history: a dict for each epoch that is done.
        epochs: of the whole run.
        before: how many epochs were done when this session began.
        seconds: since then, evaluation included.
        kept: where the run is kept, in a few words.
    """
    last = history[-1]
    done = len(history) - before
    said = [f"epoch {len(history)} of {epochs}"]
    if last["loss"] is not None:
        said.append(f"loss {last['loss']:.3f}")
    if scored := scored_epochs(history):
        best = max(scored, key=lambda row: row["val_miou"])
        said.append(f"val mean IoU {scored[-1]['val_miou']:.3f} (best {best['val_miou']:.3f}, epoch {best['epoch']})")
    said.append(f"{last['images_per_second']:.1f} images/s")
    if done > 0 and len(history) < epochs:
        left = seconds / done * (epochs - len(history)) / 60
        said.append("less than a minute left" if left < 1 else f"about {left:.0f} min left")
    return "  ·  ".join([*said, *([kept] if kept else [])])
