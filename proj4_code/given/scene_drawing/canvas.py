"""A picture and its label map, always drawn together."""

import numpy as np
from PIL import Image, ImageDraw

from proj4_code.given.classes import CLASSES
from proj4_code.given.scene_drawing.geometry import Color, Outline

SUPERSAMPLING = 2
"""The drawing has this many rows and columns for each one of the finished picture."""

LABEL = {c.name: i for i, c in enumerate(CLASSES)}
"""Class name to its number in `CLASSES`; label maps hold these numbers while they are drawn."""


class Canvas:
    """An RGB picture and a label map, `SUPERSAMPLING` times the size asked for; drawn far to near, not anti-aliased.

    Points are (column, row) in pixels. What is drawn without a label is a detail of what is already there.
    """

    def __init__(self, height: int, width: int):
        self.width, self.height = width * SUPERSAMPLING, height * SUPERSAMPLING
        self.image = Image.new("RGB", (self.width, self.height))
        self.label = Image.new("L", (self.width, self.height), LABEL["Void"])
        self._draw = ImageDraw.Draw(self.image)
        self._draw_label = ImageDraw.Draw(self.label)

    def polygon(self, points: Outline, color: Color, label: str | None = None) -> None:
        """Fill a polygon."""
        if len(points) >= 3 and self._shows(points):
            self._draw.polygon(points, fill=rgb(color))
            if label:
                self.label_polygon(points, label)

    def label_polygon(self, points: Outline, label: str) -> None:
        """Label a polygon and leave its picture as it is, as annotators do between the spokes of a wheel."""
        if len(points) >= 3:
            self._draw_label.polygon(points, fill=LABEL[label])

    def line(self, points: Outline, color: Color, width: float, label: str) -> None:
        """Draw a line; `width` is in pixels."""
        pixels = max(1, round(width))
        self._draw.line(points, fill=rgb(color), width=pixels)
        self._draw_label.line(points, fill=LABEL[label], width=pixels)

    def paste(self, picture: Image.Image, corner: tuple[int, int], mask: Image.Image, label: str) -> None:
        """Paste an RGB picture where the mask (mode L or 1, only 0 and 255) is set."""
        self.image.paste(picture, corner, mask)
        self.label.paste(LABEL[label], corner, mask)

    def paste_rows(self, image: np.ndarray, label: np.ndarray, top: int) -> None:
        """Replace whole rows from `top` on: image (h, W, 3) uint8, label (h, W) uint8 of class numbers."""
        self.image.paste(Image.fromarray(image), (0, top))
        self.label.paste(Image.fromarray(label), (0, top))

    def finish(self) -> tuple[np.ndarray, np.ndarray]:
        """Return image (H, W, 3) uint8, averaged, and label (H, W) uint8, the class of most of each pixel."""
        return np.asarray(self.image.reduce(SUPERSAMPLING)), majority(np.asarray(self.label))

    def _shows(self, points: Outline) -> bool:
        columns, rows = zip(*points, strict=True)
        return max(columns) >= 0 and min(columns) <= self.width and max(rows) >= 0 and min(rows) <= self.height


def majority(label: np.ndarray) -> np.ndarray:
    """Return the most frequent value of each 2×2 block of (2H, 2W), or the first of those equally frequent."""
    a, b, c, d = label[::2, ::2], label[::2, 1::2], label[1::2, ::2], label[1::2, 1::2]
    a_wins = (a == b) | (a == c) | (a == d)
    return np.where(a_wins, a, np.where((b == c) | (b == d), b, np.where(c == d, c, a)))


def rgb(color: Color) -> tuple[int, int, int]:
    """Return a colour as Pillow wants it: rounded, and limited to 0-255."""
    red, green, blue = color
    return min(255, max(0, int(red + 0.5))), min(255, max(0, int(green + 0.5))), min(255, max(0, int(blue + 0.5)))
