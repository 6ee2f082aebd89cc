"""Part 4: CamVid as a PyTorch data set, and transforms of images together with their labels.

Brostow, Fauqueur and Cipolla, "Semantic object classes in video: a high-definition ground truth database", Pattern
Recognition Letters 2009. Augmentation: Zhao et al., CVPR 2017, section 5.1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset
from torchvision import tv_tensors
from torchvision.transforms import InterpolationMode, v2
from torchvision.transforms.v2 import functional as tvf

from proj4_code.given.classes import CLASSES, IMAGENET_MEAN, IMAGENET_STD, TRAIN_NAMES, VOID
from proj4_code.given.data.images import read_rgb
from proj4_code.given.data.splits import read_split

OUTSIDE = {tv_tensors.Image: [round(255 * mean) for mean in IMAGENET_MEAN], tv_tensors.Mask: VOID}
"""What lies outside the frame, as a `fill` for the transforms of torchvision.transforms.v2."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The official colours as numbers 0xRRGGBB, in rising order, and the train id of each."""

    codes: Tensor
    train_ids: Tensor


@cache
def palette() -> Palette:
    """Build the table of colours once."""
    ids = {name: i for i, name in enumerate(TRAIN_NAMES)}
    pairs = sorted((r << 16 | g << 8 | b, ids.get(group, VOID)) for _, (r, g, b), group in CLASSES)
    codes, train_ids = zip(*pairs, strict=True)
    return Palette(torch.tensor(codes), torch.tensor(train_ids))


def encode_labels(colors: Tensor) -> Tensor:
    """Turn a label image in the 32 official colours into train ids."""
    red, green, blue = colors.long()
    codes = red << 16 | green << 8 | blue
    table = palette()
    places = torch.searchsorted(table.codes, codes).clamp(max=len(table.codes) - 1)
    if (unknown := table.codes[places] != codes).any():
        raise ValueError(f"colour {tuple(colors[:, unknown][:, 0].tolist())} is not one of CamVid's 32")
    return table.train_ids[places]


def find_file(folder: Path, *names: str) -> Path:
    """Return the path of the first of `names` that is a file in `folder`."""
    if (found := next(filter(Path.is_file, map(folder.joinpath, names)), None)) is None:
        raise FileNotFoundError(f"{folder} has no file {' or '.join(names)}")
    return found


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a frame's image and label are."""

    image: Path
    label: Path


class CamVid(Dataset):
    """The frames of one split, in the order of the split file."""

    def __init__(self, root: str | Path, split: str, transforms: Callable | None = None) -> None:
        # `read_split` reads a split file, whatever editor it was saved with.
        root = Path(root)
        self.transforms = transforms
        self.frames = [
            Frame(
                image=find_file(root / "images", f"{name}.png", f"{name}.jpg"),
                label=find_file(root / "labels", f"{name}_L.png"),
            )
            for name in read_split(root / f"{split}.txt")
        ]

    def __len__(self) -> int:
        """Count the frames of the split."""
        return len(self.frames)

    def __getitem__(self, index: int) -> tuple[tv_tensors.Image, tv_tensors.Mask]:
        """Read a frame."""
        # `read_rgb` reads an image (PIL) as predict reads it. tv_tensors.Image also accepts a PIL image. The two types
        # tell torchvision's transforms which is a picture and which is labels, so that they never blend two labels.
        frame = self.frames[index]
        image = tv_tensors.Image(read_rgb(frame.image))
        with Image.open(frame.label) as label:
            mask = tv_tensors.Mask(encode_labels(tvf.pil_to_tensor(label.convert("RGB"))))
        return (image, mask) if self.transforms is None else self.transforms(image, mask)


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
        factor = torch.empty(()).uniform_(self.smallest, self.largest).item()
        height, width = v2.query_size(flat_inputs)
        return {"size": [round(factor * height), round(factor * width)]}

    def transform(self, inpt: Tensor, params: dict) -> Tensor:
        """Transform the image or the mask with the `params` that were drawn."""
        # torchvision's functions can tell an Image from a Mask, and resample a Mask with nearest.
        return tvf.resize(inpt, params["size"])


def normalize(image: Tensor) -> Tensor:
    """Turn uint8 into float32 with ImageNet's mean and standard deviation."""
    return tvf.normalize(tvf.to_dtype(image, torch.float32, scale=True), IMAGENET_MEAN, IMAGENET_STD)


def pad(inpt: Tensor, left: int, top: int, right: int, bottom: int) -> Tensor:
    """Pad an image with the mean colour, or a mask with void."""
    return tvf.pad(inpt, [left, top, right, bottom], fill=OUTSIDE[type(inpt)])


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at a frame: what image and mask share."""

    down: float
    right: float
    mirrored: bool
    angle: float
    factor: float

    @classmethod
    def draw(cls) -> "View":
        """Draw all random numbers of a view at once."""
        down, right, coin, turn, zoom = torch.rand(5).tolist()
        return cls(down, right, coin < 0.5, angle=20 * turn - 10, factor=0.5 + 1.5 * zoom)

    def of(self, inpt: Tensor, crop_size: tuple[int, int]) -> Tensor:
        """Show an image or a mask in this view."""
        if self.mirrored:
            inpt = tvf.horizontal_flip(inpt)
        inpt = tvf.resize(inpt, [round(self.factor * side) for side in inpt.shape[-2:]])
        inpt = tvf.rotate(inpt, self.angle, interpolation=InterpolationMode.BILINEAR, fill=OUTSIDE[type(inpt)])

        lacks = [max(0, wanted - side) for wanted, side in zip(crop_size, inpt.shape[-2:], strict=True)]
        top, left = (lack // 2 for lack in lacks)
        inpt = pad(inpt, left, top, lacks[1] - left, lacks[0] - top)

        spare = (side - wanted for wanted, side in zip(crop_size, inpt.shape[-2:], strict=True))
        top, left = (int(u * (n + 1)) for u, n in zip((self.down, self.right), spare, strict=True))
        return tvf.crop(inpt, top, left, *crop_size)


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Looks at every frame in a new random view."""

    crop_size: tuple[int, int]

    def __call__(self, image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return image and mask in the same view, the image normalised."""
        view = View.draw()
        return normalize(view.of(image, self.crop_size)), view.of(mask, self.crop_size)


def train_transforms(crop_size: tuple[int, int]) -> Callable:
    """Make the augmentation for training, which treats an image and its mask alike."""
    return Augmentation(crop_size)


def pad_to_stride(image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Pad an image and its mask at the right and bottom, to the next height and width of 8n+1."""
    bottom, right = ((1 - side) % 8 for side in image.shape[-2:])
    return pad(image, 0, 0, right, bottom), pad(mask, 0, 0, right, bottom)


def pad_and_normalize(image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Do what evaluation needs, and nothing random."""
    image, mask = pad_to_stride(image, mask)
    return normalize(image), mask


def eval_transforms() -> Callable:
    """Make the transforms for evaluation: padding to sides of 8n+1, and normalisation."""
    return pad_and_normalize
