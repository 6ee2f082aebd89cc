"""Part 4 with the crop first, rotation and scale in one affine transform, and labels compared colour by colour."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import Dataset
from torchvision.io import read_image
from torchvision.transforms import v2
from torchvision.tv_tensors import Image, Mask

from proj4_code.given import classes

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
FILL = {Image: tuple(255 * mean for mean in MEAN), Mask: classes.VOID}


def encode_labels(colors: Tensor) -> Tensor:
    """Turn (3, H, W) colours into (H, W) train ids."""
    known = torch.zeros(colors.shape[1:], dtype=torch.bool)
    train_ids = torch.full(colors.shape[1:], classes.VOID, dtype=torch.long)
    for _, color, group in classes.CLASSES:
        here = (colors == torch.tensor(color, dtype=torch.uint8).view(3, 1, 1)).all(dim=0)
        known |= here
        if group is not None:
            train_ids.masked_fill_(here, classes.TRAIN_NAMES.index(group))
    if not known.all():
        strange = torch.unique(colors[:, ~known], dim=1).T.tolist()
        raise ValueError(f"unknown colours: {', '.join(map(str, strange[:10]))}")
    return train_ids


class CamVid(Dataset):
    """Frames of one split."""

    def __init__(self, root: str | Path, split: str, transforms: Callable | None = None) -> None:
        self.transforms = transforms
        self.items = []
        for name in Path(root, f"{split}.txt").read_text().split("\n"):
            if name:
                self.items.append((self.locate(root, name), Path(root, "labels", name + "_L.png")))
        missing = [str(path) for item in self.items for path in item if not path.is_file()]
        if missing:
            raise FileNotFoundError(f"missing: {', '.join(missing)}")

    @staticmethod
    def locate(root: str | Path, name: str) -> Path:
        """Return the path of an image: that of the JPEG if there is no PNG."""
        png, jpg = (Path(root, "images", f"{name}.{suffix}") for suffix in ("png", "jpg"))
        return jpg if jpg.is_file() and not png.is_file() else png

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> tuple[Image, Mask]:
        image, label = (read_image(str(path))[:3] for path in self.items[index])
        item = Image(image), Mask(encode_labels(label))
        return item if self.transforms is None else self.transforms(*item)


def train_transforms(crop_size: tuple[int, int]) -> Callable:
    """Make the augmentation for training."""
    return v2.Compose(
        [
            v2.RandomCrop(crop_size, pad_if_needed=True, fill=FILL),
            v2.RandomAffine(10, scale=(0.5, 2.0), interpolation=v2.InterpolationMode.BILINEAR, fill=FILL),
            v2.RandomHorizontalFlip(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(MEAN, STD),
        ]
    )


class Evaluation:
    """Normalises a frame and lays it at the top left of a canvas whose sides are 8n+1."""

    def __call__(self, image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return image and mask of the canvas's size."""
        height, width = mask.shape
        rows, columns = (8 * -(-(side - 1) // 8) + 1 for side in (height, width))
        canvas = torch.zeros(3, rows, columns)
        ids = torch.full((rows, columns), classes.VOID)
        canvas[:, :height, :width] = v2.functional.normalize(image / 255, MEAN, STD)
        ids[:height, :width] = mask
        return Image(canvas), Mask(ids)


def eval_transforms() -> Callable:
    """Make the transforms for evaluation."""
    return Evaluation()
