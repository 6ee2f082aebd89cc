"""The folder that keeps a training run.

`last.safetensors` holds everything that is needed to go on, the metrics of all epochs included, so that they can never
disagree with the weights; `metrics.jsonl` and `curves.png` are made from it. Next to it lies the checkpoint before it.
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

import torch
import torchvision
from safetensors import safe_open
from torch import Tensor

from proj4_code.given.classes import TRAIN_NAMES
from proj4_code.given.files import write_whole
from proj4_code.given.networks.checkpoints import Checkpoint, copy_model, copy_optimizer, load_newest, write_checkpoint
from proj4_code.given.pictures.charts import draw_curves
from proj4_code.given.training.run import Run

SAVING_SHARE = 0.05  # of the time, at most
LAST = "last.safetensors"  # the checkpoint to go on from
PREVIOUS = "previous.safetensors"  # the one before it


def holds_epochs(folder: Path) -> bool:
    """Return whether a folder keeps a run that has trained for an epoch or more."""
    return any((folder / name).exists() for name in (LAST, PREVIOUS))


def kept_epochs(folder: Path) -> int:
    """Count the epochs that the last checkpoint holds."""
    for path in (folder / LAST, folder / PREVIOUS):
        if path.exists():
            with safe_open(path, "pt") as file:
                return json.loads(file.metadata()["proj4"])["epoch"]
    return 0


def read_run(folder: Path) -> tuple[dict, Checkpoint | None]:
    """Read the settings of a run and its last checkpoint, which is None while no epoch is kept.

    Raises:
        FileNotFoundError: if there is no run in the folder.
        ValueError: if what there is is damaged, or no run of this program.
    """
    path, settings = folder / LAST, folder / "settings.json"
    if not holds_epochs(folder) and settings.exists():
        try:
            return dict(json.loads(settings.read_text())["settings"]), None
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{settings} is damaged ({error}): begin the run again, without --resume") from None
    checkpoint = load_newest(path, folder / PREVIOUS)
    for name, kind in {"settings": dict, "classes": list, "history": list, "scaler": dict}.items():
        if not isinstance(checkpoint.description.get(name), kind):
            raise ValueError(f"{path} is not a checkpoint of a training run: it lacks {name}")
    return checkpoint.description["settings"], checkpoint


def describe(run: Run) -> dict:
    """Describe a run as JSON, for its checkpoints."""
    return {
        "settings": asdict(run.settings),
        "classes": TRAIN_NAMES,
        "epoch": len(run.history),
        "history": run.history,
        "scaler": run.scaler.state_dict() if run.scaler else {},
    }


def write_settings(run: Run) -> None:
    """Write the settings, from which a run that is stopped in its first epoch begins again."""
    machine = torch.cuda.get_device_name() if run.device.type == "cuda" else "CPU"
    versions = {"python": sys.version.split()[0], "torch": torch.__version__, "torchvision": torchvision.__version__}
    settings = {"settings": asdict(run.settings), "device": machine, "versions": versions}
    write_whole(run.folder / "settings.json", (json.dumps(settings, indent=2) + "\n").encode())


class Keeper:
    """Keeps a run, after as many epochs as can be had for a twentieth of the time."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.tensors: dict[str, Tensor] = {}  # memory for what is written, taken once
        self.best_tensors: dict[str, Tensor] = {}
        self.best: dict | None = None  # describes the best weights, while they are not written
        self.next_time = 0.0

    def add(self, row: dict) -> None:
        """Take note of an epoch, and write what there is if it is time to, or if it was the last.

        Raises:
            FloatingPointError: if the weights are no longer finite.
            OSError: if a file cannot be written.
        """
        run = self.run
        earlier = [r["val_miou"] for r in run.history if r["val_miou"] is not None]
        run.history.append(row)
        if row["val_miou"] is not None and row["val_miou"] > max(earlier, default=-1):
            self.best = describe(run) | {"history": list(run.history)}
            copy_model(run.model, self.best_tensors)
        if time.monotonic() >= self.next_time or row["epoch"] == run.settings.epochs:
            self.write()

    def write(self) -> None:
        """Write checkpoints, metrics and curves.

        The last checkpoint comes after the best one: a run that dies between the two repeats epochs and loses nothing.
        """
        run, began = self.run, time.monotonic()
        if self.best is not None:
            write_checkpoint(run.folder / "best.safetensors", self.best, self.best_tensors)
            self.best = None
        copy_model(run.model, self.tensors)
        copy_optimizer(run.model, run.optimizer, self.tensors)
        write_checkpoint(run.folder / LAST, describe(run), self.tensors, keep=run.folder / PREVIOUS)
        write_history(run)
        ended = time.monotonic()
        self.next_time = ended + (ended - began) / SAVING_SHARE


def write_history(run: Run) -> None:
    """Write `metrics.jsonl` and `curves.png`."""
    lines = "".join(json.dumps(row) + "\n" for row in run.history)
    write_whole(run.folder / "metrics.jsonl", lines.encode())
    title = f"{run.settings.network_name} on {run.report.root.name}"
    draw_curves(run.history, run.folder / "curves.png", title)
