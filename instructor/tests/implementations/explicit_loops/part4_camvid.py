"""Part 4: CamVid as a PyTorch data set, and transforms of images together with their labels.

Brostow, Fauqueur and Cipolla, "Semantic object classes in video: a high-definition ground truth database", Pattern
Recognition Letters 2009. Augmentation: Zhao et al., CVPR 2017, section 5.1.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
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
    """Turn a label image in the 32 official colours into train ids."""
    if colors.dim() != 3 or colors.shape[0] != 3:
        raise ValueError(f"Expected colours (3, H, W), but got {tuple(colors.shape)}")
    height = colors.shape[1]
    width = colors.shape[2]
    train_ids = torch.full((height, width), VOID, dtype=torch.int64)
    is_known = torch.zeros((height, width), dtype=torch.bool)
    for camvid_class in CLASSES:
        is_this_class = has_color(colors, camvid_class.color)
        is_known[is_this_class] = True
        if camvid_class.group is not None:
            train_ids[is_this_class] = TRAIN_NAMES.index(camvid_class.group)
    if not is_known.all():
        # name the first pixel with an unknown colour
        row, column = torch.nonzero(~is_known)[0].tolist()
        unknown_color = tuple(colors[:, row, column].tolist())
        raise ValueError(f"Unknown colour {unknown_color} at row {row}, column {column}")
    return train_ids


def has_color(colors: Tensor, color: tuple[int, int, int]) -> Tensor:
    """Return which pixels have the given colour, as (H, W) bool."""
    red_fits = colors[0] == color[0]
    green_fits = colors[1] == color[1]
    blue_fits = colors[2] == color[2]
    return red_fits & green_fits & blue_fits


def find_file(folder: Path, *names: str) -> Path:
    """Return the path of the first of `names` that is a file in `folder`."""
    for name in names:
        path = folder / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"In the folder {folder} there is none of these files: {', '.join(names)}")


class CamVid(Dataset):
    """The frames of one split, in the order of the split file."""

    def __init__(self, root: str | Path, split: str, transforms: Callable | None = None) -> None:
        # `read_split` reads a split file, whatever editor it was saved with.
        if split not in ("train", "val", "test"):
            raise ValueError(f"split must be train, val or test, but is {split!r}")
        root_folder = Path(root)
        split_file = find_file(root_folder, f"{split}.txt")
        self.transforms = transforms
        self.image_paths = []
        self.label_paths = []
        for name in read_split(split_file):
            image_path = find_file(root_folder / "images", f"{name}.png", f"{name}.jpg")
            label_path = find_file(root_folder / "labels", f"{name}_L.png")
            self.image_paths.append(image_path)
            self.label_paths.append(label_path)

    def __len__(self) -> int:
        """Count the frames of the split."""
        return len(self.image_paths)

    def __getitem__(self, index: int) -> tuple[tv_tensors.Image, tv_tensors.Mask]:
        """Read a frame."""
        # `read_rgb` reads an image (PIL) as predict reads it. tv_tensors.Image also accepts a PIL image. The two types
        # tell torchvision's transforms which is a picture and which is labels, so that they never blend two labels.
        if index < 0 or index >= len(self.image_paths):
            raise IndexError(f"index {index} is out of range, there are {len(self.image_paths)} frames")
        image = tv_tensors.Image(read_rgb(self.image_paths[index]))
        mask = self.read_mask(self.label_paths[index])
        if self.transforms is not None:
            image, mask = self.transforms(image, mask)
        return image, mask

    def read_mask(self, label_path: Path) -> tv_tensors.Mask:
        """Read a label image and encode its colours."""
        with Image.open(label_path) as label_image:
            color_array = np.array(label_image.convert("RGB"))
        colors = torch.from_numpy(color_array).permute(2, 0, 1)  # (H, W, 3) to (3, H, W)
        return tv_tensors.Mask(encode_labels(colors))


class RandomScale(v2.Transform):
    """A transform that resizes image and mask by the same random factor, a new one for every frame.

    It shows how to write your own transform; you may write `train_transforms` without it.

    Args:
        smallest: the smallest factor.
        largest: the largest factor.
    """

    def __init__(self, smallest: float, largest: float) -> None:
        super().__init__()
        self.smallest, self.largest = smallest, largest

    def make_params(self, flat_inputs: list) -> dict:
        """Draw what image and mask must share; called once for both, which are in `flat_inputs`."""
        height, width = flat_inputs[0].shape[-2:]
        factor = self.smallest + (self.largest - self.smallest) * torch.rand(1).item()
        new_height = max(1, round(height * factor))
        new_width = max(1, round(width * factor))
        return {"size": [new_height, new_width]}

    def transform(self, inpt: Tensor, params: dict) -> Tensor:
        """Transform the image or the mask with the `params` that were drawn."""
        # torchvision's functions can tell an Image from a Mask, and resample a Mask with nearest.
        return v2.functional.resize(inpt, params["size"])


def train_transforms(crop_size: tuple[int, int]) -> Callable:
    """Make the augmentation for training, which treats an image and its mask alike."""
    steps = []
    steps.append(RandomScale(0.5, 2.0))
    steps.append(v2.RandomRotation(10, interpolation=v2.InterpolationMode.BILINEAR, fill=OUTSIDE))
    steps.append(v2.RandomHorizontalFlip(p=0.5))
    steps.append(v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE))
    steps.append(v2.ToDtype(torch.float32, scale=True))
    steps.append(v2.Normalize(mean=IMAGENET_MEAN, std=IMAGENET_STD))
    return v2.Compose(steps)


def compute_padding(side: int) -> int:
    """Return how many pixels a side lacks to be 8n+1."""
    remainder = (side - 1) % 8
    if remainder == 0:
        return 0
    else:
        return 8 - remainder


def pad_to_stride(image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Pad an image and its mask at the right and bottom, to the next height and width of 8n+1."""
    height, width = image.shape[-2:]
    if tuple(mask.shape[-2:]) != (height, width):
        raise ValueError(f"The image is {height}x{width}, but the mask is {tuple(mask.shape)}")
    missing_rows = compute_padding(height)
    missing_columns = compute_padding(width)
    padding = [0, 0, missing_columns, missing_rows]  # left, top, right, bottom
    padded_image = v2.functional.pad(image, padding, fill=OUTSIDE[tv_tensors.Image])
    padded_mask = v2.functional.pad(mask, padding, fill=OUTSIDE[tv_tensors.Mask])
    return padded_image, padded_mask


class EvaluationTransforms:
    """Pads and normalises; a class, so that the workers of a data loader can pickle it."""

    def __init__(self) -> None:
        self.to_float = v2.ToDtype(torch.float32, scale=True)
        self.normalize = v2.Normalize(mean=IMAGENET_MEAN, std=IMAGENET_STD)

    def __call__(self, image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        image, mask = pad_to_stride(image, mask)
        image = self.to_float(image)
        image = self.normalize(image)
        return image, mask


def eval_transforms() -> Callable:
    """Make the transforms for evaluation: padding to sides of 8n+1, and normalisation."""
    return EvaluationTransforms()
