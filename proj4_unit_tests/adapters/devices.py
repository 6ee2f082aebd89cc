"""Tensors that act as if they were on another device, to see whether a loop moves its batches."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar
from unittest import mock

import torch
from torch import Tensor

from proj4_unit_tests.adapters.types import Options


class ElsewhereTensor(Tensor):
    """A tensor as if on another device: it notes where it is asked to move, and whether it is used without moving.

    Attributes:
        moves: for each move, whether it is a target, and the places named; another tensor names where it is.
        used: for each time that it met a tensor that has moved, or the model's: whether it is a target.
    """

    moves: ClassVar[list[tuple[bool, list[str]]]] = []
    used: ClassVar[list[bool]] = []

    @classmethod
    def __torch_function__(
        cls,
        function: Callable[..., Any],
        types: Sequence[type],
        arguments: Sequence[Any] = (),
        options: Options | None = None,
    ) -> Any:
        options = options or {}
        values = [*arguments, *options.values()]
        if function is Tensor.to:
            places = [
                str(getattr(value, "device", value))
                for value in values[1:]
                if isinstance(value, str | torch.device | Tensor)
            ]
            cls.moves.append((arguments[0].dtype == torch.int64, places))
            return function(arguments[0].as_subclass(Tensor), *arguments[1:], **options)
        if any(isinstance(value, Tensor) and not isinstance(value, cls) and value.ndim for value in values):
            cls.used += [value.dtype == torch.int64 for value in values if isinstance(value, cls)]
        return super().__torch_function__(function, types, arguments, options)  # type: ignore[no-untyped-call]


@contextmanager
def moves_noted() -> Iterator[None]:
    """Note the moves of `ElsewhereTensor`s: forget earlier ones, and have torch's other ways to move call `Tensor.to`."""

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
