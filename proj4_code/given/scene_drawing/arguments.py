"""What `scenes` accepts: sizes, seeds, numbers of frames."""

from collections.abc import Mapping, Sequence

import numpy as np

SPLITS = {"train": 367, "val": 101, "test": 233}
"""CamVid's frames in each split; synthetic data sets have the same proportions."""

_SMALLEST = 48
_LARGEST = 4320
_LONGEST = 3  # times the shorter side


def checked_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return height and width as plain ints, or raise a ValueError."""
    ok = isinstance(size, Sequence) and len(size) == 2 and all(_is_whole(n) for n in size)
    if not ok or min(size) < _SMALLEST or max(size) > _LARGEST or max(size) > _LONGEST * min(size):
        raise ValueError(
            f"size is {size!r}; expected height and width, whole numbers of pixels from {_SMALLEST} to {_LARGEST}, "
            f"neither more than {_LONGEST} times the other"
        )
    return int(size[0]), int(size[1])


def checked_seed(seed: int | Sequence[int]) -> list[int]:
    """Return the words of a seed as plain ints, or raise a ValueError."""
    words = list(seed) if isinstance(seed, Sequence) and not isinstance(seed, str) else [seed]
    if not words or not all(_is_whole(n) and n >= 0 for n in words):
        raise ValueError(f"seed is {seed!r}; expected whole numbers that are not negative")
    return [int(n) for n in words]


def checked_counts(frames: int | Mapping[str, int]) -> dict[str, int]:
    """Return the frames in each split, in the order of `SPLITS`, or raise a ValueError."""
    if isinstance(frames, Mapping):
        if set(frames) != set(SPLITS) or not all(_is_whole(n) and n >= 1 for n in frames.values()):
            raise ValueError(f"frames is {dict(frames)!r}; expected at least one frame for each of {', '.join(SPLITS)}")
        return {split: int(frames[split]) for split in SPLITS}
    if not _is_whole(frames) or frames < len(SPLITS):
        raise ValueError(f"frames is {frames!r}; expected a whole number of at least {len(SPLITS)}, one for each split")
    total = sum(SPLITS.values())
    val, test = (max(1, round(frames * SPLITS[split] / total)) for split in ("val", "test"))
    return {"train": int(frames) - val - test, "val": val, "test": test}


def _is_whole(number: object) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)
