"""How frames reach the network: in an order that a seed decides, each with random numbers of its own, on the device.

An epoch depends on the seed and its number alone, and not on what came before, how many workers there are, or how fast
they are. This is why a run that is resumed after an epoch goes on exactly as if it had never stopped.
"""

import random
from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from proj4_code.given.data.frames import free_memory, make_loader
from proj4_code.given.training.precision import layout_for

KEPT_SHARE = 0.1  # of the memory that is free on the device, for batches that are kept there
Batch = tuple[Tensor, Tensor]
"""Images (N, 3, H, W) and masks (N, H, W)."""


def mix(*numbers: int) -> int:
    """Make one seed of 32 bits of several numbers."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])


def seed_epoch(seed: int, epoch: int, rank: int = 0) -> None:
    """Seed all random numbers of an epoch (0: what comes before the first) in one of several processes."""
    number = (mix(seed, epoch) + rank) % 2**32
    random.seed(number)
    np.random.seed(number)
    torch.manual_seed(number)


class SeededFrames(Dataset):
    """A data set that gives each frame of each epoch random numbers of its own, however many workers there are.

    Args:
        dataset: gives the frames.
        seed: of the run.
    """

    def __init__(self, dataset: Dataset, seed: int) -> None:
        self.dataset, self.seed = dataset, seed

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, epoch_and_index: tuple[int, int]) -> Batch:
        number = mix(self.seed, *epoch_and_index)
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(number)  # not torch.manual_seed, which reseeds the GPU's dropout too
            np.random.seed(number)
            random.seed(number)
            return self.dataset[epoch_and_index[1]]


class EpochSampler(Sampler):
    """Shuffles frames and cuts them into whole batches, of which each of several processes gets its part.

    It gives (epoch, index): workers that live on from one epoch to the next hear of its number so. What does not fill a
    batch is left out: batch norm needs two values a channel, and the 1×1 bin of pyramid pooling has one an image.

    Args:
        frames: how many there are.
        batch: frames in a batch, over all processes.
        seed: of the run.
        rank: number of this process.
        processes: how many there are.

    Attributes:
        epoch: to be set before each epoch.
    """

    def __init__(self, frames: int, batch: int, seed: int, rank: int = 0, processes: int = 1) -> None:
        self.frames, self.batch, self.seed, self.rank, self.processes = frames, batch, seed, rank, processes
        self.epoch = 0

    def __len__(self) -> int:
        return self.frames // self.batch * self.batch // self.processes

    def __iter__(self) -> Iterator[tuple[int, int]]:
        order = torch.randperm(self.frames, generator=torch.Generator().manual_seed(mix(self.seed, self.epoch)))
        batches = order[: len(self) * self.processes].view(-1, self.batch)
        return iter([(self.epoch, index) for index in batches[:, self.rank :: self.processes].flatten().tolist()])


def copy_to(batch: Iterable[Tensor], device: torch.device) -> Batch:
    """Copy a batch to a device, in the layout that its convolutions like."""
    images, masks = (tensor.to(device, non_blocking=True) for tensor in batch)
    return images.contiguous(memory_format=layout_for(device)), masks


def on_device(batches: Iterable[Iterable[Tensor]], device: torch.device) -> Iterator[Batch]:
    """Copy each batch to the device; to a GPU, while it computes on the batch before."""
    if device.type != "cuda":
        for batch in batches:
            yield copy_to(batch, device)
        return

    def hand_over(batch: Batch, copied: torch.cuda.Event) -> Batch:
        stream = torch.cuda.current_stream(device)
        stream.wait_event(copied)  # the GPU waits, and not this program
        for tensor in batch:
            tensor.record_stream(stream)
        return batch

    copies, ready = torch.cuda.Stream(device), None
    for batch in batches:
        with torch.cuda.stream(copies):
            coming = copy_to(batch, device), copies.record_event()
        if ready is not None:
            yield hand_over(*ready)
        ready = coming
    if ready is not None:
        yield hand_over(*ready)


class TrainingLoader:
    """The batches of one epoch after another, on the device; in all else it is PyTorch's loader.

    Args:
        dataset: gives augmented frames of one size.
        sampler: chooses the frames.
        workers: processes that prepare batches; they live until `close`.
        device: where the batches go.
    """

    def __init__(self, dataset: Dataset, sampler: EpochSampler, workers: int, device: torch.device) -> None:
        batch = sampler.batch // sampler.processes
        self.loader = make_loader(SeededFrames(dataset, sampler.seed), batch, workers, device, sampler)
        self.sampler, self.device = sampler, device
        self.begun: tuple[int, Iterator] | None = None

    def begin(self, epoch: int) -> None:
        """Let the workers prepare the first batches of an epoch."""
        self.sampler.epoch = epoch
        self.begun = epoch, iter(self.loader)

    def use(self, epoch: int) -> None:
        """Choose the epoch whose batches come next."""
        if self.begun is None or self.begun[0] != epoch:
            self.begin(epoch)

    def __iter__(self) -> Iterator[Batch]:
        batches = self.begun[1] if self.begun else iter(self.loader)
        self.begun = None
        return on_device(batches, self.device)

    def __len__(self) -> int:
        return len(self.loader)

    def __getattr__(self, name: str) -> object:
        return getattr(self.loader, name)

    def close(self) -> None:
        """End the workers, also in the middle of an epoch."""
        self.begun = None
        workers = self.loader._iterator  # PyTorch has no public way to end workers that live on
        if workers is not None:
            workers._shutdown_workers()
            self.loader._iterator = None


class KeptBatches:
    """Batches that are always the same: made once, and kept on the device; in all else it is the loader.

    Args:
        loader: makes them.
        device: where they go.
        size: bytes that all of them take; more than a tenth of the device's free memory is not kept.
    """

    def __init__(self, loader: DataLoader, device: torch.device, size: int) -> None:
        self.loader, self.device = loader, device
        self.keeps = size <= KEPT_SHARE * free_memory(device)
        self.kept: list[Batch] | None = None

    def __iter__(self) -> Iterator[Batch]:
        if self.kept is not None:
            yield from map(copy_of, self.kept)
            return
        batches = []
        for batch in on_device(self.loader, self.device):
            if self.keeps:
                batches.append(batch)
            yield copy_of(batch) if self.keeps else batch
        if self.keeps:
            self.kept = batches

    def __len__(self) -> int:
        return len(self.loader)

    def __getattr__(self, name: str) -> object:
        return getattr(self.loader, name)


def copy_of(batch: Batch) -> Batch:
    """Copy a batch, so that whoever gets it may change it."""
    images, masks = batch
    return images.clone(), masks.clone()
