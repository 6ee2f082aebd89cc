"""CamVid read by NumPy: colours are packed into one number, and each transform is a function of image and mask."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as TF

from proj4_code.given.classes import CLASSES, IMAGENET_MEAN, IMAGENET_STD, TRAIN_NAMES, VOID

FILL = [round(255 * m) for m in IMAGENET_MEAN]
PACK = np.array([65536, 256, 1], np.int64)
CODES = np.array([PACK @ np.array(c.color, np.int64) for c in CLASSES])
IDS = np.array([TRAIN_NAMES.index(c.group) if c.group else VOID for c in CLASSES])
ORDER = np.argsort(CODES)
CODES, IDS = CODES[ORDER], IDS[ORDER]


def encode_labels(colors):
    codes = np.tensordot(PACK, colors.numpy().astype(np.int64), 1)
    place = np.searchsorted(CODES, codes).clip(max=len(CODES) - 1)
    strange = codes[CODES[place] != codes]
    if strange.size:
        red, rest = divmod(int(strange[0]), 65536)
        raise ValueError(f"({red}, {rest // 256}, {rest % 256}) is not a colour of CamVid")
    return torch.from_numpy(IDS[place].astype(np.int64))


def find_file(folder, *names):
    found = [Path(folder) / name for name in names if (Path(folder) / name).is_file()]
    if not found:
        raise FileNotFoundError(f"{Path(folder) / names[0]} is missing (looked for {', '.join(names)})")
    return found[0]


def read_rgb(path):
    with Image.open(path) as image:
        return np.array(image.convert("RGB")).transpose(2, 0, 1)


class CamVid(Dataset):
    def __init__(self, root, split, transforms=None):
        root = Path(root)
        names = [line.strip() for line in find_file(root, f"{split}.txt").read_text().splitlines() if line.strip()]
        self.images = [find_file(root / "images", f"{name}.png", f"{name}.jpg") for name in names]
        self.labels = [find_file(root / "labels", f"{name}_L.png") for name in names]
        self.transforms = transforms

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = tv_tensors.Image(torch.from_numpy(read_rgb(self.images[index])))
        mask = tv_tensors.Mask(encode_labels(torch.from_numpy(read_rgb(self.labels[index]))))
        return (image, mask) if self.transforms is None else self.transforms(image, mask)


def both(image, mask, function, *arguments, of_mask=None, **options):
    """Apply a function of torchvision to image and mask, with other options for the mask."""
    return function(image, *arguments, **options), function(mask, *arguments, **(options | (of_mask or {})))


def pad(image, mask, left, top, right, bottom):
    return both(image, mask, TF.pad, [left, top, right, bottom], fill=FILL, of_mask={"fill": VOID})


def normalise(image, mask):
    image = TF.normalize(TF.to_dtype(image, torch.float32, scale=True), list(IMAGENET_MEAN), list(IMAGENET_STD))
    return image, mask


def scale(image, mask):
    factor = np.random.uniform(0.5, 2)
    size = [max(1, round(side * factor)) for side in image.shape[-2:]]
    return TF.resize(image, size, antialias=True), TF.resize(mask, size, interpolation=InterpolationMode.NEAREST)


def rotate(image, mask):
    angle = np.random.uniform(-10, 10)
    bilinear = TF.rotate(image, angle, interpolation=InterpolationMode.BILINEAR, fill=FILL)
    return bilinear, TF.rotate(mask, angle, interpolation=InterpolationMode.NEAREST, fill=VOID)


def flip(image, mask):
    return both(image, mask, TF.horizontal_flip) if np.random.random() < 0.5 else (image, mask)


def crop(image, mask, height, width):
    lack = np.maximum(0, np.array([height, width]) - image.shape[-2:]).tolist()
    image, mask = pad(image, mask, 0, 0, lack[1], lack[0])
    room = np.array(image.shape[-2:]) - [height, width]
    top, left = (int(np.random.randint(0, r + 1)) for r in room)
    return both(image, mask, TF.crop, top, left, height, width)


def train_transforms(crop_size):
    def transform(image, mask):
        for step in (scale, rotate, flip):
            image, mask = step(image, mask)
        return normalise(*crop(image, mask, *crop_size))

    return transform


def pad_to_stride(image, mask):
    lack = (1 - np.array(image.shape[-2:])) % 8
    return pad(image, mask, 0, 0, int(lack[1]), int(lack[0]))


def eval_transforms():
    return lambda image, mask: normalise(*pad_to_stride(image, mask))
