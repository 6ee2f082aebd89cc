"""Part 4 with a lookup table of all colours, torchvision's decoder, and augmentations as functions of both inputs."""

from functools import cache
from pathlib import Path

import torch
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.io import ImageReadMode, decode_image
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as TF

from proj4_code.given.classes import CLASSES, TRAIN_NAMES, VOID

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
FILL = [124, 116, 104]
UNKNOWN = -1


@cache
def color_table():
    """Make a (256, 256, 256) table from R, G, B to the train id."""
    table = torch.full((256, 256, 256), UNKNOWN, dtype=torch.int16)
    for camvid_class in CLASSES:
        train_id = TRAIN_NAMES.index(camvid_class.group) if camvid_class.group else VOID
        table[camvid_class.color] = train_id
    return table


def encode_labels(colors):
    """Turn (3, H, W) colours into (H, W) train ids."""
    r, g, b = colors.long().unbind(0)
    train_ids = color_table()[r, g, b].long()
    if (train_ids == UNKNOWN).any():
        y, x = (train_ids == UNKNOWN).nonzero()[0].tolist()
        raise ValueError(f"pixel ({y}, {x}) has the unknown colour {colors[:, y, x].tolist()}")
    return train_ids


class CamVid(Dataset):
    """Frames of one split."""

    def __init__(self, root, split, transforms=None):
        self.root = Path(root)
        self.transforms = transforms
        with (self.root / f"{split}.txt").open() as file:
            self.names = [line.strip() for line in file if line.strip()]
        self.images = [self._image_path(name) for name in self.names]
        self.labels = [self.root / "labels" / f"{name}_L.png" for name in self.names]
        for path in self.images + self.labels:
            if not path.exists():
                raise FileNotFoundError(f"no such file: {path}")

    def _image_path(self, name):
        jpeg = self.root / "images" / f"{name}.jpg"
        return jpeg if jpeg.exists() else jpeg.with_suffix(".png")

    def __len__(self):
        return len(self.names)

    def __getitem__(self, index):
        image = tv_tensors.Image(decode_image(str(self.images[index]), mode=ImageReadMode.RGB))
        colors = decode_image(str(self.labels[index]), mode=ImageReadMode.RGB)
        mask = tv_tensors.Mask(encode_labels(colors))
        if self.transforms:
            image, mask = self.transforms(image, mask)
        return image, mask


def normalise(image):
    """Turn uint8 into float32, normalised."""
    return TF.normalize(TF.to_dtype(image, torch.float32, scale=True), MEAN, STD)


def train_transforms(crop_size):
    """Make the augmentation for training."""
    crop_height, crop_width = crop_size

    def augment(image, mask):
        factor = 0.5 + 1.5 * torch.rand(()).item()
        size = [int(side * factor + 0.5) for side in mask.shape]
        image, mask = TF.resize(image, size, antialias=True), TF.resize(mask, size)

        if torch.rand(()) < 0.5:
            image, mask = TF.horizontal_flip(image), TF.horizontal_flip(mask)

        angle = float(torch.empty(1).uniform_(-10, 10))
        image = TF.rotate(image, angle, v2.InterpolationMode.BILINEAR, fill=FILL)
        mask = TF.rotate(mask, angle, fill=VOID)

        padding = [0, 0, max(crop_width - size[1], 0), max(crop_height - size[0], 0)]
        image, mask = TF.pad(image, padding, fill=FILL), TF.pad(mask, padding, fill=VOID)

        top = torch.randint(mask.shape[0] - crop_height + 1, ()).item()
        left = torch.randint(mask.shape[1] - crop_width + 1, ()).item()
        image = TF.crop(image, top, left, crop_height, crop_width)
        mask = TF.crop(mask, top, left, crop_height, crop_width)
        return normalise(image), mask

    return augment


def eval_transforms():
    """Make the transforms for evaluation."""

    def pad_and_normalise(image, mask):
        height, width = mask.shape
        padding = [0, 0, -(width - 1) % 8, -(height - 1) % 8]
        return normalise(TF.pad(image, padding, fill=FILL)), TF.pad(mask, padding, fill=VOID)

    return pad_and_normalise
