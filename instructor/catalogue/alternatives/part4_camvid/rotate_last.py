"""Part 4 with the rotation after a crop that is large enough for it, and labels from a dictionary of packed colours."""

import math
import random
from pathlib import Path

import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.transforms import v2

from proj4_code.given.classes import CLASSES, TRAIN_NAMES, VOID

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
FILL = {tv_tensors.Image: [124.0, 116.0, 104.0], tv_tensors.Mask: VOID}
WEIGHTS = torch.tensor([65536, 256, 1])


def encode_labels(colors):
    """Turn (3, H, W) colours into (H, W) train ids."""
    ids = {}
    for entry in CLASSES:
        red, green, blue = entry.color
        ids[65536 * red + 256 * green + blue] = TRAIN_NAMES.index(entry.group) if entry.group is not None else VOID
    packed = torch.tensordot(WEIGHTS, colors.to(torch.int64), dims=1)
    train_ids = torch.empty_like(packed)
    for number in packed.unique().tolist():
        if number not in ids:
            rgb = number // 65536, number // 256 % 256, number % 256
            raise ValueError(f"the label image holds {rgb}, which is no colour of CamVid")
        train_ids[packed == number] = ids[number]
    return train_ids


class CamVid(Dataset):
    """Frames of one split."""

    def __init__(self, root, split, transforms=None):
        self.root, self.transforms = Path(root), transforms
        self.frames = self.root.joinpath(f"{split}.txt").read_text().split()
        for name in self.frames:
            self.image_path(name)
            if not self.label_path(name).is_file():
                raise FileNotFoundError(str(self.label_path(name)))

    def image_path(self, name):
        """Return the path of an image."""
        for path in sorted((self.root / "images").glob(f"{name}.*")):
            if path.suffix.lower() in {".png", ".jpg"}:
                return path
        raise FileNotFoundError(str(self.root / "images" / f"{name}.png"))

    def label_path(self, name):
        """Return the path of a label image."""
        return self.root / "labels" / f"{name}_L.png"

    def __len__(self):
        return len(self.frames)

    def __getitem__(self, index):
        name = self.frames[index]
        with Image.open(self.image_path(name)) as image, Image.open(self.label_path(name)) as label:
            pixels = v2.PILToTensor()(image.convert("RGB"))
            mask = encode_labels(v2.PILToTensor()(label.convert("RGB")))
        pair = tv_tensors.Image(pixels), tv_tensors.Mask(mask)
        return pair if not self.transforms else self.transforms(*pair)


def rescale(image, mask):
    """Resize both by a newly drawn factor."""
    factor = random.uniform(0.5, 2.0)
    size = [math.ceil(side * factor) for side in image.shape[-2:]]
    return v2.functional.resize(image, size), v2.functional.resize(mask, size)


def train_transforms(crop_size):
    """Make the augmentation for training: a crop that is large enough to be rotated within, and its middle."""
    height, width = crop_size
    slant = math.sin(math.radians(10))
    larger = math.ceil(height + width * slant), math.ceil(width + height * slant)
    return v2.Compose(
        [
            v2.RandomApply([v2.RandomHorizontalFlip(p=1.0)], p=0.5),
            rescale,
            v2.RandomCrop(larger, pad_if_needed=True, fill=FILL),
            v2.RandomRotation([-10.0, 10.0], v2.InterpolationMode.BILINEAR, fill=FILL),
            v2.CenterCrop((height, width)),
            v2.ToDtype({tv_tensors.Image: torch.float32, "others": None}, scale=True),
            v2.Normalize(MEAN, STD),
        ]
    )


def eval_transforms():
    """Make the transforms for evaluation."""
    to_float = v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)])

    def transform(image, mask):
        image, mask = to_float(image, mask)
        height, width = mask.shape
        bottom, right = math.ceil((height - 1) / 8) * 8 + 1 - height, math.ceil((width - 1) / 8) * 8 + 1 - width
        pad = v2.Pad([0, 0, right, bottom], fill={tv_tensors.Image: 0, tv_tensors.Mask: VOID})
        return pad(image, mask)

    return transform
