"""Weights for networks whose attribute names are unknown: parameters of one shape get the same values."""

import math
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from unittest import mock

import numpy as np
import torch
from torch import Tensor, nn

POOL = 10007  # numbers drawn for a large weight, and repeated; a prime, so that no two filters are alike


def set_weights(module: nn.Module, seed: int) -> None:
    """Give every parameter, and the statistics of every batch norm, values that depend on its shape and the seed.

    Args:
        module: changed in place.
        seed: seed of the values.
    """
    values = cache(_values)  # a network has many parameters of one shape
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(values(parameter.shape, seed))
        for name, buffer in module.named_buffers():
            if name.endswith("running_mean") or _is_constant(buffer, 0):
                buffer.copy_(values(buffer.shape, seed + 1) - 1)
            elif name.endswith("running_var") or _is_constant(buffer, 1):
                buffer.copy_(values(buffer.shape, seed + 2))


def _is_constant(buffer: Tensor, value: float) -> bool:
    """Return whether a buffer looks like statistics before training: a student's batch norm may give them any name."""
    is_vector = sum(side > 1 for side in buffer.shape) <= 1
    return is_vector and buffer.is_floating_point() and bool((buffer == value).all())


def _values(shape: torch.Size, seed: int) -> Tensor:
    """Draw vectors around 1, and anything larger so that it keeps the scale of what passes through."""
    sides = [side for side in shape if side > 1]  # a 1×1 convolution gets the weights of a linear layer
    generator = np.random.default_rng([seed, *sides])
    if len(sides) <= 1:
        return torch.from_numpy(generator.uniform(0.75, 1.25, tuple(shape)).astype(np.float32))
    pool = generator.standard_normal(min(POOL, math.prod(shape)), np.float32)
    return torch.from_numpy(np.resize(pool / math.sqrt(math.prod(sides[1:])), tuple(shape)))


def count_values(parameters: Iterable[Tensor]) -> int:
    """Return how many numbers parameters hold."""
    return sum(parameter.numel() for parameter in parameters)


def has_gradient(parameter: Tensor) -> bool:
    """Return whether a backward pass reached a parameter, with anything but zeros."""
    return parameter.grad is not None and bool(parameter.grad.abs().sum() > 0)


@contextmanager
def quick_construction() -> Iterator[None]:
    """Start modules from zeros, which is quick, since their weights are set afterwards; and refuse downloads."""
    zeros = mock.patch.multiple(nn.init, kaiming_uniform_=_zero, kaiming_normal_=_zero, uniform_=_zero, normal_=_zero)
    with zeros, no_downloads():
        yield


def _zero(tensor: Tensor, *_: object, **__: object) -> Tensor:
    if tensor.is_meta:
        return tensor
    zeros = np.zeros(tensor.shape, np.float32)  # memory that is never read costs nothing
    tensor.data = torch.from_numpy(zeros).to(tensor.dtype)
    return tensor


def no_downloads() -> AbstractContextManager[object]:
    """Make torch.hub, which torchvision uses too, refuse to download weights or to read them from its cache."""

    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("this must not download weights: those to use are the argument `weights`")

    return mock.patch.multiple(torch.hub, get_dir=refuse, load_state_dict_from_url=refuse, download_url_to_file=refuse)
