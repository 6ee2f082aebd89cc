"""Adapters for CamVid."""

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset
from torchvision import tv_tensors

from proj4_unit_tests.adapters.imports import student_part
from proj4_unit_tests.adapters.types import Answer, Unchecked

Files: TypeAlias = dict[str, Tensor]
"""Pixels (3, H, W) uint8 by the name of their file."""
Splits: TypeAlias = dict[str, Sequence[str]]
"""Names of frames by split."""


def encode_labels(colors: Tensor) -> Answer:
    """Encode a label image; also return the input as it is afterwards."""
    train_ids = student_part("part4_camvid").encode_labels(colors)
    return {"train ids": train_ids, "input": colors}


@contextmanager
def dataset_folder(images: Files, labels: Files, splits: Splits) -> Iterator[Path]:
    """Write images, labels and split files in CamVid's form; only train.txt has a newline at its end."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, files in (("images", images), ("labels", labels)):
            (root / name).mkdir()
            for file, pixels in files.items():
                Image.fromarray(pixels.permute(1, 2, 0).contiguous().numpy()).save(root / name / file, quality=100)
        for split, frames in splits.items():
            (root / f"{split}.txt").write_text("\n".join(frames) + "\n" * (split == "train"))
        yield root


def camvid(images: Files, labels: Files, splits: Splits, split: str, as_string: bool = False) -> list[Answer]:
    """Write a data set, open a split of it, and return its items."""
    with dataset_folder(images, labels, splits) as root:
        dataset = student_part("part4_camvid").CamVid(str(root) if as_string else root, split)
        items = [dataset[i] for i in range(len(dataset))]
    return [
        {"image": image, "mask": mask, "types": [type(image).__name__, type(mask).__name__]} for image, mask in items
    ]


def camvid_construction(images: Files, labels: Files, splits: Splits, split: str) -> Answer:
    """Write a data set and open a split of it; return its length, whether it is a `Dataset`, what reading gives."""
    with dataset_folder(images, labels, splits) as root:
        dataset = student_part("part4_camvid").CamVid(root, split)
        answer = {"length": len(dataset), "a torch.utils.data.Dataset": isinstance(dataset, Dataset)}
        try:
            ending = f"{len([dataset[i] for i in range(len(dataset))])} items"
        except FileNotFoundError:
            ending = "FileNotFoundError"
        except Exception:  # which one, depends on what stands there instead of the file
            ending = "another error"
    return answer | {"reading it": ending}


def camvid_transforms(images: Files, labels: Files, splits: Splits, split: str) -> list[Unchecked]:
    """Open a split with transforms that mirror their inputs, and read its first item twice.

    Returns:
        The image and the mask of the first reading, and the types of the inputs of each call.
    """
    given = []

    def mirror(*inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        given.append([type(inpt).__name__ for inpt in inputs])
        mirrored = tuple(inpt.flip(-1) for inpt in inputs)
        return mirrored if len(mirrored) > 1 else mirrored[0]

    with dataset_folder(images, labels, splits) as root:
        dataset = student_part("part4_camvid").CamVid(root, split, transforms=mirror)
        image, mask = dataset[0]
        dataset[0]
    return [image, mask, given]


def _pair(image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    return tv_tensors.Image(image), tv_tensors.Mask(mask)


def augment(image: Tensor, mask: Tensor, crop_size: Sequence[int], times: int, seed: int) -> Answer:
    """Apply `train_transforms` to one frame many times."""
    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)
    transforms = student_part("part4_camvid").train_transforms(tuple(crop_size))
    pairs = [transforms(*_pair(image.clone(), mask.clone())) for _ in range(times)]
    return {name: _stack(column) for name, column in zip(("images", "masks"), zip(*pairs, strict=True), strict=True)}


def _stack(crops: Sequence[Tensor]) -> Tensor | str:
    shapes = list(dict.fromkeys(tuple(crop.shape) for crop in crops))
    return torch.stack(list(crops)) if len(shapes) == 1 else f"crops of different shapes, {shapes[0]} and {shapes[1]}"


def eval_transform(image: Tensor, mask: Tensor, times: int = 1) -> list[list[Unchecked]]:
    """Apply `eval_transforms` to a frame, some times."""
    transforms = student_part("part4_camvid").eval_transforms()
    return [list(transforms(*_pair(image.clone(), mask.clone()))) for _ in range(times)]
