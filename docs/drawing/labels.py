"""Part 4: a frame, its 32 colours, its 11 classes, and two augmentations of image and label together."""

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional

from proj4_code.given.classes import CLASSES, COLORS, MEAN_COLOR, TRAIN_COLORS, TRAIN_NAMES, VOID
from proj4_code.given.notebooks.lessons.drawing import bare, hexadecimal
from proj4_code.given.notebooks.lessons.frames import paint, scored
from proj4_code.given.pictures.labels import room_for

from .style import GREY, LIGHT, WIDTH, scene

HEIGHT = 5.62
AUGMENTATIONS = (  # scale, angle, mirrored, top and left of the crop
    (1.5, -7.0, True, 70, 120),
    (0.6, 9.0, False, -30, -40),
)
CROP = 201


def draw() -> Figure:
    """Draw three pictures of the frame, the legend, and below it the augmentations."""
    figure = Figure(figsize=(WIDTH, HEIGHT))
    image, label = scene()
    ids = scored(label)
    titles = ("image", "label on disk: 32 colours", "train ids: 11 classes and void")
    for number, (pixels, title) in enumerate(zip((image, label, paint(ids)), titles, strict=True)):
        axes = _axes(figure, 0.1 + 2.77 * number, 3.38, 2.66, 1.995)
        axes.imshow(pixels, aspect="auto")
        axes.set_title(title)
    _name_regions(axes, ids)
    _legend(figure)

    place = 0.1
    for scale, angle, mirrored, top, left in AUGMENTATIONS:
        pair = _augment(image, ids, scale, angle, mirrored, top, left)
        words = f"scale {scale:g}, {angle:+.0f}°{', mirrored' if mirrored else ''}".replace("-", "−")
        for number, pixels in enumerate(pair):
            axes = _axes(figure, place, 0.1, 1.98, 1.98)
            axes.imshow(pixels)
            axes.set_title(f"crop {CROP}×{CROP}" if number else words, loc="left")
            place += 2.04
        place += 0.06
    return figure


def _axes(figure: Figure, x: float, y: float, width: float, height: float) -> Axes:
    """Add axes at a place in inches."""
    axes = figure.add_axes((x / WIDTH, y / HEIGHT, width / WIDTH, height / HEIGHT))
    bare(axes)
    return axes


def _legend(figure: Figure) -> None:
    """List the scored classes, each with the colours of the classes that it groups."""
    axes = figure.add_axes((0, 2.34 / HEIGHT, 1, 1.0 / HEIGHT))
    axes.set(xlim=(0, WIDTH), ylim=(0.2, 1.2))
    axes.axis("off")
    groups = [
        (name, color, [c for c in CLASSES if c.group == name])
        for name, color in zip(TRAIN_NAMES, TRAIN_COLORS, strict=True)
    ]
    groups.append(("void (255)", COLORS["Void"], [c for c in CLASSES if c.group is None]))
    for number, (name, color, members) in enumerate(groups):
        x, y = 0.1 + 2.77 * (number // 4), 1.0 - 0.25 * (number % 4)
        axes.add_patch(Rectangle((x, y), 0.26, 0.18, fc=hexadecimal(color), ec="black", lw=0.6))
        axes.text(x + 0.34, y + 0.085, name, va="center")
        axes.text(x + 1.42, y + 0.085, "from", va="center", color=GREY, fontsize=9)
        for place, member in enumerate(members):
            corner = (x + 1.78 + 0.17 * place, y + 0.02)
            axes.add_patch(Rectangle(corner, 0.14, 0.14, fc=hexadecimal(member.color), ec="black", lw=0.5))


def _name_regions(axes: Axes, ids: np.ndarray) -> None:
    """Write the names of the large classes where there is most room for them."""
    for train_id, name in enumerate(TRAIN_NAMES):
        if place := room_for(torch.from_numpy(ids == train_id), 18, 8 * len(name) + 6):
            axes.text(*place[::-1], name, color=LIGHT, fontsize=9, weight="bold", ha="center", va="center")


def _augment(image: np.ndarray, ids: np.ndarray, scale: float, angle: float, mirrored: bool, top: int, left: int):
    """Scale, rotate, mirror and crop image and train ids alike, and return both as pictures."""
    pictures = []
    for array, mode, fill in (
        (image.transpose(2, 0, 1), InterpolationMode.BILINEAR, list(MEAN_COLOR)),
        (ids[None], InterpolationMode.NEAREST, [VOID]),
    ):
        x = torch.from_numpy(array.astype(np.uint8))
        size = [round(side * scale) for side in x.shape[-2:]]
        x = functional.resize(x, size, mode, antialias=mode == InterpolationMode.BILINEAR)
        x = functional.rotate(x, angle, mode, fill=fill)
        x = functional.hflip(x) if mirrored else x
        below, right = top + CROP - size[0], left + CROP - size[1]
        x = functional.pad(x, [max(-left, 0), max(-top, 0), max(right, 0), max(below, 0)], fill=fill)
        pictures.append(functional.crop(x, max(top, 0), max(left, 0), CROP, CROP))
    return pictures[0].permute(1, 2, 0).numpy(), paint(pictures[1][0].numpy())
