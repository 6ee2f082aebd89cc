"""Tensors that act as if they were on another device, to see whether a loop moves its batches."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from unittest import mock

import torch
from torch import Tensor

PLACES = str | torch.device | Tensor  # a tensor stands for where it is


class ElsewhereTensor(Tensor):
    """A tensor as if on another device: it notes where it is asked to move, and whether it is used without moving.

    Attributes:
        moves: for each move, whether it is a target, and the places named.
        used: for each time that it met a tensor that has moved, or the model's: whether it is a target.
    """

    moves: ClassVar[list[tuple[bool, list[str]]]] = []
    used: ClassVar[list[bool]] = []

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        values = [*args, *kwargs.values()]
        if func is Tensor.to:
            places = [str(getattr(value, "device", value)) for value in values[1:] if isinstance(value, PLACES)]
            cls.moves.append((args[0].dtype == torch.int64, places))
            return func(args[0].as_subclass(Tensor), *args[1:], **kwargs)
        if any(isinstance(value, Tensor) and not isinstance(value, cls) and value.ndim for value in values):
            cls.used += [value.dtype == torch.int64 for value in values if isinstance(value, cls)]
        return super().__torch_function__(func, types, args, kwargs)  # type: ignore[no-untyped-call]


@contextmanager
def moves_noted() -> Iterator[None]:
    """Note the moves of `ElsewhereTensor`s from here on; `torch.as_tensor` and `torch.asarray` move by `Tensor.to`."""

    def as_tensor(data: Tensor, **options: Any) -> Tensor:
        return data.to(**options)

    ElsewhereTensor.moves = []
    ElsewhereTensor.used = []
    with mock.patch.multiple(torch, as_tensor=as_tensor, asarray=as_tensor):
        yield


def moved_to(device: str) -> dict[str, str]:
    """Return what became of the images and the targets: "moved", "moved, but used unmoved", or "not moved"."""
    fates = {}
    for name, wanted in (("images", False), ("targets", True)):
        moved = any(device in places for is_target, places in ElsewhereTensor.moves if is_target == wanted)
        used = wanted in ElsewhereTensor.used
        fates[name] = ("moved, but used unmoved" if used else "moved") if moved else "not moved"
    return fates
