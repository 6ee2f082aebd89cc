"""Part 4: 32 colours become 11 classes; and whatever happens to an image happens to its label."""

import random
from collections.abc import Callable

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image
from torch import Tensor
from torchvision import tv_tensors
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as F

from proj4_code.given.classes import (
    CLASSES,
    COLORS,
    IMAGENET_MEAN,
    IMAGENET_STD,
    MEAN_COLOR,
    TRAIN_NAMES,
    UNKNOWN_ROW,
    VOID,
    rows_of,
)
from proj4_code.given.notebooks.lessons import drawing
from proj4_code.given.notebooks.lessons.drawing import GREY, INK, SMALL
from proj4_code.given.notebooks.lessons.frames import Frame, class_legend, paint, scored
from proj4_code.given.notebooks.lessons.playing import menu, play, slider, steps

EVERYTHING = "all classes"
NUMBERS = {**{name: number for number, name in enumerate(TRAIN_NAMES)}, "Void": VOID}
Motion = tuple[float, float, bool]  # scale, angle in degrees, whether it is mirrored
MEAN, STD = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_STD)
CROP = 201  # pixels
NEAREST, BILINEAR = InterpolationMode.NEAREST, InterpolationMode.BILINEAR


def play_with_classes(frame: Frame, train_ids: Tensor | None = None) -> None:
    """Show a frame, its 32 colours and its 11 classes; a menu picks one class out.

    The classes are what your `encode_labels` made of the label, (H, W) int64, or what the table of classes says.
    """
    classes = scored(frame.label)
    if train_ids is not None:
        print(f"{int((train_ids.numpy() != classes).sum())} pixels differ from what the table of classes says")
        classes = train_ids.numpy()
    play(
        "A frame, its label in 32 colours, its 11 classes, and which colours count as which class.",
        lambda name: two_labels(frame, classes, name),
        name=menu("look at", [EVERYTHING, *NUMBERS]),
    )


def two_labels(frame: Frame, classes: np.ndarray, name: str) -> Figure:
    """Draw image, label and classes (H, W) with a legend; classes other than `name` are pale."""
    figure = drawing.blank(3.8)
    above, below = drawing.stacked(figure, 1, 0.95)
    pale = np.zeros_like(classes, bool) if name == EVERYTHING else classes != NUMBERS[name]
    pictures = {"the frame": frame.image, "32 colours": frame.label, "11 classes": paint(classes)}
    drawing.show_row(above, {title: faded(picture, pale) for title, picture in pictures.items()})
    _legend(below.subplots(), classes, name)
    return figure


