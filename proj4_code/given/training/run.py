"""Everything that a training run works with, put together from its settings, new or from a checkpoint."""

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim import SGD, AdamW, Optimizer
from torch.optim.lr_scheduler import LRScheduler
from torch.utils.data import Dataset, Subset

from proj4_code.given.classes import NUM_CLASSES
from proj4_code.given.data.batches import (
    KeptBatches,
    TrainingLoader,
    default_workers,
    free_memory,
    layout_for,
    make_loader,
)
from proj4_code.given.data.contents import DataReport, check_data
from proj4_code.given.data.frames import FramesInMemory, evaluation_batch, make_dataset, plain_transforms, shrunk_size
from proj4_code.given.data.sampling import EpochSampler, seed_epoch
from proj4_code.given.networks.build import build_network, read_weights
from proj4_code.given.networks.checkpoints import Checkpoint, load_optimizer
from proj4_code.given.networks.inference import choose_device, network_of
from proj4_code.given.scene_drawing.dataset import data_folder
from proj4_code.given.training.distributed import (
    LabelledShare,
    exchange_gradients,
    from_first,
    processes,
    rank,
    synchronise_batch_norm,
)
from proj4_code.given.training.losses import in_place, make_loss
from proj4_code.given.training.precision import autocast_for, capability_of, choose_precision, make_scaler
from proj4_code.given.training.settings import Settings

MOMENTUM = 0.9
WEIGHT_DECAY = 1e-4
FRAME_BYTES = 4  # of a pixel: R, G, B and its label
BATCH_BYTES = 3 * 4 + 8  # of a pixel: three float32 and an int64


@dataclass
class Run:
    """A training run between two epochs."""

    folder: Path
    settings: Settings
    report: DataReport
    device: torch.device
    model: nn.Module
    trainee: nn.Module
    """What is trained: the model, wrapped where it is compiled or there are several processes."""
    loss: Callable[..., Tensor]
    """Takes what part 6's `segmentation_loss` takes."""
    optimizer: Optimizer
    autocast: Callable[[], AbstractContextManager]
    scaler: torch.amp.GradScaler | None
    share: LabelledShare
    train_loader: TrainingLoader
    val_loader: KeptBatches
    history: list[dict] = field(default_factory=list)
    """A dict for each epoch that is done: the lines of `metrics.jsonl`."""

    @property
    def images_per_epoch(self) -> int:
        """Count the frames that an epoch trains on: those of the last, partial batch are left for another epoch."""
        return len(self.train_loader) * self.settings.batch

    def steps(self, epochs: int) -> int:
        """Return the iterations in a number of epochs."""
        return epochs * len(self.train_loader)

    def train_on(self, batches: Iterable, scheduler: LRScheduler) -> float:
        """Train on some batches with part 6; return the mean loss per image."""
        from proj4_code.part6_training import train_one_epoch

        with in_place(self.loss):
            return train_one_epoch(
                self.trainee,
                batches,
                self.optimizer,
                scheduler,
                self.device,
                aux_weight=self.settings.aux_weight,
                autocast=self.autocast,
                scaler=self.scaler,
            )


def make_optimizer(settings: Settings, groups: list[dict], device: torch.device) -> Optimizer:
    """Make the optimizer of part 6's parameter groups."""
    # On a GPU, fused: otherwise a scaler of the loss makes the program wait for the GPU in each step.
    fused = True if device.type == "cuda" else None
    if settings.optimizer == "adamw":
        return AdamW(groups, settings.lr, fused=fused)
    return SGD(groups, settings.lr, MOMENTUM, weight_decay=WEIGHT_DECAY, fused=fused)


