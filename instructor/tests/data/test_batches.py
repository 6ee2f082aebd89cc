"""Tests of `data.batches` and `data.sampling`: the order of frames, their random numbers, and the ends of workers."""

import multiprocessing
import random
from collections.abc import Callable
from contextlib import nullcontext

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils.data import Dataset

from proj4_code.given.data import batches
from proj4_code.given.data.batches import KeptBatches, TrainingLoader, default_workers, make_loader
from proj4_code.given.data.sampling import EpochSampler, SeededFrames

CPU = torch.device("cpu")
can_fork = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")


class Dice(Dataset):
    """Every image is what three random number generators give, every mask the frame's number."""

    def __len__(self) -> int:
        return 7

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        thrown = torch.tensor([torch.rand(()).item(), np.random.rand(), random.random()], dtype=torch.float64)
        return thrown.view(3, 1, 1), torch.full((1, 1), index)


def thrown(workers: int = 0, epochs: tuple[int, ...] = (1,), seed: int = 0, early: bool = False) -> list:
    """Throw the dice; return what the last of some epochs gives."""
    loader = TrainingLoader(Dice(), EpochSampler(7, 2, seed), workers, CPU)
    for epoch in epochs:
        loader.use(epoch)
        batches = [(images.flatten().tolist(), masks.flatten().tolist()) for images, masks in loader]
        if early:
            loader.begin(epoch + 1)
    loader.close()
    return batches


def test_random_numbers_and_order_depend_on_seed_epoch_and_frame_alone() -> None:
    """And not on the workers, on the epochs before, or on when the workers begin."""
    assert thrown() == thrown(workers=2)
    assert thrown(epochs=(3,)) == thrown(workers=2, epochs=(1, 2, 3), early=True)
    assert thrown() != thrown(epochs=(2,))
    assert thrown() != thrown(seed=1)
    values = [value for images, _ in thrown() for value in images]
    assert len(set(values)) == 18


def test_reading_frames_leaves_the_networks_random_numbers_alone() -> None:
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    SeededFrames(Dice(), 0)[1, 0]
    thrown()
    list(make_loader(Counted(), 2, 0, CPU))
    assert torch.equal(torch.rand(3), expected)


def test_an_epoch_takes_each_frame_at_most_once_and_leaves_out_a_partial_batch() -> None:
    frames = [frame for _, masks in thrown() for frame in masks]
    assert len(frames) == 6
    assert len(set(frames)) == 6
    assert len(TrainingLoader(Dice(), EpochSampler(7, 2, 0), 0, CPU)) == 3