def faded(picture: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Make a picture (H, W, 3) uint8 nearly white at some pixels (H, W)."""
    return np.where(where[..., None], 255 - (255 - picture) // 6, picture)


def _legend(axes: Axes, classes: np.ndarray, chosen: str) -> None:
    """List the classes: colour, name, share of the pixels, and the colours that count as it."""
    axes.axis("off")
    axes.set(xlim=(0, 7.2), ylim=(5.6, -1.2))
    for left in (0, 3.65):
        axes.text(left + 2.05, -0.95, "% of pixels", ha="right", va="center", color=GREY, fontsize=SMALL)
        axes.text(left + 2.25, -0.95, "its colours", va="center", color=GREY, fontsize=SMALL)
    for place, (name, number) in enumerate(NUMBERS.items()):
        left, y = 3.65 * (place // 6), place % 6
        weight = "bold" if name == chosen else "normal"
        _swatch(axes, left, y, 0.3, COLORS[name])
        axes.text(left + 0.4, y, name, va="center", weight=weight)
        axes.text(left + 2.05, y, f"{100 * (classes == number).mean():.1f}", va="center", ha="right", weight=weight)
        group = None if number == VOID else name
        for member_place, member in enumerate(c for c in CLASSES if c.group == group):
            _swatch(axes, left + 2.25 + 0.24 * member_place, y, 0.2, member.color)


def _swatch(axes: Axes, left: float, y: float, width: float, color: tuple[int, int, int]) -> None:
    axes.add_patch(Rectangle((left, y - 0.33), width, 0.66, fc=drawing.hexadecimal(color), ec=INK, lw=0.6))


def play_with_augmentation(frame: Frame) -> None:
    """Show an image and its label moved alike; sliders choose the motion, a menu how labels are resampled."""
    play(
        "An image and its label, scaled, turned and cropped alike, and the pixels whose colour stands for no class.",
        lambda scale, angle, flip, labels: moved_alike(
            frame, (scale / 100, angle, flip == "mirrored"), labels == "blended"
        ),
        scale=slider("scale, %", 140, 50, 200),
        angle=slider("angle, degrees", 8, -10, 10),
        flip=menu("flip", ["as it is", "mirrored"]),
        labels=menu("labels are", ["blended", "nearest"]),
    )


def moved_alike(frame: Frame, motion: Motion, blended: bool) -> Figure:
    """Draw image and label after the same motion, and where a `blended` label has colours that stand for no class."""
    image = moved(frame.image, motion, BILINEAR, MEAN_COLOR)
    label = moved(paint(scored(frame.label)), motion, BILINEAR if blended else NEAREST, COLORS["Void"])
    known = rows_of(label) != UNKNOWN_ROW

    figure = drawing.blank(3.2)
    class_legend(figure)
    pictures = {
        "image, bilinear": image,
        f"label, {'bilinear' if blended else 'nearest'}": label,
        f"of no class: {100 - 100 * known.mean():.1f} %": np.where(known[..., None], faded(label, known), 0),
    }
    drawing.show_row(figure, pictures)
    return figure


def moved(picture: np.ndarray, motion: Motion, way: InterpolationMode, outside: tuple[int, ...]) -> np.ndarray:
    """Scale a picture (H, W, 3), turn it about its middle, crop its middle, and mirror it: (201, 201, 3)."""
    scale, angle, mirrored = motion
    image = F.affine(Image.fromarray(picture), -angle, [0, 0], scale, [0, 0], interpolation=way, fill=list(outside))
    crop = F.center_crop(image, [CROP, CROP])
    return np.asarray(F.horizontal_flip(crop) if mirrored else crop)


def play_with_views(transforms: Callable[[tuple[int, int]], Callable], frame: Frame, train_ids: Tensor) -> None:
    """Show views of a frame that your `train_transforms` make; sliders draw other ones, and choose the crop.

    The frame's label is given as `train_ids`, (H, W) int64.
    """
    image = tv_tensors.Image(torch.from_numpy(frame.image).permute(2, 0, 1))

    def draw(seed: int, crop: int) -> Figure:
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        augment = transforms((crop, crop))
        return views([augment(image, tv_tensors.Mask(train_ids)) for _ in range(4)])

    play(
        "Four random views of a street, and below each its label laid over it.",
        draw,
        seed=slider("draw number", 1, 1, 20),
        crop=steps("crop, pixels", CROP, (65, 129, CROP, 241)),
    )


def views(pairs: list[tuple[Tensor, Tensor]]) -> Figure:
    """Draw normalised images (3, H, W), and their labels (H, W) laid over them."""
    figure = drawing.blank(4.6)
    class_legend(figure)
    for (above, below), (image, mask) in zip(figure.subplots(2, len(pairs)).T, pairs, strict=True):
        photo = (255 * (image.permute(1, 2, 0) * STD + MEAN).clamp(0, 1)).to(torch.uint8).numpy()
        blend = Image.blend(Image.fromarray(photo), Image.fromarray(paint(mask.numpy())), 0.6)
        drawing.show_picture(above, f"{image.shape[1]}×{image.shape[2]}", photo)
        drawing.show_picture(below, "its label", np.asarray(blend))
    return figure
