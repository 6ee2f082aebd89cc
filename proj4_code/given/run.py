"""The state of a training run, and the folder that keeps it.

`last.safetensors` holds everything that is needed to go on, the metrics of all epochs included, so that they can never
disagree with the weights; `metrics.jsonl` and `curves.png` are made from it.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
import torchvision
from torch import nn
from torch.optim import SGD, AdamW, Optimizer
from torch.utils.data import DataLoader, Dataset

from proj4_code.given.charts import draw_curves
from proj4_code.given.check_data import check_data
from proj4_code.given.checkpoints import Checkpoint, load_optimizer, save_checkpoint
from proj4_code.given.classes import NUM_CLASSES, TRAIN_NAMES
from proj4_code.given.data import (
    FramesInMemory,
    SeededFrames,
    default_data,
    default_workers,
    fits_in_memory,
    make_dataset,
    make_loader,
    plain_transforms,
    seed_epoch,
    shrunk_size,
)
from proj4_code.given.files import write_whole
from proj4_code.given.inference import choose_device, network_of
from proj4_code.given.networks import build_network, read_weights
from proj4_code.given.preparation.report import DataReport
from proj4_code.given.scores import evaluation_loader
from proj4_code.given.settings import Settings

MOMENTUM = 0.9
WEIGHT_DECAY = 1e-4


@dataclass
class Run:
    """A training run between two epochs."""

    folder: Path
    settings: Settings
    report: DataReport
    device: torch.device
    model: nn.Module
    optimizer: Optimizer
    train_loader: DataLoader
    val_loader: DataLoader
    history: list[dict] = field(default_factory=list)
    """A dict for each epoch in the last checkpoint: the lines of `metrics.jsonl`."""

    @property
    def last(self) -> Path:
        """The checkpoint to go on from."""
        return self.folder / "last.safetensors"

    @property
    def images_per_epoch(self) -> int:
        """Frames that an epoch trains on: those of the last, partial batch are left for another epoch."""
        return len(self.train_loader) * self.settings.batch

    def steps(self, epochs: int) -> int:
        """Iterations in a number of epochs."""
        return epochs * len(self.train_loader)


def make_optimizer(settings: Settings, groups: list[dict]) -> Optimizer:
    """Make the optimizer of part 6's parameter groups."""
    if settings.optimizer == "adamw":
        return AdamW(groups, settings.lr)
    return SGD(groups, settings.lr, MOMENTUM, weight_decay=WEIGHT_DECAY)


def start(settings: Settings, folder: Path, checkpoint: Checkpoint | None) -> Run:
    """Put together everything that a run needs, new or from its last checkpoint.

    Raises:
        FileNotFoundError, ValueError, ConnectionError: if data, weights or checkpoint are missing or wrong.
    """
    from proj4_code.part4_camvid import train_transforms
    from proj4_code.part6_training import parameter_groups

    device = choose_device(settings.device)
    torch.backends.cudnn.benchmark = True  # all batches have one size
    seed_epoch(settings.seed, epoch=0)
    if checkpoint is None:
        weights = read_weights(settings.weights, settings.depth)
        model = build_network(settings.arch, settings.depth, settings.bins, settings.aux, NUM_CLASSES, weights)
    else:
        model = network_of(checkpoint, folder / "last.safetensors")
    model.to(device, memory_format=torch.channels_last)
    optimizer = make_optimizer(settings, parameter_groups(model, settings.lr, settings.head_multiplier))
    if checkpoint is not None:
        load_optimizer(optimizer, model, checkpoint)

    report = check_data(Path(settings.data) if settings.data else default_data(), ("train", "val"))
    if settings.batch > report.frames["train"]:
        frames = report.frames["train"]
        raise ValueError(f"--batch {settings.batch} is more than the {frames} frames of the train split: choose less")
    workers = default_workers(device) if settings.workers is None else settings.workers
    crop = (settings.crop, settings.crop)
    transforms = train_transforms(crop) if settings.augment else plain_transforms(crop)
    dataset = _training_frames(report, settings.short_side, transforms)
    train_loader = make_loader(SeededFrames(dataset, settings.seed), settings.batch, workers, device, train=True)
    val_loader = evaluation_loader(report, "val", settings.short_side, workers, device)
    history = [] if checkpoint is None else checkpoint.description["history"]
    return Run(folder, settings, report, device, model, optimizer, train_loader, val_loader, history)


def _training_frames(report: DataReport, short_side: int, transforms: Callable) -> Dataset:
    """Open the train split; its frames are kept in memory if they fit."""
    height, width = (max(sides) for sides in zip(*(shrunk_size(*s, short_side) for s in report.sizes), strict=True))
    if not fits_in_memory(report.frames["train"], height, width):
        return make_dataset(report.root, "train", short_side, transforms)
    return FramesInMemory(make_dataset(report.root, "train", short_side), transforms)


def describe(run: Run, history: list[dict]) -> dict:
    """Describe a run as JSON, for its checkpoints."""
    return {"settings": asdict(run.settings), "classes": TRAIN_NAMES, "epoch": len(history), "history": history}


def begin_folder(run: Run) -> None:
    """Write the settings and a first checkpoint, so that the run can be resumed from its first moment on."""
    run.folder.mkdir(parents=True, exist_ok=True)
    machine = torch.cuda.get_device_name() if run.device.type == "cuda" else "CPU"
    versions = {"python": sys.version.split()[0], "torch": torch.__version__, "torchvision": torchvision.__version__}
    settings = {"settings": asdict(run.settings), "device": machine, "versions": versions}
    write_whole(run.folder / "settings.json", (json.dumps(settings, indent=2) + "\n").encode())
    save_checkpoint(run.last, describe(run, []), run.model, run.optimizer)


def keep_epoch(run: Run, row: dict) -> None:
    """Write checkpoints, metrics and curves after an epoch.

    The last checkpoint comes after the best one: a run that dies between the two repeats the epoch and loses nothing.
    """
    history = [*run.history, row]
    earlier = [r["val_miou"] for r in run.history if r["val_miou"] is not None]
    if row["val_miou"] is not None and row["val_miou"] > max(earlier, default=-1):
        save_checkpoint(run.folder / "best.safetensors", describe(run, history), run.model)
    save_checkpoint(run.last, describe(run, history), run.model, run.optimizer)
    run.history = history
    write_history(run)


def write_history(run: Run) -> None:
    """Write `metrics.jsonl` and `curves.png`."""
    lines = "".join(json.dumps(row) + "\n" for row in run.history)
    write_whole(run.folder / "metrics.jsonl", lines.encode())
    draw_curves(run.history, run.folder / "curves.png")
