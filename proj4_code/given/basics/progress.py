"""Progress bars of the given programs, on stderr."""

import os
import sys
from collections.abc import Iterable

from tqdm import tqdm


def is_first_process() -> bool:
    """Return whether this process, which torchrun may have started with others, is the one that shows bars."""
    return int(os.environ.get("RANK", 0)) == 0


def bar_over(items: Iterable, title: str) -> tqdm:
    """Put a bar over something that takes more than two seconds; it vanishes at the end, and needs a terminal."""
    hidden = not is_first_process() or not sys.stderr.isatty()
    return tqdm(items, title, leave=False, delay=2, dynamic_ncols=True, disable=hidden)
