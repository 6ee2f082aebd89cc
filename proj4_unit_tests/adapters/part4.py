"""Adapters for CamVid."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset
from torchvision import tv_tensors

from proj4_unit_tests.adapters.imports import student_part


def encode_labels(colors: Tensor) -> dict:
    """Encode a label image; also return the input as it is afterwards."""
    train_ids = student_part("part4_camvid").encode_labels(colors)
    return {"train ids": train_ids, "input": colors}


def write_dataset(
    root: Path, images: dict[str, Tensor], labels: dict[str, Tensor], splits: dict[str, Sequence[str]]
) -> None:
    """Write images, labels and split files in CamVid's form; only train.txt has a newline at its end."""
    for folder, files in (("images", images), ("labels", labels)):
        (root / folder).mkdir()
        for name, pixels in files.items():
            Image.fromarray(pixels.permute(1, 2, 0).contiguous().numpy()).save(root / folder / name, quality=100)
    for split, names in splits.items():
        (root / f"{split}.txt").write_text("\n".join(names) + "\n" * (split == "train"))


def camvid(images: dict, labels: dict, splits: dict, split: str, as_string: bool = False) -> list:
    """Write a data set of files ((3, H, W) arrays), open a split of it, and return its items."""
    with tempfile.TemporaryDirectory() as folder:
        write_dataset(Path(folder), images, labels, splits)
        dataset = student_part("part4_camvid").CamVid(folder if as_string else Path(folder), split)
        items = [dataset[i] for i in range(len(dataset))]
    return [
        {"image": image, "mask": mask, "types": [type(image).__name__, type(mask).__name__]} for image, mask in items
    ]


def camvid_construction(images: dict, labels: dict, splits: dict, split: str) -> dict:
    """Write a data set and open a split of it without reading an item; return its length and what it is."""
    with tempfile.TemporaryDirectory() as folder:
        write_dataset(Path(folder), images, labels, splits)
        dataset = student_part("part4_camvid").CamVid(Path(folder), split)
        return {"length": len(dataset), "a torch.utils.data.Dataset": isinstance(dataset, Dataset)}


def camvid_transforms(images: dict, labels: dict, splits: dict, split: str) -> list:
    """Open a split with transforms that mirror what they get, and note what that is; read the first item twice."""
    given = []

    def mirror(*inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        given.append([type(inpt).__name__ for inpt in inputs])
        mirrored = tuple(inpt.flip(-1) for inpt in inputs)
        return mirrored if len(mirrored) > 1 else mirrored[0]

    with tempfile.TemporaryDirectory() as folder:
        write_dataset(Path(folder), images, labels, splits)
        dataset = student_part("part4_camvid").CamVid(Path(folder), split, transforms=mirror)
        image, mask = dataset[0]
        dataset[0]
    return [image, mask, given]


def _pair(image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    return tv_tensors.Image(image), tv_tensors.Mask(mask)


def augment(image: Tensor, mask: Tensor, crop_size: Sequence[int], times: int, seed: int) -> dict:
    """Apply `train_transforms` many times to one frame; also return a few numbers that tell the results from others."""
    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)
    transforms = student_part("part4_camvid").train_transforms(tuple(crop_size))
    pairs = [transforms(*_pair(image.clone(), mask.clone())) for _ in range(times)]
    images, masks = (torch.stack(column) for column in zip(*pairs, strict=True))
    numbers = torch.stack([images.double().min(), images.double().mean(), masks.double().mean() / 255])
    return {"images": images, "masks": masks, "least, mean and void": numbers}


def augment_masks(image: Tensor, mask: Tensor, crop_size: Sequence[int], times: int, seed: int) -> dict:
    """Do as `augment`, but keep the images, which are large."""
    answer = augment(image, mask, crop_size, times, seed)
    del answer["images"]
    return answer


def eval_transform(image: Tensor, mask: Tensor) -> list:
    """Apply `eval_transforms` to a frame."""
    return list(student_part("part4_camvid").eval_transforms()(*_pair(image, mask)))
