"""Part 4 with transforms of the module v2 for everything, also for the scale, and labels found by distance."""

from pathlib import Path

import torch
from torch import nn
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.io import decode_image
from torchvision.transforms import v2

from proj4_code.given.classes import CLASSES, TRAIN_NAMES, VOID

COLORS = torch.tensor([c.color for c in CLASSES])
GROUPS = torch.tensor([TRAIN_NAMES.index(c.group) if c.group else VOID for c in CLASSES])
MEAN = torch.tensor([0.485, 0.456, 0.406])
STD = torch.tensor([0.229, 0.224, 0.225])


def encode_labels(colors: torch.Tensor) -> torch.Tensor:
    """Turn (3, H, W) colours into (H, W) train ids."""
    pixels = colors.flatten(1).T.float()
    distance, nearest = torch.cdist(pixels, COLORS.float(), p=1).min(dim=1)
    if distance.max() > 0:
        r, g, b = pixels[distance.argmax()].int().tolist()
        raise ValueError(f"the colour ({r}, {g}, {b}) belongs to no class")
    return GROUPS[nearest].reshape(colors.shape[-2:])


class CamVid(Dataset):
    """Frames of one split."""

    def __init__(self, root: str | Path, split: str, transforms=None) -> None:
        root = Path(root)
        self.images, self.labels = [], []
        for line in (root / f"{split}.txt").read_text().splitlines():
            self.images.append(self._existing(root / "images", [f"{line}.jpg", f"{line}.png"]))
            self.labels.append(self._existing(root / "labels", [f"{line}_L.png"]))
        self.transforms = transforms or v2.Identity()

    def _existing(self, folder: Path, names: list[str]) -> Path:
        paths = list(filter(Path.exists, map(folder.joinpath, names)))
        if not paths:
            raise FileNotFoundError(f"{folder} lacks {' / '.join(names)}")
        return paths[0]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[tv_tensors.Image, tv_tensors.Mask]:
        image = tv_tensors.Image(decode_image(self.images[index].as_posix(), "RGB"))
        mask = tv_tensors.Mask(encode_labels(decode_image(self.labels[index].as_posix(), "RGB")))
        return self.transforms(image, mask)


class RandomScale(nn.Module):
    """Makes a v2.Resize of a random size for every frame."""

    def forward(self, image: torch.Tensor, mask: torch.Tensor):
        """Return both, resized."""
        factor = torch.distributions.Uniform(0.5, 2.0).sample()
        height, width = (torch.tensor(mask.shape) * factor).round().int().tolist()
        return v2.Resize((height, width))(image, mask)


class Normalise(nn.Module):
    """Subtracts the mean and divides by the standard deviation."""

    def forward(self, image: torch.Tensor, mask: torch.Tensor):
        """Return a plain float32 image, and the mask."""
        pixels = image.as_subclass(torch.Tensor).float().div(255)
        return (pixels - MEAN[:, None, None]) / STD[:, None, None], mask


class PadToStride(nn.Module):
    """Pads to the next sides of 8n+1."""

    def forward(self, image: torch.Tensor, mask: torch.Tensor):
        """Return both, padded."""
        height, width = v2.functional.get_size(image)
        padded = [next(side for side in range(length, length + 8) if side % 8 == 1) for length in (height, width)]
        pad = v2.Pad([0, 0, padded[1] - width, padded[0] - height], fill=fill_values())
        return pad(image, mask)


def fill_values() -> dict:
    """Return what lies outside of an image and of a mask."""
    return {tv_tensors.Image: (255 * MEAN).round().int().tolist(), "others": VOID}


def train_transforms(crop_size: tuple[int, int]):
    """Make the augmentation for training."""
    fill = fill_values()
    return v2.Compose(
        [
            v2.RandomHorizontalFlip(),
            RandomScale(),
            v2.RandomCrop(crop_size, pad_if_needed=True, fill=fill, padding_mode="constant"),
            v2.RandomRotation(10, fill=fill),
            Normalise(),
        ]
    )


def eval_transforms():
    """Make the transforms for evaluation."""
    return v2.Compose([PadToStride(), Normalise()])
