"""Frames for the network: the student's CamVid of part 4, shrunk, and kept in memory."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.transforms import v2
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

from proj4_code.given.basics.progress import bar_over
from proj4_code.given.classes import MEAN_COLOR, VOID
from proj4_code.given.data.batches import make_loader

OUTSIDE_FRAME = {tv_tensors.Image: MEAN_COLOR, tv_tensors.Mask: VOID}


def shrunk_size(height: int, width: int, short_side: int) -> tuple[int, int]:
    """Compute the size of a frame whose short side becomes `short_side` pixels, if it is longer than that."""
    factor = min(1.0, short_side / min(height, width))
    return round(height * factor), round(width * factor)


def shrink(image: Tensor, short_side: int) -> Tensor:
    """Shrink an image (3, H, W) to a short side in pixels; one that is small enough stays as it is."""
    height, width = image.shape[-2:]
    size = shrunk_size(height, width, short_side)
    return image if size == (height, width) else F.resize(image, list(size), antialias=True)


def shrink_both(image: Tensor, mask: Tensor, short_side: int, transforms: Callable | None = None) -> tuple:
    """Shrink an image (3, H, W) and its mask (H, W), then apply a part's transforms to both.

    A label becomes that of the pixel whose centre is nearest, so that labels stay where the image's contents are;
    torchvision's plain "nearest" shifts them by up to half a pixel of the small image.
    """
    image = shrink(image, short_side)
    if image.shape[-2:] != mask.shape:
        plain = mask.as_subclass(Tensor)[None]  # of a Mask, torchvision would choose its own nearest
        mask = tv_tensors.Mask(F.resize(plain, list(image.shape[-2:]), InterpolationMode.NEAREST_EXACT)[0])
    return (image, mask) if transforms is None else transforms(image, mask)


def make_dataset(root: Path, split: str, short_side: int, transforms: Callable | None = None) -> Dataset:
    """Make part 4's CamVid, whose frames are shrunk before they are transformed."""
    from proj4_code.part4_camvid import CamVid

    return CamVid(root, split, partial(shrink_both, short_side=short_side, transforms=transforms))


class FramesInMemory(Dataset):
    """Frames of a data set that are read once, by so many workers; transforms are applied when a frame is taken."""

    def __init__(self, dataset: Dataset, transforms: Callable, workers: int = 0) -> None:
        self._transforms = transforms
        pairs = bar_over(make_loader(dataset, None, workers, torch.device("cpu")), "reading frames")
        # Copies, because what comes from a worker lies in shared memory, which is scarce.
        self._frames = [(image.clone(), mask.to(torch.uint8)) for image, mask in pairs]

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        image, mask = self._frames[index]
        return self._transforms(tv_tensors.Image(image.clone()), tv_tensors.Mask(mask.to(torch.int64)))


def plain_transforms(crop_size: tuple[int, int]) -> Callable:
    """Make transforms that crop and flip only, and normalise as part 4 does for evaluation."""
    from proj4_code.part4_camvid import eval_transforms

    crop = v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE_FRAME)
    return v2.Compose([v2.RandomHorizontalFlip(), crop, eval_transforms()])


def evaluation_batch(sizes: Sequence[tuple[int, int]], short_side: int) -> int:
    """Choose how many frames are evaluated at once: several only if all have one size (height, width)."""
    return 8 if len({shrunk_size(*size, short_side) for size in sizes}) == 1 else 1


def sample_frames(dataset: Dataset, count: int) -> list[tuple[Tensor, Tensor]]:
    """Take `count` frames, or all if there are fewer, spread evenly over the data set."""
    frames = len(dataset)  # type: ignore[arg-type]  # as in `SeededFrames`
    indices = np.linspace(0, frames - 1, min(count, frames)).round().astype(int)
    return [dataset[int(index)] for index in indices]
