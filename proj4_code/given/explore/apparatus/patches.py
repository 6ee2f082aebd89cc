"""Patches of streets, to be classified by what their middle shows."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from proj4_code.given.classes import NUM_CLASSES
from proj4_code.given.explore.apparatus.streets import Frames


class Patches(NamedTuple):
    """Square patches.

    Attributes:
        images: (N, 3, side, side) uint8, RGB.
        classes: (N,) int64, the train id of the pixel in the middle.
    """

    images: Tensor
    classes: Tensor


def cut_patches(frames: Frames, each: int, side: int, seed: int) -> Patches:
    """Cut `each` patches of every class that the frames show, at random places; beyond the rim, frames are mirrored."""
    generator = torch.Generator().manual_seed(seed)
    half = side // 2
    padded = F.pad(frames.images.float(), (half, half, half, half), mode="reflect").to(torch.uint8)
    images, classes = [], []
    for train_id in range(NUM_CLASSES):
        places = (frames.masks == train_id).nonzero()
        if len(places) == 0:
            continue
        for frame, row, column in places[torch.randint(len(places), (each,), generator=generator)].tolist():
            images.append(padded[frame, :, row : row + side, column : column + side])
            classes.append(train_id)
    return Patches(torch.stack(images), torch.tensor(classes))