def start(settings: Settings, folder: Path, checkpoint: Checkpoint | None) -> Run:
    """Put together everything that a run needs, new or from its last checkpoint.

    Raises:
        FileNotFoundError, ValueError, ConnectionError: if data, weights or checkpoint are missing or wrong.
    """
    from proj4_code.part6_training import parameter_groups

    if processes() > 1 and settings.loss != "ce":
        raise ValueError(f"--loss {settings.loss} is of a whole batch: train in one process, or with --loss ce")
    device = choose_device(settings.device)
    report = check_data(from_first(lambda: data_folder(settings.data)), ("train", "val"))
    if rank() == 0:
        print(*report.remarks, sep="\n", end="\n" * bool(report.remarks), file=sys.stderr)

    torch.backends.cudnn.benchmark = True  # all batches have one size
    seed_epoch(settings.seed, epoch=0)
    model = synchronise_batch_norm(_network(settings, folder, checkpoint), device)
    precision = choose_precision(settings.precision, capability_of(device))
    model.to(device).to(memory_format=layout_for(device, precision))
    optimizer = make_optimizer(settings, parameter_groups(model, settings.lr, settings.head_multiplier), device)
    scaler = make_scaler(precision, device, settings.skip_nan)
    if checkpoint is not None:
        load_optimizer(optimizer, model, checkpoint, folder)
        if scaler is not None and checkpoint.description["scaler"]:
            scaler.load_state_dict(checkpoint.description["scaler"])

    workers = default_workers(device) if settings.workers is None else settings.workers
    trainee = model
    if settings.compile:
        trainee = torch.compile(model)  # type: ignore[assignment]  # of a module it makes a module
    trainee = exchange_gradients(trainee, device)
    return Run(
        folder=folder,
        settings=settings,
        report=report,
        device=device,
        model=model,
        trainee=trainee,
        loss=make_loss(settings.loss, report.shares("train")[:NUM_CLASSES]),
        optimizer=optimizer,
        autocast=autocast_for(precision, device),
        scaler=scaler,
        share=LabelledShare(trainee),
        train_loader=_training(settings, report, workers, device),
        val_loader=_validation(settings, report, workers, device),
        history=[] if checkpoint is None else checkpoint.description["history"],
    )


def _network(settings: Settings, folder: Path, checkpoint: Checkpoint | None) -> nn.Module:
    """Build the network and load its weights, or those that its backbone starts from."""
    if checkpoint is not None:
        return network_of(checkpoint, folder)
    depth, backbone = settings.depth, settings.backbone
    weights = from_first(lambda: read_weights(settings.weights, depth, backbone))
    return build_network(settings.arch, depth, settings.bins, settings.aux, NUM_CLASSES, weights, backbone)


def _training(settings: Settings, report: DataReport, workers: int, device: torch.device) -> TrainingLoader:
    """Make the loader of augmented frames."""
    from proj4_code.part4_camvid import train_transforms

    frames, batch = report.frames["train"], settings.batch
    if batch > frames:
        raise ValueError(f"--batch {batch} is more than the {frames} frames of the train split: choose less")
    if batch % processes():
        raise ValueError(f"--batch {batch} cannot be shared out evenly among {processes()} processes: choose another")
    crop = (settings.crop, settings.crop)
    transforms = train_transforms(crop) if settings.augment else plain_transforms(crop)
    sampler = EpochSampler(frames, batch, settings.seed, rank(), processes())
    return TrainingLoader(_train_frames(report, settings.short_side, transforms, workers), sampler, workers, device)


def _validation(settings: Settings, report: DataReport, workers: int, device: torch.device) -> KeptBatches:
    """Make the loader of this process's share of the val split."""
    from proj4_code.part4_camvid import eval_transforms

    frames = make_dataset(report.root, "val", settings.short_side, eval_transforms())
    share = Subset(frames, range(rank(), report.frames["val"], processes()))
    loader = make_loader(share, evaluation_batch(list(report.sizes), settings.short_side), workers, device)
    size = len(share) * _pixels(report, settings.short_side) * BATCH_BYTES
    return KeptBatches(loader, device, size)


def _pixels(report: DataReport, short_side: int) -> int:
    """Count the pixels of the largest frame when it is shrunk."""
    height, width = (max(sides) for sides in zip(*(shrunk_size(*s, short_side) for s in report.sizes), strict=True))
    return height * width


def _train_frames(report: DataReport, short_side: int, transforms: Callable, workers: int) -> Dataset:
    """Open the train split; its frames are kept in memory if they take at most half of what is free."""
    if report.frames["train"] * _pixels(report, short_side) * FRAME_BYTES > free_memory(torch.device("cpu")) / 2:
        return make_dataset(report.root, "train", short_side, transforms)
    return FramesInMemory(make_dataset(report.root, "train", short_side), transforms, workers)
