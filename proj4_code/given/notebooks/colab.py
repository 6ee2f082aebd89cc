"""What the Colab notebook does with a run: its data, its training, its scores, and what is handed in.

The same steps work on any machine; without a GPU, or without CamVid, they are a rehearsal on drawn streets.
"""

import errno
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from IPython.display import Markdown, display

from proj4_code.given.notebooks.backup import pack_data, restore_copy, save_copy, unpack_data
from proj4_code.given.notebooks.cells import show_files
from proj4_code.given.notebooks.comparison import VARIANTS, compare
from proj4_code.given.notebooks.dashboard import (
    Board,
    batch_that_fits,
    part_at_fault,
    read_history,
    run_live,
    run_watched,
)
from proj4_code.given.notebooks.processes import KIT

NEEDED = ("nbconvert", "safetensors", "tqdm")  # never torch: Colab's own fits its GPU
SECONDS_BETWEEN_COPIES = 240
SHORT_SIDE = 240  # pixels, the course's setting
NO_NETWORK = "could not be downloaded"  # as `download` says it
REHEARSAL = {"epochs": 4, "depth": 18, "crop": 97, "batch": 4, "lr": 0.001, "weights": "none"}
REHEARSAL |= {"optimizer": "adamw", "head-multiplier": 1}  # nothing is pretrained that should learn more slowly
QUICK = bool(os.environ.get("PROJ4_QUICK"))
if QUICK:  # the tests' setting
    REHEARSAL |= {"epochs": 1, "crop": 33}
FRAMES = 12 if QUICK else 80
PICTURES = {
    "iou": "The IoU of each class",
    "confusion": "What is taken for what",
    "predictions": "Some frames, evenly from the split",
    "worst": "The hardest frames",
}
"""Pictures of the given programs, by the name of the file, in the order in which they are shown."""


