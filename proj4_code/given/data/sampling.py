"""In which order frames are trained on, and which random numbers each gets: a seed decides both.

An epoch depends on the seed and its number alone, and not on what came before, how many workers there are, or how fast
they are. This is why a run that is resumed after an epoch goes on exactly as if it had never stopped.
"""

import random
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset, Sampler


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
    """A data set that gives each frame of each epoch its own random numbers, which the run's seed decides."""

    def __init__(self, dataset: Dataset, seed: int) -> None:
        self.dataset, self.seed = dataset, seed

    def __len__(self) -> int:
        return len(self.dataset)  # type: ignore[arg-type]  # PyTorch's Dataset need not have a length; CamVid has one

    def __getitem__(self, epoch_and_index: tuple[int, int]) -> tuple[Tensor, Tensor]:
        number = mix(self.seed, *epoch_and_index)
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(number)  # not torch.manual_seed, which reseeds the GPU's dropout too
            np.random.seed(number)
            random.seed(number)
            return self.dataset[epoch_and_index[1]]


class EpochSampler(Sampler):
    """Shuffles frames and cuts them into whole batches, of which each of several processes gets its part.

    It gives (epoch, index): this is how workers that live on from one epoch to the next learn its number. What does
    not fill a batch is left out: batch norm needs two values a channel, and the 1×1 bin of pyramid pooling has one an
    image.

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
