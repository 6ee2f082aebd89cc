"""Random choices and random textures."""

from collections.abc import Callable, Sequence
from functools import cache, reduce
from typing import TypeVar

import numpy as np
from numpy.random import Generator
from PIL import Image

T = TypeVar("T")
TILE = 512
"""Side of a repeating texture, in texels."""


def pick(rng: Generator, choices: Sequence[T]) -> T:
    """Return one of the choices, all equally likely."""
    return choices[int(rng.integers(len(choices)))]


def chance(rng: Generator, probability: float) -> bool:
    """Return True as often as `probability` says."""
    return bool(rng.random() < probability)


def fork(rng: Generator) -> Generator:
    """Return another generator, for what is drawn later: its order must not change what the rest of the scene is."""
    return np.random.default_rng(int(rng.integers(1 << 30)))


def clouds(rng: Generator, height: int, width: int, cells: int, octaves: int) -> np.ndarray:
    """Return fractal noise: (height, width) float32 in 0-1, its largest blobs a `cells`th of the width."""

    def layer(cells: int) -> np.ndarray:
        grid = rng.integers(0, 256, (max(2, cells * height // width), max(2, cells)), dtype=np.uint8)
        return np.asarray(Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC))

    return _octaves(layer, cells, octaves)


@cache
def tile(cells: int, octaves: int, seed: int = 0) -> np.ndarray:
    """Return fractal noise (TILE, TILE) float32 in 0-1 that repeats without a seam; the same in every scene."""
    rng = np.random.default_rng([seed, cells, octaves])

    def layer(cells: int) -> np.ndarray:
        grid = np.pad(rng.integers(0, 256, (cells, cells), dtype=np.uint8), 2, mode="wrap")
        step = TILE // cells
        whole = Image.fromarray(grid).resize((TILE + 4 * step, TILE + 4 * step), Image.Resampling.BICUBIC)
        return np.asarray(whole)[2 * step : -2 * step, 2 * step : -2 * step]

    texture = _octaves(layer, cells, octaves)
    texture.flags.writeable = False
    return texture


def _octaves(layer: Callable[[int], np.ndarray], cells: int, octaves: int) -> np.ndarray:
    """Sum layers of noise (0-255), each with twice the cells of the one before and half as strong."""
    layers = [layer(cells << octave) * np.float32(0.5**octave) for octave in range(octaves)]
    return reduce(np.add, layers) / np.float32(255 * (2 - 2 * 0.5**octaves))


def sample(texture: np.ndarray, x: np.ndarray, z: np.ndarray, texels_per_meter: float) -> np.ndarray:
    """Return values of a `tile` at world coordinates (metres, broadcast against each other)."""
    columns = (x * np.float32(texels_per_meter)).astype(np.int32) & (TILE - 1)
    rows = (z * np.float32(texels_per_meter)).astype(np.int32) & (TILE - 1)
    return texture.take(rows * TILE + columns)
