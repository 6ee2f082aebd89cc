"""How many frames a core prepares a second, for training and for evaluation, and what keeping them in memory gains.

python -m instructor.benchmarks.pipeline [--data data/camvid]
"""

import argparse
import itertools
import statistics
import time
from collections.abc import Callable, Iterable, Sized
from pathlib import Path
from typing import NamedTuple, cast

import torch
from torch.utils.data import Dataset, Subset
from torchvision import tv_tensors

import instructor.release.reference  # noqa: F401
from instructor.benchmarks.machine import describe, table
from proj4_code.given.data.batches import KeptBatches, TrainingLoader, make_loader
from proj4_code.given.data.frames import FramesInMemory, make_dataset
from proj4_code.given.data.sampling import EpochSampler
from proj4_code.given.scene_drawing.dataset import data_folder

CPU = torch.device("cpu")


class Rate(NamedTuple):
    """Frames a second of processor time, and by the clock."""

    processor: float
    clock: float


def main() -> None:
    """Print medians, all measured in turn in one run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--data", type=Path, metavar="DIR", help="prepared data (default: synthetic scenes)")
    add("--short-side", type=int, default=240, metavar="N", help="default: 240")
    add("--crop", type=int, default=201, help="default: 201")
    add("--batch", type=int, default=32, help="default: 32")
    add("--runs", type=int, default=5, help="of each kind, in turn (default: 5)")
    options = parser.parse_args()
    torch.set_num_threads(1)  # as in a worker
    print(describe())
    print(f"short side {options.short_side}, crop {options.crop}, batches of {options.batch}, one thread")

    kinds = make_kinds(data_folder(options.data), options.short_side, options.crop, options.batch)
    rates = [{name: measure(kind) for name, kind in kinds.items()} for _ in range(options.runs + 1)][1:]
    rows = []
    for name in kinds:
        processor, clock = (statistics.median(column) for column in zip(*(run[name] for run in rates), strict=True))
        rows.append((name, f"{processor:.0f}", f"{clock:.0f}"))
    print(table(("frames a second", f"of a core (median of {options.runs})", "by the clock"), rows))


def make_kinds(data: Path, short_side: int, crop: int, batch: int) -> dict[str, Callable[[], Iterable]]:
    """Make what is measured, by name: each, when called, gives batches."""
    from proj4_code.part4_camvid import eval_transforms, train_transforms

    transforms, epochs = train_transforms((crop, crop)), itertools.count(1)

    def training(frames: Subset | FramesInMemory) -> Callable[[], Iterable]:
        loader = TrainingLoader(frames, EpochSampler(len(frames), batch, 0), 0, CPU)

        def batches() -> Iterable:
            loader.use(next(epochs))
            return loader

        return batches

    def cropped(image: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return tv_tensors.Image(image[:, :crop, :crop].float()), mask[:crop, :crop]

    def some(dataset: Dataset, most: int) -> Subset:
        return Subset(dataset, range(min(most, len(cast(Sized, dataset)))))

    on_disk = some(make_dataset(data, "train", short_side, transforms), 2 * batch)
    in_memory = some(make_dataset(data, "train", short_side), 2 * batch)
    val = some(make_dataset(data, "val", short_side, eval_transforms()), batch)
    kept = KeptBatches(make_loader(val, 8, 0, CPU), CPU, 0)
    return {
        "training, read and decoded each time": training(on_disk),
        "training, from memory": training(FramesInMemory(in_memory, transforms)),
        "training, from memory, no augmentation": training(FramesInMemory(in_memory, cropped)),
        "evaluation, read and decoded each time": lambda: make_loader(val, 8, 0, CPU),
        "evaluation, batches kept": lambda: kept,
    }


def measure(kind: Callable[[], Iterable]) -> Rate:
    """Read an epoch of batches."""
    clock, processor = time.perf_counter(), time.process_time()
    frames = sum(len(images) for images, _ in kind())
    return Rate(frames / (time.process_time() - processor), frames / (time.perf_counter() - clock))


if __name__ == "__main__":
    main()
