"""The precision in which a device is quick."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import torch
from torch import Tensor, nn

PRECISIONS = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def capability_of(device: torch.device) -> tuple[int, int] | None:
    """Return the compute capability of a GPU, such as (7, 5) of a T4; None for the CPU."""
    return torch.cuda.get_device_capability(device) if device.type == "cuda" else None


def choose_precision(asked: str, capability: tuple[int, int] | None) -> torch.dtype:
    """Choose what the network computes in.

    GPUs below compute capability 8 have no bf16: PyTorch says that they do, and emulates it, several times slower.
    For the CPU, `capability` is None.

    Raises:
        ValueError: if bf16 is asked of a GPU that only emulates it.
    """
    if capability is None or capability >= (8, 0):
        return PRECISIONS[("fp32" if capability is None else "bf16") if asked == "auto" else asked]
    if asked == "bf16":
        version = ".".join(map(str, capability))
        raise ValueError(f"--precision bf16: this GPU (compute capability {version}) only emulates it: choose fp16")
    return PRECISIONS["fp16" if asked == "auto" else asked]


def autocast_for(dtype: torch.dtype, device: torch.device) -> Callable[[], AbstractContextManager]:
    """Return what part 6 calls for each batch."""
    return nullcontext if dtype == torch.float32 else partial(torch.autocast, device.type, dtype)


def make_scaler(dtype: torch.dtype, device: torch.device, skip_nan: bool) -> torch.amp.GradScaler | None:
    """Make the scaler of the loss: fp16 needs it, since small gradients would vanish in it.

    A scaler also leaves out every step whose gradients are not finite, and is used for that too.
    """
    if dtype == torch.float16:
        return torch.amp.GradScaler(device.type)
    return torch.amp.GradScaler(device.type, init_scale=1.0) if skip_nan else None


class InPrecision(nn.Module):
    """A network that computes in another precision, and returns float32.

    Around the student's `evaluate` as a whole, autocast would also touch how pixels are counted.
    """

    def __init__(self, network: nn.Module, autocast: Callable[[], AbstractContextManager]) -> None:
        super().__init__()
        self.network, self.autocast = network, autocast

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Compute the logits."""
        with self.autocast():
            outputs = self.network(images)
        return {name: logits.float() for name, logits in outputs.items()}
