"""A folder of image and mask pairs, such as a student's own or KITTI road: two classes, 0 and 1, and 255 for void.

It holds `images/NAME.jpg` or `.png`, and `masks/NAME.png` or `labels/NAME.png`; or two such folders, `train` and `val`.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image

from proj4_code.given.classes import VOID
from proj4_code.given.data.frames import shrunk_size
from proj4_code.given.data.images import read_rgb
from proj4_code.given.explore.apparatus.streets import Frames

IMAGES, MASKS = ("images",), ("masks", "labels")
SUFFIXES = (".jpg", ".jpeg", ".png")
TEST_EVERY = 5
"""One pair in so many is for testing where there are no folders `train` and `val`."""


class Pair(NamedTuple):
    """An image and its mask."""

    image: Path
    mask: Path


def find_pairs(root: Path) -> tuple[list[Pair], list[Pair]]:
    """Find the pairs of a folder to train on, and others to test on, in the order of their names.

    Raises:
        FileNotFoundError: if a folder or a mask is missing.
        ValueError: if there are fewer than two images.
    """
    if (root / "train").is_dir() and (root / "val").is_dir():
        return _listed(root / "train"), _listed(root / "val")
    pairs = _listed(root)
    if len(pairs) < 2:
        raise ValueError(f"{root / IMAGES[0]} holds {len(pairs)} images: at least one to train on and one to test on")
    test = pairs[TEST_EVERY - 1 :: TEST_EVERY] or pairs[-1:]
    return [pair for pair in pairs if pair not in test], test


def read_pairs(pairs: list[Pair], short_side: int, count: int | None = None) -> Frames:
    """Read pairs, spread evenly over a list, all in the first one's shape, shrunk to a short side in pixels.

    Raises:
        ValueError: if a mask differs from its image in size, or has other values than 0, 1 and 255.
    """
    chosen = np.linspace(0, len(pairs) - 1, min(count or len(pairs), len(pairs))).round().astype(int)
    images, masks, size = [], [], None
    for index in chosen:
        image, mask = _read(pairs[index])
        height, width = size = size or shrunk_size(image.height, image.width, short_side)
        pixels = np.array(image.resize((width, height), Image.Resampling.BILINEAR))
        images.append(torch.from_numpy(pixels).permute(2, 0, 1).contiguous())
        masks.append(torch.from_numpy(np.array(mask.resize((width, height), Image.Resampling.NEAREST))))
    return Frames(torch.stack(images), torch.stack(masks))


def _listed(folder: Path) -> list[Pair]:
    """List the pairs of one folder."""
    images = _subfolder(folder, IMAGES)
    masks = _subfolder(folder, MASKS)
    pairs = []
    for image in sorted(path for path in images.iterdir() if path.suffix.lower() in SUFFIXES):
        mask = masks / f"{image.stem}.png"
        if not mask.is_file():
            raise FileNotFoundError(f"{mask} is missing, the mask of {image}: a pair has one name")
        pairs.append(Pair(image, mask))
    return pairs


def _subfolder(folder: Path, names: tuple[str, ...]) -> Path:
    """Return the first of some subfolders that is there."""
    for name in names:
        if (folder / name).is_dir():
            return folder / name
    raise FileNotFoundError(f"{folder} has no folder {' or '.join(names)}: expected images and masks in two folders")


def _read(pair: Pair) -> tuple[Image.Image, Image.Image]:
    """Read and check a pair."""
    image = read_rgb(pair.image)
    with Image.open(pair.mask) as file:
        if file.mode not in ("L", "P", "1"):
            raise ValueError(
                f"{pair.mask} has colours (Pillow's mode {file.mode}); expected one number a pixel: 0, 1, 255"
            )
        mask = Image.fromarray(np.array(file).astype(np.uint8))
    if mask.size != image.size:
        sizes = [f"{each.height}×{each.width}" for each in (mask, image)]
        raise ValueError(f"{pair.mask} is {sizes[0]} pixels, but its image {sizes[1]}: a mask has its image's size")
    values = np.unique(np.array(mask)).tolist()
    if not set(values) <= {0, 1, VOID}:
        found = ", ".join(map(str, values[:6])) + (", …" if len(values) > 6 else "")
        raise ValueError(f"{pair.mask} has the values {found}; expected 0 and 1, and {VOID} where nobody knows")
    if VOID in values and 1 not in values and values != [VOID]:
        raise ValueError(f"{pair.mask} has {VOID} but no 1: {VOID} is void; write 1 where the thing is")
    return image, mask
