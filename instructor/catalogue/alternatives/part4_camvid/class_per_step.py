"""Part 4 with a class per step, normalisation right after the scale, and one affine transform at the end."""

import random
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch.utils.data import Dataset
from torchvision.io import ImageReadMode, decode_image
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as TF
from torchvision.tv_tensors import Image, Mask

from proj4_code.given.classes import CLASSES, IMAGENET_MEAN, IMAGENET_STD, TRAIN_NAMES, VOID


class Palette:
    """Looks up train ids by packed colour."""

    def __init__(self):
        self.table = torch.full((2**24,), -1, dtype=torch.int16)
        for entry in CLASSES:
            self.table[self.pack(torch.tensor(entry.color))] = self.train_id(entry)

    @staticmethod
    def train_id(entry):
        """Return the train id of a class."""
        return VOID if entry.group is None else TRAIN_NAMES.index(entry.group)

    @staticmethod
    def pack(colors):
        """Pack (3, ...) into one number."""
        red, green, blue = colors.long()
        return red * 65536 + green * 256 + blue

    def __call__(self, colors):
        """Return the train ids of (3, H, W) colours."""
        ids = self.table[self.pack(colors)].long()
        if (ids < 0).any():
            red, green, blue = colors.reshape(3, -1)[:, (ids < 0).flatten()][:, 0].tolist()
            raise ValueError(f"({red}, {green}, {blue}) is unknown")
        return ids


PALETTE = Palette()


def encode_labels(colors):
    """Turn (3, H, W) colours into (H, W) train ids."""
    return PALETTE(colors)


@dataclass
class Files:
    """Finds the files of a split."""

    root: Path
    split: str
    pairs: list = field(default_factory=list)

    def __post_init__(self):
        for name in (self.root / f"{self.split}.txt").read_text().split():
            label = self.root / "labels" / f"{name}_L.png"
            images = [
                path for path in (self.root / "images" / f"{name}.{kind}" for kind in ("jpg", "png")) if path.exists()
            ]
            if not images or not label.exists():
                raise FileNotFoundError(f"{name}: the image or {label.name} is missing")
            self.pairs.append((images[0], label))


class CamVid(Dataset):
    """Frames of one split."""

    def __init__(self, root, split, transforms=None):
        self.files = Files(Path(root), split)
        self.transforms = transforms

    def __len__(self):
        return len(self.files.pairs)

    def __getitem__(self, index):
        image, colors = (decode_image(str(path), ImageReadMode.RGB) for path in self.files.pairs[index])
        sample = (Image(image), Mask(encode_labels(colors)))
        return sample if self.transforms is None else self.transforms(*sample)


class Normalise:
    """To floats, normalised."""

    def __call__(self, image, mask):
        """Transform the image; leave the mask."""
        return TF.normalize(
            TF.to_dtype(image, torch.float32, scale=True), list(IMAGENET_MEAN), list(IMAGENET_STD)
        ), mask


class Scale:
    """By one factor for both."""

    def __call__(self, image, mask):
        """Resize both."""
        factor = random.uniform(0.5, 2)
        size = [round(factor * side) for side in mask.shape]
        return TF.resize(image, size), TF.resize(mask, size)


class Flip:
    """Left to right."""

    chance = 0.5

    def __call__(self, image, mask):
        """Flip both, or neither."""
        return (TF.hflip(image), TF.hflip(mask)) if random.random() < self.chance else (image, mask)


class Crop:
    """From a random place."""

    def __init__(self, size):
        self.size = size

    def __call__(self, image, mask):
        """Cut the same window from both."""
        height, width = self.size
        right, bottom = max(0, width - mask.shape[1]), max(0, height - mask.shape[0])
        image, mask = TF.pad(image, [0, 0, right, bottom], fill=0), TF.pad(mask, [0, 0, right, bottom], fill=VOID)
        top, left = random.randint(0, mask.shape[0] - height), random.randint(0, mask.shape[1] - width)
        return TF.crop(image, top, left, height, width), TF.crop(mask, top, left, height, width)


class Rotate:
    """By one angle for both, half of the time."""

    most = 10.0

    def __call__(self, image, mask):
        """Rotate both, or neither."""
        if random.random() < 0.5:
            return image, mask
        angle = random.uniform(-self.most, self.most)
        image = TF.affine(image, angle, [0, 0], 1.0, [0.0, 0.0], v2.InterpolationMode.BILINEAR, fill=0)
        return image, TF.affine(mask, angle, [0, 0], 1.0, [0.0, 0.0], fill=VOID)


class Pad:
    """At the right and bottom, to 8n+1."""

    def __call__(self, image, mask):
        """Pad both."""
        margin = [0, 0, -(mask.shape[1] - 1) % 8, -(mask.shape[0] - 1) % 8]
        return TF.pad(image, margin, fill=0), TF.pad(mask, margin, fill=VOID)


class Steps:
    """One step after the other."""

    def __init__(self, *steps):
        self.steps = steps

    def __call__(self, image, mask):
        """Apply all steps."""
        for step in self.steps:
            image, mask = step(image, mask)
        return image, mask


def train_transforms(crop_size):
    """Make the augmentation for training."""
    return Steps(Scale(), Normalise(), Rotate(), Crop(crop_size), Flip())


def eval_transforms():
    """Make the transforms for evaluation."""
    return Steps(Normalise(), Pad())
