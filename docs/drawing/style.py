"""What all pictures share: size, colours, the frame that they show, and how they are written."""

import io
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from proj4_code.given.classes import CLASSES, TRAIN_COLORS, TRAIN_NAMES, VOID
from proj4_code.given.scenes import render

FIGURES = Path(__file__).resolve().parent.parent / "figures"
WIDTH = 8.4  # inches: 806 pixels in a browser, about the width of a page on GitHub
INK, GREY, PALE = "#222222", "#767676", "#e9e9e9"
BLUE, ORANGE = "#1f5fa8", "#d9730d"  # one dark and one light, so that they differ in grey too
SCENE = 15  # seed of the frame that the pictures show


def use_style() -> None:
    """Set matplotlib up: legible text that stays text, and the same bytes at every run."""
    mpl.rcParams.update(
        {
            "font.family": "sans-serif",
            "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
            "font.size": 9.5,
            "axes.titlesize": 10,
            "axes.labelsize": 9.5,
            "xtick.labelsize": 9,
            "ytick.labelsize": 9,
            "text.color": INK,
            "svg.fonttype": "none",
            "svg.hashsalt": "proj4",
        }
    )


def save(figure: Figure, name: str) -> Path:
    """Write a picture into docs/figures, without a date; return its path."""
    path = FIGURES / name
    path.parent.mkdir(exist_ok=True)
    if path.suffix == ".svg":
        figure.savefig(path, metadata={"Date": None, "Creator": None})
        return path
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=160, metadata={"Software": None})
    _with_palette(Image.open(buffer).convert("RGB")).save(path, optimize=True)
    return path


def _with_palette(picture: Image.Image) -> Image.Image:
    """Reduce a picture to 256 colours, which makes the file small; the official ones stay exactly as they are."""
    quantized = picture.quantize(256 - len(CLASSES), dither=Image.Dither.FLOYDSTEINBERG)
    indices, pixels = np.array(quantized), np.array(picture)
    palette = quantized.getpalette()[: 3 * (256 - len(CLASSES))]
    palette += [0] * (3 * (256 - len(CLASSES)) - len(palette))
    for place, official in enumerate(CLASSES, start=256 - len(CLASSES)):
        indices[(pixels == official.color).all(axis=-1)] = place
        palette += official.color
    reduced = Image.fromarray(indices)
    reduced.putpalette(palette)
    return reduced


def canvas(height: float) -> tuple[Figure, Axes]:
    """Make a figure of full width and `height` inches, with one empty axes measured in inches from the bottom left."""
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, height))
    axes.axis("off")
    return figure, axes


def bare(axes: Axes) -> None:
    """Take ticks away, and keep a thin frame."""
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(color=GREY, linewidth=0.8)


def scene() -> tuple[np.ndarray, np.ndarray]:
    """Draw the frame: image and label in the 32 official colours, (240, 320, 3) uint8 both."""
    return render(SCENE, (240, 320), complete=True)


def train_ids(label: np.ndarray) -> np.ndarray:
    """Look up the train ids (H, W) of a label (H, W, 3) in the table of the classes."""
    table = {c.color: VOID if c.group is None else TRAIN_NAMES.index(c.group) for c in CLASSES}
    colors, places = np.unique(label.reshape(-1, 3), axis=0, return_inverse=True)
    return np.array([table[tuple(color.tolist())] for color in colors])[places.ravel()].reshape(label.shape[:2])


def paint(ids: np.ndarray) -> np.ndarray:
    """Paint train ids in the official colours of the 11 classes, void in black."""
    palette = np.zeros((256, 3), np.uint8)
    palette[: len(TRAIN_COLORS)] = TRAIN_COLORS
    return palette[ids]


def hexadecimal(color: tuple[int, int, int]) -> str:
    """Write a colour as matplotlib and the web do."""
    return "#{:02x}{:02x}{:02x}".format(*color)
