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
    ### BEGIN SOLUTION look up the train id of every pixel's colour
    red, green, blue = colors
    train_ids = torch.full(red.shape, -1)
    for _, (r, g, b), group in CLASSES:
        train_ids[(red == r) & (green == g) & (blue == b)] = VOID if group is None else TRAIN_NAMES.index(group)

    unknown = train_ids == -1
    if unknown.any():
        color = tuple(colors[:, unknown][:, 0].tolist())
        raise ValueError(f"{color} is none of CamVid's 32 colours: were the labels resampled, or saved as JPEG?")
    return train_ids
    ### END SOLUTION


def find_file(folder: Path, *names: str) -> Path:
    """Find the first of some names that is a file in a folder.

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
        ### BEGIN SOLUTION read the split file, find each name's image and label
        self.transforms = transforms
        names = find_file(Path(root), f"{split}.txt").read_text().split()
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
            What `transforms` makes of image, (3, H, W) uint8 RGB, and mask, (H, W) int64 train ids.
        """
        # tv_tensors.Image also takes an image of PIL. The two types tell torchvision's transforms what is a picture and
        # what are labels, so that they never blend two labels into a third.
        ### BEGIN SOLUTION read the image and the label, encode the label, apply the transforms
        image_path, label_path = self.frames[index]
        image = tv_tensors.Image(Image.open(image_path).convert("RGB"))
        colors = tv_tensors.Image(Image.open(label_path).convert("RGB"))
        mask = tv_tensors.Mask(encode_labels(colors))
        return (image, mask) if self.transforms is None else self.transforms(image, mask)
        ### END SOLUTION


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
        ### BEGIN SOLUTION draw a factor and return the new size
        factor = torch.empty(()).uniform_(self.smallest, self.largest).item()
        return {"size": [round(side * factor) for side in v2.query_size(flat_inputs)]}
        ### END SOLUTION

    def transform(self, inpt: Tensor, params: dict) -> Tensor:
        """Transform one of the two with the `params` that were drawn."""
        # torchvision's functions know an Image from a Mask, and resample a Mask with nearest.
        ### BEGIN SOLUTION resize to the size drawn
        return v2.functional.resize(inpt, params["size"])
        ### END SOLUTION


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
    """Pad an image and its mask at the right and bottom to the next sides of 8n+1.

    Args:
        image: `tv_tensors.Image` uint8 (3, H, W).
        mask: `tv_tensors.Mask` int64 (H, W).

    Returns:
        Both, padded with ImageNet's mean colour and with 255.
    """
    ### BEGIN SOLUTION find how much is missing to 8n+1, and pad both by that much
    height, width = mask.shape
    left_top_right_bottom = [0, 0, (1 - width) % 8, (1 - height) % 8]
    image = v2.functional.pad(image, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Image])
    mask = v2.functional.pad(mask, left_top_right_bottom, fill=OUTSIDE[tv_tensors.Mask])
    return image, mask
    ### END SOLUTION


def eval_transforms() -> Callable:
    """Make the transforms for evaluation: padding to sides of 8n+1, and normalisation.

    Returns:
        A callable of (image uint8 (3, H, W), mask int64 (H, W)) that returns image float32 (3, H', W') and mask int64
        (H', W'), where H' and W' are the smallest 8n+1 that hold H and W. The padding, at the right and bottom, is
        ImageNet's mean colour in the image and 255 in the mask.
    """
    ### BEGIN SOLUTION compose the padding and the normalisation
    return v2.Compose([pad_to_stride, v2.ToDtype(torch.float32, scale=True), v2.Normalize(IMAGENET_MEAN, IMAGENET_STD)])
    ### END SOLUTION
