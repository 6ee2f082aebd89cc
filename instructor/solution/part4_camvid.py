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
    ### BEGIN SOLUTION look up the train id of every pixel's colour
    red, green, blue = colors
    train_ids = torch.full(red.shape, -1)
    for _, (r, g, b), group in CLASSES:
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else TRAIN_NAMES.index(group)

    unknown = train_ids == -1
    if unknown.any():
        color = tuple(colors[:, unknown][:, 0].tolist())
        raise ValueError(f"{color} is not one of CamVid's 32 colours: were the labels resampled, or saved as JPEG?")
    return train_ids
    ### END SOLUTION


def find_file(folder: Path, *names: str) -> Path:
    """Return the path of the first of `names` that is a file in `folder`.

    Raises:
        FileNotFoundError: if none of them is; the message says what is missing.
    """
    ### BEGIN SOLUTION return the first path that is a file, or say which files were looked for
    paths = [folder / name for name in names]
    for path in paths:
        if path.is_file():
            return path
    raise FileNotFoundError(f"{' or '.join(map(str, paths))} is missing")
    ### END SOLUTION


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
        ### BEGIN SOLUTION read the split file, find each name's image and label
        self.transforms = transforms
        names = read_split(find_file(Path(root), f"{split}.txt"))
        images, labels = Path(root) / "images", Path(root) / "labels"
        self.frames = [
            (find_file(images, f"{name}.png", f"{name}.jpg"), find_file(labels, f"{name}_L.png")) for name in names
        ]
        ### END SOLUTION

    def __len__(self) -> int:
        """Count the frames of the split."""
        ### BEGIN SOLUTION count the frames
        return len(self.frames)
        ### END SOLUTION

    def __getitem__(self, index: int) -> tuple[tv_tensors.Image, tv_tensors.Mask]:
        """Read a frame.

        Returns:
            The image, (3, H, W) uint8 RGB, and the mask, (H, W) int64 train ids, or what `transforms` makes of them.
        """
        # `read_rgb` reads an image (PIL) as predict reads it. tv_tensors.Image also accepts a PIL image. The two types
        # tell torchvision's transforms which is a picture and which is labels, so that they never blend two labels.
        ### BEGIN SOLUTION read the image and the label, encode the label, apply the transforms
        image_path, label_path = self.frames[index]
        image = tv_tensors.Image(read_rgb(image_path))
        colors = tv_tensors.Image(Image.open(label_path).convert("RGB"))
        mask = tv_tensors.Mask(encode_labels(colors))
        return (image, mask) if self.transforms is None else self.transforms(image, mask)
        ### END SOLUTION


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
        ### BEGIN SOLUTION draw a factor and return the new size
        factor = torch.empty(()).uniform_(self.smallest, self.largest).item()
        return {"size": [round(side * factor) for side in v2.query_size(flat_inputs)]}
        ### END SOLUTION

    def transform(self, inpt: Tensor, params: dict) -> Tensor:
        """Transform the image or the mask with the `params` that were drawn."""
        # torchvision's functions can tell an Image from a Mask, and resample a Mask with nearest.
        ### BEGIN SOLUTION resize to the size drawn
        return v2.functional.resize(inpt, params["size"])
        ### END SOLUTION


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
    ### BEGIN SOLUTION compose the augmentation from torchvision.transforms.v2
    return v2.Compose(
        [
            RandomScale(0.5, 2.0),
            v2.RandomApply([v2.RandomRotation(10, interpolation=v2.InterpolationMode.BILINEAR, fill=OUTSIDE)], p=0.5),
            v2.RandomHorizontalFlip(),
            v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(IMAGENET_MEAN, IMAGENET_STD),
        ]
    )
    ### END SOLUTION


def pad_to_stride(image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Pad an image and its mask at the right and bottom, to the next height and width of 8n+1.

    Args:
        image: `tv_tensors.Image` uint8 (3, H, W).
        mask: `tv_tensors.Mask` int64 (H, W).

    Returns:
        Both, padded with ImageNet's mean colour and with 255 respectively.
    """
    ### BEGIN SOLUTION find how much each side lacks to be 8n+1, and pad both by that much
    height, width = mask.shape
    left_top_right_bottom = [0, 0, (1 - width) % 8, (1 - height) % 8]
    image = v2.functional.pad(image, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Image])
    mask = v2.functional.pad(mask, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Mask])
    return image, mask
    ### END SOLUTION


def eval_transforms() -> Callable:
    """Make the transforms for evaluation: padding to sides of 8n+1, and normalisation.

    Returns:
        A callable of (image uint8 (3, H, W), mask int64 (H, W)) that returns an image, float32 (3, H', W'), and a mask,
        int64 (H', W'), where H' and W' are the smallest 8n+1 that are at least H and W. The padding, at the right and
        bottom, is ImageNet's mean colour in the image and 255 in the mask.
    """
    ### BEGIN SOLUTION compose the padding and the normalisation
    return v2.Compose([pad_to_stride, v2.ToDtype(torch.float32, scale=True), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)])
    ### END SOLUTION
