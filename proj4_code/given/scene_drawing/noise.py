"""Random textures and random choices."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import numpy as np
from PIL import Image

T = TypeVar("T")
TILE = 512
"""Side of a repeating texture, in texels."""


def pick(rng: np.random.Generator, choices: Sequence[T]) -> T:
    """One of the choices, all equally likely."""
    return choices[int(rng.integers(len(choices)))]


def chance(rng: np.random.Generator, probability: float) -> bool:
    """True as often as `probability` says."""
    return bool(rng.random() < probability)


def clouds(rng: np.random.Generator, height: int, width: int, cells: int, octaves: int) -> np.ndarray:
    """Fractal noise: (height, width) float32 in 0-1.

    The coarsest layer has `cells` blobs along the width; each further octave has twice as many, half as strong.
    """
    total = np.zeros((height, width), np.float32)
    strength, sum_of_strengths = 1.0, 0.0
    for _ in range(octaves):
        rows, columns = max(2, cells * height // width), max(2, cells)
        grid = Image.fromarray(rng.integers(0, 256, (rows, columns), dtype=np.uint8))
        total += np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC)) * np.float32(strength)
        sum_of_strengths += strength
        strength, cells = strength / 2, cells * 2
    return total / np.float32(255 * sum_of_strengths)


@cache
def tile(cells: int, octaves: int, seed: int = 0) -> np.ndarray:
    """Fractal noise (TILE, TILE) float32 in 0-1 that repeats without a seam; the same in every scene, and read-only."""
    rng = np.random.default_rng([seed, cells, octaves])
    total = np.zeros((TILE, TILE), np.float32)
    strength, sum_of_strengths = 1.0, 0.0
    for _ in range(octaves):
        grid = np.pad(rng.integers(0, 256, (cells, cells), dtype=np.uint8), 2, mode="wrap")
        step = TILE // cells
        whole = Image.fromarray(grid).resize((TILE + 4 * step, TILE + 4 * step), Image.Resampling.BICUBIC)
        total += np.asarray(whole)[2 * step : -2 * step, 2 * step : -2 * step] * np.float32(strength)
        sum_of_strengths += strength
        strength, cells = strength / 2, cells * 2
    total /= np.float32(255 * sum_of_strengths)
    total.flags.writeable = False
    return total


def sample(texture: np.ndarray, x: np.ndarray, z: np.ndarray, texels_per_meter: float) -> np.ndarray:
    """Values of a `tile` at world coordinates (metres, broadcast against each other)."""
    columns = (x * np.float32(texels_per_meter)).astype(np.int32) & (TILE - 1)
    rows = (z * np.float32(texels_per_meter)).astype(np.int32) & (TILE - 1)
    return texture[rows, columns]