def test_several_processes_share_each_batch_of_one() -> None:
    def batches(rank: int, processes: int) -> np.ndarray:
        sampler = EpochSampler(13, 4, 5, rank, processes)
        sampler.epoch = 2
        return np.array([index for _, index in sampler]).reshape(3, 4 // processes)

    whole, first, second = batches(0, 1), batches(0, 2), batches(1, 2)
    assert np.array_equal(np.sort(np.concatenate([first, second], axis=1)), np.sort(whole))


def test_a_loop_may_look_at_a_batch_before_it_reads_them_all() -> None:
    """As in `next(iter(loader))`: the epoch then still has all its batches."""
    loader = TrainingLoader(Dice(), EpochSampler(7, 2, 0), 0, CPU)
    loader.use(1)
    first = next(iter(loader))
    again = list(loader)
    assert len(again) == 3
    assert torch.equal(first[0], again[0][0])


@can_fork
def test_workers_live_on_from_epoch_to_epoch_and_end_in_the_middle_of_one() -> None:
    loader = TrainingLoader(Dice(), EpochSampler(7, 2, 0), 2, CPU)
    loader.use(1)
    list(loader)
    workers = {child.pid for child in multiprocessing.active_children()}
    loader.use(2)
    next(iter(loader))
    assert {child.pid for child in multiprocessing.active_children()} == workers
    assert len(workers) == 2
    loader.close()
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
def test_images_lie_in_memory_as_convolutions_like_it(
    layout: torch.memory_format, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "layout_for", lambda device: layout)
    batch = torch.rand(2, 3, 5, 7), torch.zeros(2, 5, 7, dtype=torch.int64)
    ((images, _),) = batches.on_device([batch], CPU)
    assert images.is_contiguous(memory_format=layout)
    assert torch.equal(images, batch[0])


class Counted(Dataset):
    """Two frames; counts how often one is read."""

    def __init__(self) -> None:
        self.reads = 0

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        self.reads += 1
        return torch.full((3, 2, 2), float(index)), torch.full((2, 2), index)


@pytest.mark.parametrize(("size", "reads"), [(100, 2), (2**60, 6)])
def test_batches_are_kept_if_they_fit(size: int, reads: int) -> None:
    frames = Counted()
    batches = KeptBatches(make_loader(frames, 1, 0, CPU), CPU, size)
    for _ in range(3):
        assert [masks.unique().tolist() for _, masks in batches] == [[0], [1]]
    assert frames.reads == reads
    assert len(batches) == 2
    assert batches.dataset is frames


def test_kept_batches_may_be_changed_by_the_code_that_gets_them() -> None:
    """A student's evaluation may write into what it is given; the next one must not see it."""
    batches = KeptBatches(make_loader(Counted(), 2, 0, CPU), CPU, 100)
    for _ in range(3):
        for images, masks in batches:
            assert masks.unique().tolist() == [0, 1]
            assert images.max() == 1
            masks.zero_()
            images.add_(7)


def test_an_evaluation_that_stops_early_keeps_no_half_of_the_batches() -> None:
    batches = KeptBatches(make_loader(Counted(), 1, 0, CPU), CPU, 100)
    next(iter(batches))
    assert len(list(batches)) == 2


def test_every_core_prepares_frames_for_a_gpu_and_one_is_left_for_a_network_on_the_cpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def with_cores(count: int) -> Callable[[int], set[int]]:
        return lambda _: set(range(count))

    monkeypatch.setattr("sys.platform", "linux")
    found = []
    for cores in (1, 2, 16, 64):
        monkeypatch.setattr("os.sched_getaffinity", with_cores(cores), raising=False)
        found.append((default_workers(torch.device("cuda")), default_workers(CPU)))
    assert found == [(1, 0), (2, 1), (16, 15), (16, 16)]
    monkeypatch.setattr("sys.platform", "darwin")
    assert default_workers(CPU) == 0


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_gpu_gets_the_same_batches_and_the_program_never_waits_for_it() -> None:
    """PyTorch's own debugging mode makes an error of each wait."""
    gpu, expected = torch.device("cuda"), thrown()
    loader = TrainingLoader(Dice(), EpochSampler(7, 2, 0), 0, gpu)
    loader.use(1)
    torch.cuda.set_sync_debug_mode("error")
    try:
        batches = [(images, masks) for images, masks in loader]
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert all(tensor.device.type == "cuda" for batch in batches for tensor in batch)
    assert [(images.flatten().tolist(), masks.flatten().tolist()) for images, masks in batches] == expected


class Played:
    """Plays a GPU's stream, event or tensor, and writes down what is asked of it."""

    def __init__(self, name: str, log: list[str]) -> None:
        self.name, self.log = name, log

    def record_event(self) -> "Played":
        return Played(f"copy of {self.log[-1].split()[-1]}", self.log)

    def wait_event(self, event: "Played") -> None:
        self.log.append(f"{self.name} waits for {event.name}")

    def record_stream(self, stream: "Played") -> None:
        self.log.append(f"{self.name} is used by {stream.name}")


def test_a_batch_is_copied_while_the_one_before_it_is_computed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Played without a GPU: the stream that computes waits for the copy of its own batch, and for no other."""
    log: list[str] = []

    def copy_to(batch: str, *_: object) -> list[Played]:
        log.append(f"copy {batch}")
        return [Played(batch, log)]

    monkeypatch.setattr(batches, "copy_to", copy_to)
    monkeypatch.setattr(torch.cuda, "Stream", lambda _: Played("copying", log))
    monkeypatch.setattr(torch.cuda, "stream", lambda _: nullcontext())
    monkeypatch.setattr(torch.cuda, "current_stream", lambda _: Played("computing", log))
    for (batch,) in batches.on_device(["a", "b", "c"], torch.device("cuda")):
        log.append(f"compute {batch.name}")
    assert log == [
        "copy a",
        "copy b",
        *("computing waits for copy of a", "a is used by computing", "compute a"),
        "copy c",
        *("computing waits for copy of b", "b is used by computing", "compute b"),
        *("computing waits for copy of c", "c is used by computing", "compute c"),
    ]
