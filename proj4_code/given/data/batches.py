"""How frames reach the network: in batches, prepared by worker processes, on the device."""

import io
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from proj4_code.given.data.sampling import EpochSampler, SeededFrames

KEPT_SHARE = 0.1  # of the memory that is free on the device, for batches that are kept there
Batch = tuple[Tensor, Tensor]
"""Images (N, 3, H, W) and masks (N, H, W)."""


def default_workers(device: torch.device) -> int:
    """Choose how many processes prepare batches: none where fork is missing or, as on macOS, unsafe."""
    if sys.platform != "linux":
        return 0
    cores = len(os.sched_getaffinity(0)) - (device.type == "cpu")  # a network on the CPU needs one too
    return min(16, cores)


def free_memory(device: torch.device) -> int:
    """Return how many bytes are free on the GPU, or of the machine's memory."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on Linux
        return 4 * 2**30


def make_loader(
    dataset: Dataset, batch: int | None, workers: int, device: torch.device, sampler: Sampler | None = None
) -> DataLoader:
    """Make a loader of a whole data set in order, or, for training, of what a sampler chooses.

    Args:
        dataset: gives pairs of an image (3, H, W) and a mask (H, W), all of one size if `batch` is not 1.
        batch: frames in a batch; None: frames come one by one.
        workers: processes that prepare batches; 0: the main process does.
        device: where the batches will go.
        sampler: for training, chooses whole batches; its workers live on from one epoch to the next.

    Raises:
        ValueError: if the data set cannot be given to workers.
    """
    # Transforms may be closures, which only fork can hand to a worker.
    can_fork = workers > 0 and "fork" in multiprocessing.get_all_start_methods()
    if workers > 0 and not can_fork:
        check_sendable(dataset, workers)
    return DataLoader(
        dataset,
        batch_size=batch,
        sampler=sampler,
        num_workers=workers,
        persistent_workers=workers > 0 and sampler is not None,
        multiprocessing_context="fork" if can_fork else None,
        worker_init_fn=_leave_interrupts_to_parent,
        generator=torch.Generator(),  # its own, so that it takes nothing from the network's random numbers
        pin_memory=device.type == "cuda",
    )


class _PicklerWithoutTensors(pickle.Pickler):
    """Leaves tensors out: they can be sent, and take long."""

    def reducer_override(self, value: object) -> Any:
        return (int, ()) if isinstance(value, Tensor) else NotImplemented


def check_sendable(dataset: Dataset, workers: int) -> None:
    """Check that a data set can be given to workers that do not begin as copies of this process.

    Raises:
        ValueError: if not, as when its transforms hold a lambda; the message names it.
    """
    try:
        _PicklerWithoutTensors(io.BytesIO()).dump(dataset)
    except Exception as error:  # pickle raises AttributeError, TypeError or its own
        raise ValueError(
            f"--workers {workers}: part 4's data set or transforms cannot be passed to another process ({error}): "
            "use --workers 0, or make it a function or class with a name, at the top level of part4_camvid.py"
        ) from None


def _leave_interrupts_to_parent(_: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def layout_for(device: torch.device, dtype: torch.dtype = torch.float32) -> torch.memory_format:
    """Choose how images (N, C, H, W) and kernels lie in memory.

    GPUs compute convolutions faster where the channels of a pixel lie together, and so does a CPU in bf16; in float32
    it does for some sizes only.
    """
    quick = device.type == "cuda" or dtype == torch.bfloat16
    return torch.channels_last if quick else torch.contiguous_format


def copy_to(batch: Iterable[Tensor], device: torch.device) -> Batch:
    """Copy images (N, 3, H, W) and masks (N, H, W) to a device, in the layout that its convolutions like."""
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


class WrappedLoader:
    """A loader, PyTorch's or one that wraps it, whose batches are given in another way; in all else it is the same."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def __len__(self) -> int:
        return len(self.loader)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)


class TrainingLoader(WrappedLoader):
    """The batches of one epoch after another, on the device; the workers that prepare them live until `close`."""

    def __init__(self, dataset: Dataset, sampler: EpochSampler, workers: int, device: torch.device) -> None:
        batch = sampler.batch // sampler.processes
        super().__init__(make_loader(SeededFrames(dataset, sampler.seed), batch, workers, device, sampler))
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

    def close(self) -> None:
        """End the workers, also in the middle of an epoch."""
        self.begun = None
        workers = self.loader._iterator  # PyTorch has no public way to end workers that live on
        if workers is not None:
            workers._shutdown_workers()
            self.loader._iterator = None


class KeptBatches(WrappedLoader):
    """Batches that are always the same: made once, and kept on the device.

    All of them take `size` bytes; more than a tenth of the device's free memory is not kept.
    """

    def __init__(self, loader: DataLoader, device: torch.device, size: int) -> None:
        super().__init__(loader)
        self.device = device
        self.keeps = size <= KEPT_SHARE * free_memory(device)
        self.kept: list[Batch] | None = None

    def __iter__(self) -> Iterator[Batch]:
        if not self.keeps:
            yield from on_device(self.loader, self.device)
            return
        batches = []
        for batch in self.kept or on_device(self.loader, self.device):
            batches.append(batch)
            yield batch[0].clone(), batch[1].clone()  # the student's code may change what it gets
        self.kept = batches
