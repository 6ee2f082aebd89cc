"""Pyramid pooling with the maximum in place of the average, whatever the student's module looks like."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode


class MaximumPooling(TorchFunctionMode):
    """Within this context all adaptive average pooling takes the maximum; `count` says how often it did."""

    count = 0

    def __torch_function__(self, func: Callable, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call a function of torch's, or what stands in its place."""
        if func in (F.adaptive_avg_pool2d, torch._C._nn.adaptive_avg_pool2d):
            self.count += 1
            func = F.adaptive_max_pool2d
        return func(*args, **(kwargs or {}))


@contextmanager
def maximum_pooling() -> Iterator[None]:
    """Let the student's PPM take the maximum of each cell.

    Raises:
        ValueError: if it does not use adaptive average pooling, so that there is nothing to replace.
    """
    with MaximumPooling() as mode:
        yield
    if not mode.count:
        raise ValueError(
            "your PPM does not average with torch's adaptive_avg_pool2d, so that the maximum cannot take its place: "
            "the experiment context needs a part 1 that does"
        )