def install_missing() -> None:
    """Install what the kit needs and this machine lacks."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        print(f"installing {', '.join(missing)} …")
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *missing], check=True)


class Session:
    """A run and everything around it.

    Args:
        run: its name.
        settings: `epochs`, `depth`, `crop`, `batch`, `lr`, `weights`: options of the training program.
        drive: folder that outlives this machine; None if there is none.
        rehearse: train a small network on a few drawn streets.

    Attributes:
        name, settings: those that are used, which are others in a rehearsal.
        data: folder of the data, in the kit's folder.
        trained: whether the run has all its epochs.
    """

    def __init__(self, run: str, settings: dict[str, object], drive: Path | None, rehearse: bool) -> None:
        self.name, self.settings, self.drive = run, settings, drive
        self.rehearsal, self.data, self.trained = False, "data/camvid", False
        self.copied, self.copied_epochs = -float("inf"), 0
        if rehearse:
            self.rehearse()

    def rehearse(self) -> None:
        """Make this a rehearsal."""
        self.rehearsal, self.name, self.settings = True, "rehearsal", dict(REHEARSAL)
        self.data, self.drive = f"data/rehearsal-{FRAMES}", None
        for suffix in ("", *VARIANTS):
            shutil.rmtree(KIT / "runs" / f"{self.name}{suffix}", ignore_errors=True)  # it begins anew
        print("This is a rehearsal on a few drawn streets: it shows that everything runs, and its scores mean nothing.")

    def prepare_data(self) -> None:
        """Get CamVid from Drive or the network; if it cannot be had, draw streets."""
        if not self.rehearsal:
            kept = self.drive and self.drive / f"camvid-{SHORT_SIDE}.zip"
            if kept and not (KIT / self.data).exists() and unpack_data(kept, KIT / self.data):
                print(f"CamVid comes from {kept}")
            if self._prepare_camvid():
                if kept and not kept.is_file():
                    self._on_drive(lambda: pack_data(KIT / self.data, kept))
                return
            print("CamVid cannot be had now, so this becomes a rehearsal. Later: Runtime > Run all, again.")
            self.rehearse()
        run_live("proj4_code.given.prepare_camvid", self.data, "--synthetic", "--frames", FRAMES, "--short-side", 120)

    def _prepare_camvid(self) -> bool:
        """Prepare CamVid; if what is there already is in the way, it is put aside."""
        command = ("proj4_code.given.prepare_camvid", self.data, "--short-side", SHORT_SIDE)
        folder = KIT / self.data
        was_there, ended = folder.exists(), run_live(*command)
        if ended.succeeded or NO_NETWORK in ended.printed or not was_there:
            return ended.succeeded
        aside = next(path for n in range(1, 100) if not (path := folder.with_name(f"{folder.name}-old-{n}")).exists())
        folder.rename(aside)
        print(f"What was in {self.data} will not do: it is now in data/{aside.name}, and a new {self.data} is made.")
        return run_live(*command).succeeded

    def train(self) -> None:
        """Train the run, or go on with it where it was, here or on an earlier machine."""
        self.trained = self._train(self.name)

    def _train(self, name: str, *options: object) -> bool:
        """Train a run with the session's settings and options of its own; tell whether it has all its epochs."""
        run, epochs = KIT / "runs" / name, self.settings["epochs"]
        self._restore(name)
        batch = self._batch(run)
        while True:
            self.copied, self.copied_epochs = -float("inf"), len(read_history(run))
            board = Board(run, epochs, lambda: self._keep(name))
            try:
                ended = run_watched("proj4_code.given.train", self._arguments(run, batch, options), board.show)
            except KeyboardInterrupt:
                print(f"Stopped: {len(read_history(run))} epochs are kept. Run this cell again to go on.")
                raise
            finally:
                board.close(self._keep(name, at_once=True))
            fits = batch_that_fits(ended.printed)
            if ended.succeeded or fits is None or fits >= batch or read_history(run):
                break
            print(f"The GPU's memory is too small for batches of {batch}: going on with batches of {fits}.")
            shutil.rmtree(run, ignore_errors=True)
            batch = fits
        if not ended.succeeded:
            self._say_why(ended.printed, fits)
            print(f"{len(read_history(run))} of {epochs} epochs are done; the cells below show what there is.")
        return ended.succeeded

    def _batch(self, run: Path) -> int:
        """Choose the batch: that of a run that is there already may have been made smaller."""
        try:
            begun = json.loads((run / "settings.json").read_text(encoding="utf-8"))["settings"]["batch"]
        except (OSError, ValueError, KeyError):
            return self.settings["batch"]
        return min(begun, self.settings["batch"])

    def _arguments(self, run: Path, batch: int, options: Sequence[object]) -> list[object]:
        settings = self.settings | {"batch": batch}
        given = [word for key, value in settings.items() for word in (f"--{key}", value)]
        begun = any((run / f"{name}.safetensors").is_file() for name in ("last", "previous"))
        return [*given, *options, "--data", self.data, "--out", f"runs/{run.name}", *(["--resume"] if begun else [])]

    def _say_why(self, printed: str, fits: int | None) -> None:
        """Say in a line why training did not end well; the program has said what happened."""
        if at_fault := part_at_fault(printed):
            print(f"{at_fault}\nMend it at home, run its tests, pack it again, and set NEW_ZIP = True above.")
        elif fits is not None:
            print("This GPU is smaller than the one that the run began on: choose another RUN to begin anew.")

    def _restore(self, name: str) -> None:
        """Bring back a run that an earlier machine kept on Drive."""
        run = KIT / "runs" / name
        if self.drive is None or run.exists():
            return
        run.parent.mkdir(exist_ok=True)
        if restore_copy(self.drive / "runs" / name, run):
            print(f"{len(read_history(run))} epochs of {name} come from {self.drive / 'runs' / name}")

    def _keep(self, name: str, at_once: bool = False) -> str:
        """Copy a run to Drive, now and then or at once; say how much of it is there."""
        run = KIT / "runs" / name
        if self.drive is None or not run.is_dir():
            return ""
        if at_once or time.monotonic() > self.copied + SECONDS_BETWEEN_COPIES:
            self._on_drive(lambda: save_copy(run, self.drive / "runs" / name))
            self.copied, self.copied_epochs = time.monotonic(), len(read_history(run))
        return f"{self.copied_epochs} epochs on Drive" if self.drive else ""

    def _on_drive(self, write: Callable[[], object]) -> bool:
        """Write something to Drive; if that fails, say so, and do without Drive from now on."""
        try:
            write()
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            why = "Google Drive is full" if full else f"Google Drive cannot be written ({error.strerror or error})"
            print(f"{why}: going on on this machine's own disk, which is lost when Colab takes the machine back.")
            self.drive = None
        return self.drive is not None

    def show_run(self) -> None:
        """Show what the run is like on the validation split."""
        show_pictures(f"runs/{self.name}")

    def test(self) -> None:
        """Score the best network of the run on the test split, and show how good it is, and where it is worst."""
        best = f"runs/{self.name}/best.safetensors"
        if not self.trained:
            print("There is no finished training to test.")
        elif run_live("proj4_code.given.evaluate", best, "--data", self.data, "--split", "test").succeeded:
            show_pictures(f"runs/{self.name}/test")

    def compare(self) -> None:
        """Train the same network without pyramid pooling, without auxiliary loss and without both, and compare."""
        for suffix, variant in VARIANTS.items():
            print(f"{variant.title}:")
            self._train(f"{self.name}{suffix}", *variant.options)
        display(Markdown(compare(KIT / "runs", self.name)))
        show_files("runs/comparison.png")

    def report(self) -> None:
        """Write this notebook, as it is now, into one HTML file, which goes with the results."""
        from proj4_code.given.report import report_of_this_notebook

        report_of_this_notebook(KIT / "runs" / self.name / "report.html", KIT / "proj4_colab.ipynb")

    def pack(self) -> Path | None:
        """Pack what is handed in; say what is in it, and what will be graded."""
        run, results = f"runs/{self.name}", KIT / "proj4_results.zip"
        (KIT / run).mkdir(parents=True, exist_ok=True)
        packed = run_live("proj4_code.given.hand_in", run, "--data", self.data, "--out", results).succeeded
        if self.rehearsal or not self.trained:
            what = "This was only a rehearsal" if self.rehearsal else "There is no finished training in it"
            print(f"\n{what}: do not hand this in. Without a run on a GPU, hand in proj4_colab.zip: your six parts.")
        copy = self.drive and self.drive / results.name
        if packed and copy and self._on_drive(lambda: copy.write_bytes(results.read_bytes())):
            print(f"\nA copy is in {copy}")
        return results if packed else None


def show_pictures(folder: str) -> None:
    """Show what there is of `PICTURES` in a folder, by its path in the kit's folder."""
    there = [name for name in PICTURES if (KIT / folder / f"{name}.png").is_file()]
    for name in there:
        display(Markdown(f"**{PICTURES[name]}**"))
        show_files(f"{folder}/{name}.png")
    if not there:
        print("There are no pictures yet: nothing was trained.")
