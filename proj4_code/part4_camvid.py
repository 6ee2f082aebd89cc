"""Part 4: CamVid as a PyTorch data set, and transforms of images together with their labels.

Brostow, Fauqueur and Cipolla, "Semantic object classes in video: a high-definition ground truth database", Pattern
Recognition Letters 2009. Augmentation: Zhao et al., CVPR 2017, section 5.1.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.transforms import v2

from proj4_code.given.classes import CLASSES, IMAGENET_MEAN, IMAGENET_STD, TRAIN_NAMES, VOID
from proj4_code.given.data.images import read_rgb
from proj4_code.given.data.splits import read_split

OUTSIDE = {tv_tensors.Image: [round(255 * mean) for mean in IMAGENET_MEAN], tv_tensors.Mask: VOID}
"""What lies outside the frame, as a `fill` for the transforms of torchvision.transforms.v2."""


def encode_labels(colors: Tensor) -> Tensor:
    """Turn a label image in the 32 official colours into train ids.

    The table is in `proj4_code.given.classes`: a class counts as its `group`, whose place in `TRAIN_NAMES` is the train
    id; a class without a group is void.

    Args:
        colors: (3, H, W) uint8, in the order R, G, B.

    Returns:
        (H, W) int64 of train ids 0 to 10, and 255 (`VOID`) for void.

    Raises:
        ValueError: if a pixel has a colour other than CamVid's 32; the message names it.
    """
    raise NotImplementedError("TODO: part 4, look up the train id of every pixel's colour")


def find_file(folder: Path, *names: str) -> Path:
    """Return the path of the first of `names` that is a file in `folder`.

    Raises:
        FileNotFoundError: if none of them is; the message says what is missing.
    """
    raise NotImplementedError("TODO: part 4, return the first path that is a file, or say which files were looked for")


class CamVid(Dataset):
    """The frames of one split, in the order of the split file.

    On disk: `images/NAME.png` or `images/NAME.jpg`, `labels/NAME_L.png` in the official colours, and `train.txt`,
    `val.txt`, `test.txt` with one NAME per line.

    Args:
        root: folder with these files.
        split: "train", "val" or "test".
        transforms: called as `transforms(image, mask)`, and returns both; None leaves them as they are.

    Raises:
        FileNotFoundError: when the data set is made, if the split file, an image or a label is missing; the message
            names it.
    """

    def __init__(self, root: str | Path, split: str, transforms: Callable | None = None) -> None:
        # `read_split` reads a split file, whatever editor it was saved with.
        raise NotImplementedError("TODO: part 4, read the split file, find each name's image and label")

    def __len__(self) -> int:
        """Count the frames of the split."""
        raise NotImplementedError("TODO: part 4, count the frames")

    def __getitem__(self, index: int) -> tuple[tv_tensors.Image, tv_tensors.Mask]:
        """Read a frame.

        Returns:
            The image, (3, H, W) uint8 RGB, and the mask, (H, W) int64 train ids, or what `transforms` makes of them.
        """
        # `read_rgb` reads an image (PIL) as predict reads it. tv_tensors.Image also accepts a PIL image. The two types
        # tell torchvision's transforms which is a picture and which is labels, so that they never blend two labels.
        raise NotImplementedError("TODO: part 4, read the image and the label, encode the label, apply the transforms")


class RandomScale(v2.Transform):
    """A transform that resizes image and mask by the same random factor, a new one for every frame.

    It shows how to write your own transform; you may write `train_transforms` without it, and leave it as it is.

    Args:
        smallest: the smallest factor.
        largest: the largest factor.
    """

    def __init__(self, smallest: float, largest: float) -> None:
        super().__init__()
        self.smallest, self.largest = smallest, largest

    def make_params(self, flat_inputs: list) -> dict:
        """Draw what image and mask must share; called once for both, which are in `flat_inputs`."""
        raise NotImplementedError("TODO: part 4, draw a factor and return the new size")

    def transform(self, inpt: Tensor, params: dict) -> Tensor:
        """Transform the image or the mask with the `params` that were drawn."""
        # torchvision's functions can tell an Image from a Mask, and resample a Mask with nearest.
        raise NotImplementedError("TODO: part 4, resize to the size drawn")


def train_transforms(crop_size: tuple[int, int]) -> Callable:
    """Make the augmentation for training, which treats an image and its mask alike.

    Scaling by a random factor between 0.5 and 2, rotation by up to 10° either way (of all frames or, as in the official
    code, of half of them, chosen at random), a horizontal flip of half of the frames, a random crop, and normalisation.
    What lies outside the frame is ImageNet's mean colour in the image and 255 in the mask. Choose any order.

    Args:
        crop_size: height and width of the result in pixels.

    Returns:
        A callable of (image uint8 (3, H, W), mask int64 (H, W)) that returns an image, float32 (3, *crop_size),
        normalised with ImageNet's mean and standard deviation, and a mask, int64 `crop_size`.
    """
    raise NotImplementedError("TODO: part 4, compose the augmentation from torchvision.transforms.v2")


def pad_to_stride(image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Pad an image and its mask at the right and bottom, to the next height and width of 8n+1.

    Args:
        image: `tv_tensors.Image` uint8 (3, H, W).
        mask: `tv_tensors.Mask` int64 (H, W).

    Returns:
        Both, padded with ImageNet's mean colour and with 255 respectively.
    """
    raise NotImplementedError("TODO: part 4, find how much each side lacks to be 8n+1, and pad both by that much")


def eval_transforms() -> Callable:
    """Make the transforms for evaluation: padding to sides of 8n+1, and normalisation.

    Returns:
        A callable of (image uint8 (3, H, W), mask int64 (H, W)) that returns an image, float32 (3, H', W'), and a mask,
        int64 (H', W'), where H' and W' are the smallest 8n+1 that are at least H and W. The padding, at the right and
        bottom, is ImageNet's mean colour in the image and 255 in the mask.
    """
    raise NotImplementedError("TODO: part 4, compose the padding and the normalisation")
