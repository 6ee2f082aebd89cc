"""The frame that the lessons show: of CamVid where it is prepared, a drawn street otherwise."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from matplotlib.figure import FigureBase
from matplotlib.patches import Patch
from PIL import Image
from torch import Tensor

from proj4_code.given.classes import COLORS, NUM_CLASSES, TRAIN_COLORS, TRAIN_NAMES, VOID, colors_of, rows_of
from proj4_code.given.data.contents import find_frames
from proj4_code.given.data.splits import read_split, split_path
from proj4_code.given.notebooks.lessons import drawing
from proj4_code.given.notebooks.lessons.drawing import INK, SMALL
from proj4_code.given.notebooks.lessons.playing import show
from proj4_code.given.notebooks.processes import KIT
from proj4_code.given.scene_drawing.scene import render

SIZE = (241, 321)  # height and width in pixels: 8n+1
NARROW = {"fontsize": SMALL, "handlelength": 1.2, "handletextpad": 0.4, "columnspacing": 0.9, "borderpad": 0.2}
STREET = 15  # seed of the drawn one


class Frame(NamedTuple):
    """A frame and its label: two arrays (241, 321, 3) uint8, the label in the 32 official colours."""

    image: np.ndarray
    label: np.ndarray


def example(data: Path = KIT / "data" / "camvid") -> Frame:
    """Take the middle frame of CamVid's val split; draw a street if CamVid is not there, or not whole."""
    if data.is_dir():
        try:
            return read_frame(data)
        except (OSError, ValueError) as error:
            print(f"{data} is not prepared yet, so a drawn street is shown ({error})")
    return Frame(*render(STREET, SIZE, complete=True))


@drawing.legible()
def show_frame(frame: Frame) -> None:
    """Show a frame next to its label."""
    figure = drawing.blank(3)
    drawing.show_row(figure, {"a frame": frame.image, "its label: each colour is one of 32 classes": frame.label})
    show(figure, "A street through a windscreen, and its label")


def read_frame(data: Path) -> Frame:
    """Read a frame and bring it to `SIZE`.

    Raises:
        FileNotFoundError, ValueError, OSError: if a file is missing or damaged.
    """
    names = read_split(split_path(data, "val"))
    (paths,) = find_frames(data, "val", names[len(names) // 2 :][:1])
    pictures = []
    for path, resampling in zip(paths, (Image.Resampling.BILINEAR, Image.Resampling.NEAREST), strict=True):
        with Image.open(path) as picture:
            pictures.append(np.asarray(picture.convert("RGB").resize(SIZE[::-1], resampling)))
    return Frame(*pictures)


def tensor(image: np.ndarray) -> Tensor:
    """Turn a picture (H, W, 3) uint8 into a batch of one, (1, 3, H, W) float from 0 to 1."""
    return torch.from_numpy(image).permute(2, 0, 1)[None] / 255


def scored(label: np.ndarray) -> np.ndarray:
    """Look up the classes (H, W) of a label (H, W, 3): int64, 0 to 10 the scored ones, 255 void."""
    rows = rows_of(label)
    return np.where(rows < NUM_CLASSES, rows, VOID).astype(np.int64)


def paint(classes: np.ndarray) -> np.ndarray:
    """Paint classes (H, W) in the official colours of the scored ones, void in black: (H, W, 3) uint8."""
    return colors_of(classes.astype(np.uint8))


def class_legend(figure: FigureBase) -> None:
    """Put the names and colours of the classes below a figure."""
    entries = {**dict(zip(TRAIN_NAMES, TRAIN_COLORS, strict=True)), "void": COLORS["Void"]}
    patches = [Patch(fc=drawing.hexadecimal(color), ec=INK, lw=0.6, label=name) for name, color in entries.items()]
    figure.legend(handles=patches, loc="outside lower center", ncols=6, frameon=False, **NARROW)
