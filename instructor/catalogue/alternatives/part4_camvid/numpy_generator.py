"""Part 4 with NumPy's generator for every draw, one index of source pixels for the mask, and one function per step."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.transforms.v2 import functional as TF

from proj4_code.given.classes import CLASSES, TRAIN_NAMES, VOID

MEAN = np.float32([0.485, 0.456, 0.406])
STD = np.float32([0.229, 0.224, 0.225])
RNG = np.random.default_rng()
IDS = {entry.color: (VOID if entry.group is None else TRAIN_NAMES.index(entry.group)) for entry in CLASSES}


def encode_labels(colors):
    """Turn (3, H, W) colours into (H, W) train ids."""
    flat = colors.permute(1, 2, 0).reshape(-1, 3)
    palette, inverse = torch.unique(flat, dim=0, return_inverse=True)
    ids = []
    for color in palette.tolist():
        if tuple(color) not in IDS:
            raise ValueError(f"not a CamVid colour: {tuple(color)}")
        ids.append(IDS[tuple(color)])
    return torch.tensor(ids, dtype=torch.long)[inverse].reshape(colors.shape[1:])


class CamVid(Dataset):
    """Frames of one split."""

    def __init__(self, root, split, transforms=None):
        self.transforms = transforms
        self.root = Path(root)
        names = [line.strip() for line in (self.root / (split + ".txt")).open() if line.strip()]
        self.image_paths = [self.find_image(name) for name in names]
        self.label_paths = [self.root / "labels" / (name + "_L.png") for name in names]
        for path in self.label_paths:
            if not path.exists():
                raise FileNotFoundError(f"no label: {path}")

    def find_image(self, name):
        """Return the path of an image."""
        for ending in (".png", ".jpg"):
            path = self.root / "images" / (name + ending)
            if path.exists():
                return path
        raise FileNotFoundError(f"no image: {self.root / 'images' / name}")

    def __len__(self):
        return len(self.image_paths)

    def __getitem__(self, index):
        image = np.array(Image.open(self.image_paths[index]).convert("RGB"))
        label = np.array(Image.open(self.label_paths[index]).convert("RGB"))
        image = tv_tensors.Image(torch.from_numpy(image).permute(2, 0, 1))
        mask = tv_tensors.Mask(encode_labels(torch.from_numpy(label).permute(2, 0, 1)))
        if self.transforms is not None:
            image, mask = self.transforms(image, mask)
        return image, mask


def flip(image, mask):
    """Mirror both, every second time."""
    if RNG.random() < 0.5:
        return image.flip(-1), mask.flip(-1)
    return image, mask


def scale(image, mask):
    """Resize both by a factor from 0.5 to 2."""
    factor = RNG.uniform(0.5, 2.0)
    height, width = (round(side * factor) for side in mask.shape)
    image = F.interpolate(image[None], size=(height, width), mode="bilinear", align_corners=False)[0]
    rows = ((np.arange(height) + 0.5) / height * mask.shape[0]).astype(int)
    columns = ((np.arange(width) + 0.5) / width * mask.shape[1]).astype(int)
    return image, mask[rows][:, columns]


def rotate(image, mask):
    """Rotate both by up to 10 degrees."""
    angle = RNG.uniform(-10, 10)
    image = TF.rotate_image(image, angle, TF.InterpolationMode.BILINEAR, fill=(MEAN * 255).tolist())
    return image, TF.rotate_mask(mask, angle, fill=VOID)


def crop(image, mask, size):
    """Cut a window, and fill what lies beyond the frame."""
    missing = [max(0, wanted - side) for wanted, side in zip(size, mask.shape, strict=True)]
    before = [int(RNG.integers(0, extra + 1)) for extra in missing]
    full = [max(wanted, side) for wanted, side in zip(size, mask.shape, strict=True)]
    canvas = torch.from_numpy(MEAN * 255)[:, None, None].repeat(1, *full)
    ids = torch.full(full, VOID, dtype=torch.long)
    inner = slice(before[0], before[0] + mask.shape[0]), slice(before[1], before[1] + mask.shape[1])
    canvas[(slice(None), *inner)] = image
    ids[inner] = mask
    top, left = (int(RNG.integers(0, side - wanted + 1)) for side, wanted in zip(full, size, strict=True))
    window = slice(top, top + size[0]), slice(left, left + size[1])
    return canvas[(slice(None), *window)], ids[window]


def normalise(image):
    """Turn values up to 255 into normalised ones."""
    return (image / 255 - torch.from_numpy(MEAN)[:, None, None]) / torch.from_numpy(STD)[:, None, None]


def train_transforms(crop_size):
    """Make the augmentation for training."""

    def augment(image, mask):
        image, mask = image.as_subclass(torch.Tensor).float(), mask.as_subclass(torch.Tensor)
        image, mask = flip(image, mask)
        image, mask = scale(image, mask)
        image, mask = rotate(image, mask)
        image, mask = crop(image, mask, crop_size)
        return tv_tensors.Image(normalise(image)), tv_tensors.Mask(mask)

    return augment


def eval_transforms():
    """Make the transforms for evaluation."""

    def prepare(image, mask):
        height, width = mask.shape
        bottom, right = -(height - 1) % 8, -(width - 1) % 8
        image = F.pad(normalise(image.as_subclass(torch.Tensor).float()), (0, right, 0, bottom))
        mask = F.pad(mask.as_subclass(torch.Tensor), (0, right, 0, bottom), value=VOID)
        return tv_tensors.Image(image), tv_tensors.Mask(mask)

    return prepare
