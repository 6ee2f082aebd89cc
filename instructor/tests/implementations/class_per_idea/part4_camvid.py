"""CamVid with a class for the palette, one for a frame, and one for each transform."""

import random
from pathlib import Path

import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as TF

from proj4_code.given.classes import CLASSES, IMAGENET_MEAN, IMAGENET_STD, TRAIN_NAMES, VOID

OUTSIDE = {tv_tensors.Image: [round(255 * mean) for mean in IMAGENET_MEAN], tv_tensors.Mask: VOID}


class Palette:
    """Knows the train id of every colour."""

    def __init__(self):
        self.ids = {c.color: VOID if c.group is None else TRAIN_NAMES.index(c.group) for c in CLASSES}

    def encode(self, colors):
        result = torch.full(colors.shape[1:], -1, dtype=torch.int64)
        for color, train_id in self.ids.items():
            same = (colors == torch.tensor(color, dtype=torch.uint8).view(3, 1, 1)).all(dim=0)
            result[same] = train_id
        self.complain(colors, result)
        return result

    def complain(self, colors, result):
        strange = (result < 0).nonzero()
        if len(strange) > 0:
            row, column = strange[0].tolist()
            raise ValueError(f"no class has the colour {tuple(colors[:, row, column].tolist())}")


def encode_labels(colors):
    return Palette().encode(colors)


def find_file(folder, *names):
    for name in names:
        path = folder / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"none of these files exists in {folder}: {', '.join(names)}")


class Frame:
    """One image with its label, on disk."""

    def __init__(self, root, name):
        self.image = find_file(root / "images", name + ".png", name + ".jpg")
        self.label = find_file(root / "labels", name + "_L.png")

    def read(self):
        image = tv_tensors.Image(Image.open(self.image).convert("RGB"))
        colors = TF.pil_to_tensor(Image.open(self.label).convert("RGB"))
        return image, tv_tensors.Mask(encode_labels(colors))


class CamVid(Dataset):
    def __init__(self, root, split, transforms=None):
        root = Path(root)
        self.transforms = transforms
        self.frames = []
        for line in find_file(root, split + ".txt").read_text().splitlines():
            if line.strip():
                self.frames.append(Frame(root, line.strip()))

    def __len__(self):
        return len(self.frames)

    def __getitem__(self, index):
        image, mask = self.frames[index].read()
        if self.transforms is not None:
            image, mask = self.transforms(image, mask)
        return image, mask


class RandomScale(v2.Transform):
    def __init__(self, smallest, largest):
        super().__init__()
        self.smallest, self.largest = smallest, largest

    def forward(self, image, mask):
        factor = random.uniform(self.smallest, self.largest)
        height, width = image.shape[-2:]
        resize = v2.Resize((round(height * factor), round(width * factor)), antialias=True)
        return resize(image, mask)


class Normalise(v2.Transform):
    """Makes numbers of mean 0 and deviation 1 of bytes."""

    def __init__(self):
        super().__init__()
        self.steps = v2.Compose(
            [
                v2.ToDtype({tv_tensors.Image: torch.float32, "others": None}, scale=True),
                v2.Normalize(mean=list(IMAGENET_MEAN), std=list(IMAGENET_STD)),
            ]
        )

    def forward(self, image, mask):
        return self.steps(image, mask)


class PadToStride(v2.Transform):
    def forward(self, image, mask):
        return pad_to_stride(image, mask)


def pad_to_stride(image, mask):
    height, width = image.shape[-2:]
    below, right = -(height - 1) % 8, -(width - 1) % 8
    return v2.Pad([0, 0, right, below], fill=OUTSIDE)(image, mask)


class Augmentation:
    """All that happens to a frame in training."""

    def __init__(self, crop_size):
        bilinear = v2.InterpolationMode.BILINEAR
        self.steps = v2.Compose(
            [
                v2.RandomHorizontalFlip(p=0.5),
                RandomScale(0.5, 2.0),
                v2.RandomRotation(degrees=10, interpolation=bilinear, fill=OUTSIDE),
                v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE),
                Normalise(),
            ]
        )

    def __call__(self, image, mask):
        return self.steps(image, mask)


def train_transforms(crop_size):
    return Augmentation(crop_size)


def eval_transforms():
    return v2.Compose([PadToStride(), Normalise()])
