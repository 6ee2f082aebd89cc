"""Several processes, on one machine or more, that train one network: each takes its share of every batch.

`torchrun --nproc-per-node 2 -m proj4_code.given.train ...` starts them. They compute what one process would compute
with the same batch: batch norm takes its statistics over all of it, and every labelled pixel weighs the same.
Only the first process, of rank 0, writes files and prints.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from proj4_code.given.classes import VOID
from proj4_code.given.networks.inference import gpu_problem

T = TypeVar("T")


def processes() -> int:
    """Count the processes of this training."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Return this process's number among them, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def was_restarted() -> bool:
    """Return whether torchrun started this again after a process was lost."""
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", 0)) > 0


@contextmanager
def joined(device: str) -> Iterator[None]:
    """Join the other processes if torchrun started this one; `device` is "auto", "cpu" or "cuda"."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        yield
        return
    on_gpu = device != "cpu" and torch.cuda.is_available() and gpu_problem() is None
    if on_gpu:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    number, count = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    dist.init_process_group("nccl" if on_gpu else "gloo", store=_meeting_point(number), rank=number, world_size=count)
    try:
        yield
    finally:
        dist.destroy_process_group()


def _meeting_point(number: int) -> dist.Store:
    """Find the store in which processes find each other.

    PyTorch would make it itself, but some versions would then look, after a restart, for processes that are gone.
    """
    is_served = os.environ.get("TORCHELASTIC_USE_AGENT_STORE") == "True"
    address, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    store = dist.TCPStore(address, port, is_master=number == 0 and not is_served)
    return dist.PrefixStore(f"start {os.environ['TORCHELASTIC_RESTART_COUNT']}", store)


def from_first(make: Callable[[], T]) -> T:
    """Call `make` in the first process alone, and return its result, or raise its error, in all."""
    if processes() == 1:
        return make()
    box: list = [None, None]
    if rank() == 0:
        try:
            box[0] = make()
        except (OSError, ValueError) as error:
            box[1] = error
    dist.broadcast_object_list(box)
    if box[1] is not None:
        raise box[1]
    return box[0]


def mean_of_all(value: float, device: torch.device) -> float:
    """Average a number over the processes."""
    return value if processes() == 1 else sum_of_all(torch.tensor(value, device=device)).item() / processes()


def sum_of_all(tensor: Tensor) -> Tensor:
    """Add up a tensor over the processes, in place."""
    if processes() > 1:
        dist.all_reduce(tensor)
    return tensor


class Sum(torch.autograd.Function):
    """Sum over the processes, through which gradients flow back."""

    @staticmethod
    def forward(_: object, tensor: Tensor) -> Tensor:
        """Add up what each process has."""
        return sum_of_all(tensor.clone())

    @staticmethod
    def backward(_: object, gradient: Tensor) -> Tensor:
        """Add up what each process's loss says about the sum."""
        return sum_of_all(gradient.clone())


class BatchNormOfAll(nn.BatchNorm2d):
    """Batch norm over the batches of all processes on the CPU, where PyTorch's `SyncBatchNorm` does not work.

    Args:
        norm: batch norm over one batch, whose parameters and statistics this takes over.
    """

    def __init__(self, norm: nn.BatchNorm2d) -> None:
        super().__init__(norm.num_features, norm.eps, norm.momentum)
        self.weight, self.bias = norm.weight, norm.bias
        self.running_mean, self.running_var = norm.running_mean, norm.running_var
        self.num_batches_tracked = norm.num_batches_tracked
        self.train(norm.training)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise (N, C, H, W) with the mean and the variance of all processes' values."""
        if not self.training:
            return super().forward(input)
        count = sum_of_all(torch.tensor(input.numel() / input.shape[1])).item()
        mean = Sum.apply(input.sum((0, 2, 3))) / count
        centred = input - mean[:, None, None]
        variance = Sum.apply(centred.square().sum((0, 2, 3))) / count
        assert self.running_mean is not None and self.running_var is not None
        assert self.num_batches_tracked is not None and self.momentum is not None
        with torch.no_grad():
            self.num_batches_tracked += 1
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * count / (count - 1), self.momentum)
        scale = self.weight * (variance + self.eps).rsqrt()
        return centred * scale[:, None, None] + self.bias[:, None, None]


def synchronise_batch_norm(model: nn.Module, device: torch.device) -> nn.Module:
    """Make every batch norm of a network take its statistics over all processes; its parameters stay."""
    if processes() == 1:
        return model
    if device.type == "cuda":
        return nn.SyncBatchNorm.convert_sync_batchnorm(model)
    norms = {norm: BatchNormOfAll(norm) for norm in model.modules() if type(norm) is nn.BatchNorm2d}
    for name, norm in list(model.named_modules(remove_duplicate=False)):
        if norm in norms:
            parent, _, child = name.rpartition(".")
            setattr(model.get_submodule(parent), child, norms[norm])
    return model


def exchange_gradients(model: nn.Module, device: torch.device) -> nn.Module:
    """Make a network average its gradients over the processes in each backward pass."""
    if processes() == 1:
        return model
    # The graph is the same in each step, and a parameter that is not in it (as a classifier that was kept) is fine.
    devices = [device] if device.type == "cuda" else None
    return DistributedDataParallel(model, devices, static_graph=True)


class LabelledShare:
    """Weighs a process's gradients by its share of the batch's labelled pixels.

    The loss of part 6 is a mean over a process's own labelled pixels; the plain mean of such means would give a pixel
    more weight where fewer are labelled. The gradients are weighed where they enter the network, at its outputs.
    """

    def __init__(self, model: nn.Module) -> None:
        self.weight = torch.ones(())
        if processes() > 1:
            model.register_forward_hook(self.weigh)

    def count(self, target: Tensor) -> None:
        """Take note of the target (N, H, W) of the batch that comes next."""
        if processes() > 1:
            labelled = (target != VOID).sum().double()
            self.weight = processes() * labelled / sum_of_all(labelled.clone()).clamp(min=1)

    def weigh(self, model: nn.Module, _: object, outputs: dict[str, Tensor]) -> None:
        """Put a hook on the outputs' gradients."""
        for logits in outputs.values():
            if logits.requires_grad:
                logits.register_hook(self.weight.mul)
