"""Part 4: CamVid as a PyTorch data set, and the transforms of images together with their labels.

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

from proj4_code.given.classes import CLASSES, TRAIN_NAMES, VOID

IMAGENET_MEAN = (0.485, 0.456, 0.406)  # of R, G and B between 0 and 1
IMAGENET_STD = (0.229, 0.224, 0.225)
OUTSIDE = {tv_tensors.Image: [round(255 * mean) for mean in IMAGENET_MEAN], tv_tensors.Mask: VOID}
"""What lies outside the frame: a `fill` that transforms of torchvision.transforms.v2 take."""


def encode_labels(colors: Tensor) -> Tensor:
    """Turn a label image in the 32 official colours into train ids.

    `proj4_code.given.classes` has the table: a class counts as its `group`, whose place in `TRAIN_NAMES` is the train
    id; a class without a group is void.

    Args:
        colors: (3, H, W) uint8, R, G, B.

    Returns:
        (H, W) int64 of train ids 0 to 10, and 255 (`VOID`) for void.

    Raises:
        ValueError: if a pixel has a colour that is none of CamVid's; the message names the colour.
    """
    raise NotImplementedError("TODO: part 4, look up the train id of every pixel's colour")


def find_file(folder: Path, *names: str) -> Path:
    """Find the first of some names that is a file in a folder.

    Raises:
        FileNotFoundError: if none of them is; the message says what is missing.
    """
    raise NotImplementedError("TODO: part 4, return the first path that is a file, or say which files were looked for")


class CamVid(Dataset):
    """Frames of one split, in the order of the split file.

    On disk: `images/NAME.png` or `images/NAME.jpg`, `labels/NAME_L.png` in the official colours, and `train.txt`,
    `val.txt`, `test.txt` with one NAME a line.

    Args:
        root: folder that holds all this.
        split: "train", "val" or "test".
        transforms: called as `transforms(image, mask)`, returns both; None leaves them as they are.

    Raises:
        FileNotFoundError: at construction, if the split file, an image or a label is missing; the message names it.
    """

    def __init__(self, root: str | Path, split: str, transforms: Callable | None = None) -> None:
        raise NotImplementedError("TODO: part 4, read the split file, find each name's image and label")

    def __len__(self) -> int:
        """Count the frames of the split."""
        raise NotImplementedError("TODO: part 4, count the frames")

    def __getitem__(self, index: int) -> tuple[tv_tensors.Image, tv_tensors.Mask]:
        """Read a frame.

        Returns:
            What `transforms` makes of image, (3, H, W) uint8 RGB, and mask, (H, W) int64 train ids.
        """
        # tv_tensors.Image also takes an image of PIL. The two types tell torchvision's transforms what is a picture and
        # what are labels, so that they never blend two labels into a third.
        raise NotImplementedError("TODO: part 4, read the image and the label, encode the label, apply the transforms")


class RandomScale(v2.Transform):
    """Resizes image and mask by the same random factor, drawn anew for every frame.

    It shows how a transform of your own is made; write `train_transforms` without it if you like.

    Args:
        smallest: least factor.
        largest: greatest factor.
    """

    def __init__(self, smallest: float, largest: float) -> None:
        super().__init__()
        self.smallest, self.largest = smallest, largest

    def make_params(self, flat_inputs: list) -> dict:
        """Draw what image and mask must share: called once for both, `flat_inputs` holds the two."""
        raise NotImplementedError("TODO: part 4, draw a factor and return the new size")

    def transform(self, inpt: Tensor, params: dict) -> Tensor:
        """Transform one of the two with the `params` that were drawn."""
        # torchvision's functions know an Image from a Mask, and resample a Mask with nearest.
        raise NotImplementedError("TODO: part 4, resize to the size drawn")


def train_transforms(crop_size: tuple[int, int]) -> Callable:
    """Make the augmentation for training, which treats an image and its mask alike.

    Scaling by a random factor between 0.5 and 2, rotation by up to 10° either way (of every frame or, as the official
    code does, of every second), a horizontal flip of every second frame, a random crop, normalisation. What lies
    outside the frame is ImageNet's mean colour in the image and 255 in the mask. The order is yours to choose.

    Args:
        crop_size: height and width of the result in pixels.

    Returns:
        A callable of (image uint8 (3, H, W), mask int64 (H, W)) that returns image float32 (3, *crop_size),
        normalised with ImageNet's mean and standard deviation, and mask int64 `crop_size`.
    """
    raise NotImplementedError("TODO: part 4, compose the augmentation from torchvision.transforms.v2")


def pad_to_stride(image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Pad an image and its mask at the right and bottom to the next sides of 8n+1.

    Args:
        image: `tv_tensors.Image` uint8 (3, H, W).
        mask: `tv_tensors.Mask` int64 (H, W).

    Returns:
        Both, padded with ImageNet's mean colour and with 255.
    """
    raise NotImplementedError("TODO: part 4, find how much is missing to 8n+1, and pad both by that much")


def eval_transforms() -> Callable:
    """Make the transforms for evaluation: padding to sides of 8n+1, and normalisation.

    Returns:
        A callable of (image uint8 (3, H, W), mask int64 (H, W)) that returns image float32 (3, H', W') and mask int64
        (H', W'), where H' and W' are the smallest 8n+1 that hold H and W. The padding, at the right and bottom, is
        ImageNet's mean colour in the image and 255 in the mask.
    """
    raise NotImplementedError("TODO: part 4, compose the padding and the normalisation")
