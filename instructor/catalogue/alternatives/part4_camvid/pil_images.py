"""Part 4 with augmentation on PIL's images, random numbers of NumPy, and labels encoded pixel by unique pixel."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.transforms import InterpolationMode
from torchvision.transforms import v2 as transforms_v2
from torchvision.transforms.v2 import functional as TF

from proj4_code.given.classes import CLASSES, TRAIN_NAMES, VOID

MEAN = np.array([0.485, 0.456, 0.406])
STD = np.array([0.229, 0.224, 0.225])
MEAN_COLOR = tuple(int(v) for v in np.rint(MEAN * 255))


def encode_labels(colors):
    """Turn (3, H, W) colours into (H, W) train ids."""
    table = {}
    for name, color, group in CLASSES:
        del name
        table[color] = VOID
        if group in TRAIN_NAMES:
            table[color] = TRAIN_NAMES.index(group)
    rows = []
    for row in colors.permute(1, 2, 0).tolist():
        try:
            rows.append([table[tuple(pixel)] for pixel in row])
        except KeyError as error:
            raise ValueError(f"CamVid has no colour {error.args[0]}") from error
    return torch.tensor(rows, dtype=torch.int64)


class CamVid(Dataset):
    """Frames of one split."""

    def __init__(self, root, split, transforms=None):
        super().__init__()
        self.root, self.split, self.transforms = Path(root), split, transforms
        list_file = self.root / (split + ".txt")
        if not list_file.exists():
            raise FileNotFoundError(f"split file {list_file} does not exist")
        self.samples = []
        for name in list_file.read_text().split():
            candidates = [self.root / "images" / (name + suffix) for suffix in (".png", ".jpg")]
            image = next((path for path in candidates if path.exists()), None)
            label = self.root / "labels" / (name + "_L.png")
            if image is None:
                raise FileNotFoundError(f"neither {candidates[0]} nor {candidates[1]} exists")
            if not label.exists():
                raise FileNotFoundError(f"label {label} does not exist")
            self.samples.append({"image": image, "label": label})

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        sample = self.samples[index]
        image = tv_tensors.Image(np.array(Image.open(sample["image"]).convert("RGB")).transpose(2, 0, 1))
        label = np.array(Image.open(sample["label"]).convert("RGB"))
        mask = tv_tensors.Mask(encode_labels(torch.from_numpy(label).permute(2, 0, 1)))
        if self.transforms is not None:
            image, mask = self.transforms(image, mask)
        return image, mask


def to_normalised_tensors(image, mask):
    """Turn two PIL images into a float32 image and an int64 mask."""
    pixels = (np.asarray(image) / 255 - MEAN) / STD
    image = torch.from_numpy(pixels.astype(np.float32)).permute(2, 0, 1).contiguous()
    return tv_tensors.Image(image), tv_tensors.Mask(np.asarray(mask).astype(np.int64))


def to_pil(image, mask):
    """Turn an image and a mask into PIL images."""
    return TF.to_pil_image(image), Image.fromarray(mask.numpy().astype(np.uint8))


def train_transforms(crop_size):
    """Make the augmentation for training."""
    crop_height, crop_width = crop_size

    def transform(image, mask):
        image, mask = to_pil(image, mask)
        angle = np.random.uniform(-10, 10)
        image = TF.rotate(image, angle, InterpolationMode.BILINEAR, fill=list(MEAN_COLOR))
        mask = TF.rotate(mask, angle, InterpolationMode.NEAREST, fill=VOID)

        scale = np.random.uniform(0.5, 2)
        size = [round(image.height * scale), round(image.width * scale)]
        image = TF.resize(image, size, InterpolationMode.BILINEAR)
        mask = TF.resize(mask, size, InterpolationMode.NEAREST)

        top = np.random.randint(min(0, size[0] - crop_height), max(0, size[0] - crop_height) + 1)
        left = np.random.randint(min(0, size[1] - crop_width), max(0, size[1] - crop_width) + 1)
        canvas = Image.new("RGB", (crop_width, crop_height), MEAN_COLOR)
        canvas.paste(image, (-left, -top))
        mask_canvas = Image.new("L", (crop_width, crop_height), VOID)
        mask_canvas.paste(mask, (-left, -top))

        if np.random.rand() < 0.5:
            canvas, mask_canvas = TF.hflip(canvas), TF.hflip(mask_canvas)
        return to_normalised_tensors(canvas, mask_canvas)

    return transform


def eval_transforms():
    """Make the transforms for evaluation."""

    def transform(image, mask):
        image, mask = to_pil(image, mask)
        right, bottom = -(image.width - 1) % 8, -(image.height - 1) % 8
        image = transforms_v2.Pad((0, 0, right, bottom), fill=MEAN_COLOR)(image)
        mask = transforms_v2.Pad((0, 0, right, bottom), fill=VOID)(mask)
        return to_normalised_tensors(image, mask)

    return transform
