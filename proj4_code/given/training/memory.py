"""When memory runs out: is it that, and which batch would have fitted?"""

import gc
import re
from collections.abc import Callable

import torch

WORDS = re.compile(r"out of memory|can't allocate memory|not enough memory|ALLOC_FAILED", re.IGNORECASE)


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error says that memory of the GPU or the machine ran out."""
    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and WORDS.search(str(error)) is not None


def batch_that_fits(step: Callable[[int], None], batch: int) -> int | None:
    """Halve a batch until a training step with it fits in memory.

    Args:
        step: trains on so many frames.
        batch: what did not fit.

    Returns:
        Frames in a batch, at least the 2 that batch norm needs; None if not even they fit.
    """
    while batch >= 4:
        batch //= 2
        gc.collect()  # what the last attempt left
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        try:
            step(batch)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        else:
            return batch
    return None
