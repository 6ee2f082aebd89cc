"""What all pictures share: size, colours, the frame that they show, and how they are written."""

import io
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from proj4_code.given.classes import CLASSES
from proj4_code.given.notebooks.lessons.drawing import TEXT
from proj4_code.given.scene_drawing.scene import render

FIGURES = Path(__file__).resolve().parent.parent / "figures"
WIDTH = 8.4  # inches: 806 pixels in a browser, about the width of a page on GitHub
SCENE = 15  # seed of the frame that the pictures show


def use_style() -> None:
    """Set up matplotlib: legible text that stays text, and the same bytes in every run."""
    mpl.rcParams.update(
        {
            **TEXT,
            "font.size": 9.5,
            "axes.titlesize": 10,
            "axes.labelsize": 9.5,
            "xtick.labelsize": 9,
            "ytick.labelsize": 9,
            "svg.fonttype": "none",
            "svg.hashsalt": "proj4",
        }
    )


def save(figure: Figure, name: str) -> Path:
    """Write a picture to docs/figures, without a date, and return its path."""
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
    """Make a figure of full width and `height` inches, with empty axes measured in inches from the bottom left."""
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, height))
    axes.axis("off")
    return figure, axes


def scene() -> tuple[np.ndarray, np.ndarray]:
    """Draw the frame: image, and label in the 32 official colours, both (240, 320, 3) uint8."""
    return render(SCENE, (240, 320), complete=True)
