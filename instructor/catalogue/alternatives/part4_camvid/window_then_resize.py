"""Part 4 with scaling by the size of the window that is cropped and resized, and Python's random numbers."""

import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torchvision import tv_tensors
from torchvision.datasets import VisionDataset
from torchvision.transforms import InterpolationMode, v2

from proj4_code.given.classes import CLASSES, TRAIN_NAMES, VOID

MEAN_COLOR = [123.675, 116.28, 103.53]
normalize = v2.Compose(
    [v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])]
)


def encode_labels(colors):
    """Turn (3, H, W) colours into (H, W) train ids."""
    red, green, blue = colors.numpy().astype(np.int64)
    codes = red << 16 | green << 8 | blue
    known = np.array([c.color[0] << 16 | c.color[1] << 8 | c.color[2] for c in CLASSES])
    train_ids = np.array([VOID if c.group is None else TRAIN_NAMES.index(c.group) for c in CLASSES])
    order = np.argsort(known)
    places = np.searchsorted(known[order], codes).clip(max=len(known) - 1)
    wrong = known[order][places] != codes
    if wrong.any():
        code = int(codes[wrong][0])
        raise ValueError(f"colour ({code >> 16}, {code >> 8 & 255}, {code & 255}) is not in CamVid's table")
    return torch.as_tensor(train_ids[order][places])


class CamVid(VisionDataset):
    """Frames of one split."""

    def __init__(self, root, split, transforms=None):
        super().__init__(root, transforms=transforms)
        folder = Path(root)
        self.names = np.loadtxt(folder / f"{split}.txt", dtype=str, ndmin=1).tolist()
        self.image_paths, self.label_paths = [], []
        for name in self.names:
            image, label = folder / "images" / f"{name}.png", folder / "labels" / f"{name}_L.png"
            if not image.exists():
                image = image.with_suffix(".jpg")
            for path in (image, label):
                path.stat()  # raises FileNotFoundError
            self.image_paths.append(image)
            self.label_paths.append(label)

    def __len__(self):
        return len(self.names)

    def __getitem__(self, index):
        image = v2.functional.to_image(Image.open(self.image_paths[index]).convert("RGB"))
        label = v2.functional.pil_to_tensor(Image.open(self.label_paths[index]).convert("RGB"))
        mask = tv_tensors.Mask(encode_labels(label))
        return self.transforms(image, mask) if self.transforms else (image, mask)


class Augmentation:
    """Cuts a window of crop size / factor, resizes it to the crop size, then flips and rotates."""

    def __init__(self, crop_size):
        self.crop_size = list(crop_size)

    def __call__(self, image, mask):
        """Return one random crop of both."""
        factor = random.uniform(0.5, 2.0)
        angle = random.uniform(-10.0, 10.0)
        flip = random.random() < 0.5
        window = [max(1, round(side / factor)) for side in self.crop_size]
        missing = [max(0, wanted - side) for wanted, side in zip(window, mask.shape, strict=True)]
        before = [random.randint(0, extra) for extra in missing]
        top, left = (random.randint(0, max(0, side - wanted)) for wanted, side in zip(window, mask.shape, strict=True))

        def change(inpt, fill):
            margins = [before[1], before[0], missing[1] - before[1], missing[0] - before[0]]
            inpt = v2.functional.pad(inpt, margins, fill=fill)
            inpt = v2.functional.resized_crop(inpt, top, left, *window, self.crop_size)
            if flip:
                inpt = v2.functional.hflip(inpt)
            mode = InterpolationMode.NEAREST if isinstance(inpt, tv_tensors.Mask) else InterpolationMode.BILINEAR
            return v2.functional.rotate(inpt, angle, interpolation=mode, fill=fill)

        return normalize(change(image, MEAN_COLOR), change(mask, VOID))


def train_transforms(crop_size):
    """Make the augmentation for training."""
    return Augmentation(crop_size)


def pad_right_and_bottom(image, mask):
    """Pad both to the next 8n+1."""
    right, bottom = (8 - (mask.shape[axis] - 1) % 8 for axis in (1, 0))
    pads = [0, 0, right % 8, bottom % 8]
    return v2.functional.pad(image, pads, fill=MEAN_COLOR), v2.functional.pad(mask, pads, fill=VOID)


def eval_transforms():
    """Make the transforms for evaluation."""
    return v2.Compose([pad_right_and_bottom, normalize])
