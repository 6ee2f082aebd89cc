"""Frames for experiments, in memory: drawn streets, or those of a data folder. No part of the student's is needed."""

from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from proj4_code.given.classes import IMAGENET_MEAN, IMAGENET_STD, NUM_CLASSES, VOID, rows_of
from proj4_code.given.data.contents import FramePaths, check_data, find_frames
from proj4_code.given.data.frames import shrunk_size
from proj4_code.given.data.images import read_rgb
from proj4_code.given.data.splits import read_split, split_path
from proj4_code.given.explore.apparatus.study import Study
from proj4_code.given.scene_drawing.dataset import write_dataset


class Frames(NamedTuple):
    """Frames of one size.

    Attributes:
        images: (N, 3, H, W) uint8, RGB.
        masks: (N, H, W) uint8, train ids 0 to 10, and 255 for void.
    """

    images: Tensor
    masks: Tensor

    def __len__(self) -> int:
        return len(self.images)


def load_frames(study: Study, train: int, val: int, short_side: int) -> tuple[Frames, Frames]:
    """Load frames of the study's data, or draw streets into `streets` in its folder.

    Args:
        study: names the data.
        train: at most so many frames of the train split, spread evenly over it.
        val: of the val split.
        short_side: of the frames, in pixels; larger ones are shrunk to it.

    Returns:
        Frames to train on, and others to test on.

    Raises:
        FileNotFoundError, ValueError: if a file is missing or damaged, or the frames differ in size.
    """
    root = study.data
    if root is None:
        counts = {"train": train, "val": val, "test": 1}
        root = write_dataset(study.out / "streets", counts, (short_side, short_side * 4 // 3), drive=0)
    else:
        check_data(root, ("train", "val"))
    loaded = []
    for split, count in (("train", train), ("val", val)):
        paths = find_frames(root, split, read_split(split_path(root, split)))
        chosen = np.linspace(0, len(paths) - 1, min(count, len(paths))).round().astype(int)
        pairs = [_read(paths[index], short_side) for index in chosen]
        if len({image.shape for image, _ in pairs}) > 1:
            raise ValueError(f"{root}: the frames of {split} differ in size, and experiments need frames of one size")
        images, masks = zip(*pairs, strict=True)
        loaded.append(Frames(torch.stack(images), torch.stack(masks)))
    return loaded[0], loaded[1]


def normalised(images: Tensor) -> Tensor:
    """Turn RGB images (N, 3, H, W) uint8 into float32 with ImageNet's mean and standard deviation."""
    mean, std = (torch.tensor(values, device=images.device)[:, None, None] for values in (IMAGENET_MEAN, IMAGENET_STD))
    return (images / 255 - mean) / std


def _read(paths: FramePaths, short_side: int) -> tuple[Tensor, Tensor]:
    """Read a frame, shrunk: image (3, H, W) uint8 and train ids (H, W) uint8."""
    image = read_rgb(paths.image)
    with Image.open(paths.label) as file:
        label = file.convert("RGB")
    height, width = shrunk_size(image.height, image.width, short_side)
    pixels = np.array(image.resize((width, height), Image.Resampling.BILINEAR))
    rows = rows_of(np.array(label.resize((width, height), Image.Resampling.NEAREST)))
    ids = np.where(rows < NUM_CLASSES, rows, VOID).astype(np.uint8)
    return torch.from_numpy(pixels).permute(2, 0, 1).contiguous(), torch.from_numpy(ids)
