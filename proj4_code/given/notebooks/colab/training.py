"""The training of one run in the notebook: from its start or from where it was, here or on an earlier machine."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from proj4_code.given.notebooks.colab.drive import Drive, RunCopies
from proj4_code.given.notebooks.dashboard import Board
from proj4_code.given.notebooks.history import part_at_fault, read_history
from proj4_code.given.notebooks.programs import run_program

Settings = Mapping[str, int | float | str]
"""Options of the training program, without their dashes: "epochs", "depth", "crop", "batch", "lr", "weights", …"""


def train(run: Path, settings: Settings, options: Sequence[str], data: str, drive: Drive) -> bool:
    """Train a run, or go on with it, with a smaller batch where the GPU's memory is too small.

    Args:
        run: its folder.
        settings: of the run.
        options: more words for the training program.
        data: folder of the data, in the kit's folder.
        drive: where copies of the run are.

    Returns:
        Whether it has all its epochs.

    Raises:
        KeyboardInterrupt: if it is stopped; what there is is kept.
    """
    drive.restore_run(run)
    epochs = int(settings["epochs"])
    batch = first_batch(run, int(settings["batch"]))
    while True:
        copies = RunCopies(drive, run)
        board = Board(run, epochs, copies.update)
        arguments = arguments_of(run, {**settings, "batch": batch, "data": data})
        try:
            ended = run_program("proj4_code.given.train", *arguments, *options, watch=board.show)
        except KeyboardInterrupt:
            print(f"Stopped: {len(read_history(run))} epochs are kept. Run this cell again to go on.")
            raise
        finally:
            board.close(copies.update(at_once=True))
        if ended.status == 0:
            return True
        done = len(read_history(run))
        fits = ended.failure.get("batch_that_fits")
        if done or fits is None or fits >= batch:
            break
        print(f"The GPU's memory is too small for batches of {batch}: going on with batches of {fits}.")
        shutil.rmtree(run, ignore_errors=True)
        batch = fits
    if at_fault := part_at_fault(ended.failure):
        print(f"{at_fault}\nFix it at home, run its tests, pack it again, and set NEW_ZIP = True above.")
    elif fits is not None:
        print("This GPU has less memory than the one that the run began on: choose another RUN to start again.")
    print(f"{done} of {epochs} epochs are done; the cells below show what there is.")
    return False


def first_batch(run: Path, batch: int) -> int:
    """Choose the batch to begin with: that of a run that is there already may have been made smaller."""
    try:
        return min(batch, json.loads((run / "settings.json").read_text(encoding="utf-8"))["settings"]["batch"])
    except (OSError, ValueError, KeyError):
        return batch


def arguments_of(run: Path, settings: Settings) -> list[object]:
    """Return the training program's arguments, with which it begins a run, or goes on with it."""
    begun = any((run / f"{name}.safetensors").is_file() for name in ("last", "previous"))
    options = [word for key, value in settings.items() for word in (f"--{key}", value)]
    return [*options, "--out", f"runs/{run.name}", *(["--resume"] if begun else [])]
