"""Measuring an augmentation by what it does to a frame whose colours say where each pixel comes from."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from proj4_code.given.classes import IMAGENET_MEAN, VOID
from proj4_unit_tests.harness.values import Array

FRAME = (60, 80)
CROP = (25, 33)  # at half its size, the frame is still larger, so that only a rotation looks beyond it
STRIPES = 10
"""Stripes of the mask, as train ids 1 to 10: 0 and 255 stand nowhere in the frame."""
BLUE = 200  # everywhere in the frame, and no usual fill
FIRST, SLOPE = 8, 3  # red is 8 in the first column and rises by 3 a pixel; green does so by row
MEAN_COLOR = "the mean colour"
UNREADABLE = 50  # pixels of the frame that a crop must show to be measured


def frame_of_places() -> Array:
    """Draw an image (3, H, W) uint8: red says the column of a pixel and green the row."""
    rows, columns = np.indices(FRAME)
    return np.stack([FIRST + SLOPE * columns, FIRST + SLOPE * rows, np.full(FRAME, BLUE)]).astype(np.uint8)


def stripes(axis: int) -> Array:
    """Draw a mask (H, W) int64 of stripes that follow each other from top to bottom (axis 0) or left to right (1)."""
    return np.asarray(1 + np.indices(FRAME)[axis] * STRIPES // FRAME[axis])


class Colors(NamedTuple):
    """Values (3,) that normalisation makes of a black and of a white pixel."""

    black: Array
    white: Array

    def decode(self, images: Array) -> Array:
        """Return the colours, from 0 to 255, that were normalised to `images` (N, 3, H, W)."""
        black, white = (color[:, None, None] for color in self)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(255 * (images - black) / (white - black))


class Crops(NamedTuple):
    """Measurements of N crops: pixel (row, column) of a crop shows the place `matrix @ (column, row) + shift`.

    Attributes:
        matrix: (N, 2, 2) from crop to frame, each (column, row).
        shift: (N, 2).
        apart: (N,) by how many pixels of the crop the mask is off its image.
        opposed: (N,) whether the mask runs the other way than its image.
        mask_mirrored: (N,) whether left and right are exchanged in the mask: 1 or 0, NaN if its stripes cannot tell.
        mask_angles: (N,) degrees between a stripe of the mask and the side of the crop.
        ratio: (N,) the mask's scale divided by the image's.

    What cannot be measured is NaN.
    """

    matrix: Array
    shift: Array
    apart: Array
    opposed: Array
    mask_mirrored: Array
    mask_angles: Array
    ratio: Array

    @property
    def mirrored(self) -> Array:
        """Whether left and right are exchanged in each image, (N,) bool."""
        return np.asarray(self.matrix[:, 0, 0] < 0)

    @property
    def upside_down(self) -> Array:
        """Whether top and bottom are exchanged in each image, (N,) bool."""
        return np.asarray(self.matrix[:, 1, 1] < 0)

    @property
    def scales(self) -> Array:
        """The factor between frame and crop, (N,), as a geometric mean of both directions."""
        (a, b), (c, d) = np.moveaxis(self.matrix, 0, -1)
        return np.asarray(1 / np.sqrt(np.abs(a * d - b * c)))

    @property
    def distortions(self) -> Array:
        """The scale of the width divided by that of the height, (N,)."""
        width, height = np.linalg.norm(self.matrix, axis=2).T
        return np.asarray(height / width)

    @property
    def angles(self) -> Array:
        """Degrees by which each image is turned once it is no longer mirrored, (N,)."""
        signs = np.sign(self.matrix[:, [0, 1], [0, 1]])
        (a, b), (c, d) = np.moveaxis(self.matrix * signs[:, None], 0, -1)
        return np.asarray(np.degrees(np.arctan2(c - b, a + d)))

    @property
    def turned_apart(self) -> Array:
        """Whether image and mask are turned by different angles, (N,) bool."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.abs(np.abs(self.mask_angles) - np.abs(self.angles)) > 4)

    @property
    def scaled_apart(self) -> Array:
        """Whether image and mask are scaled by different factors, (N,) bool."""
        with np.errstate(invalid="ignore"):
            return np.asarray(np.abs(np.log(self.ratio)) > 0.15)

    @property
    def middles(self) -> Array:
        """The place (column, row) in the frame, each from 0 to 1, of the middle of each crop."""
        center = np.array([CROP[1] - 1, CROP[0] - 1]) / 2
        return np.asarray((self.matrix @ center + self.shift + 0.5) / FRAME[::-1])


def measure(images: Array, masks: Array, axis: int, colors: Colors) -> Crops:
    """Measure crops of `frame_of_places()` with `stripes(axis)`."""
    red, green, blue = np.moveaxis(colors.decode(images), 1, 0)
    inside = np.abs(blue - BLUE) < 3
    inside &= shrink(inside, 1)
    inside &= inside.sum(axis=(1, 2), keepdims=True) >= UNREADABLE
    rows, columns = map(np.asarray, np.indices(images.shape[-2:]))
    x, y = (_fit(inside, columns, rows, (value - FIRST) / SLOPE) for value in (red, green))
    matrix, shift = np.stack([x[:, :2], y[:, :2]], axis=1), np.stack([x[:, 2], y[:, 2]], axis=1)
    return Crops(matrix, shift, *_compare(masks.astype(int), axis, inside, y if axis == 0 else x))


def _fit(where: Array, columns: Array, rows: Array, values: Array) -> Array:
    """Fit values (N, H, W) to `p * column + q * row + r` by least squares; return (N, 3)."""
    basis = np.stack(np.broadcast_arrays(columns, rows, np.ones_like(columns, float)), axis=-1).reshape(-1, 3)
    weights = where.reshape(len(where), -1).astype(float)
    products = np.einsum("np,pi,pj->nij", weights, basis, basis, optimize=True)
    sums = (weights * np.where(where, values, 0).reshape(len(where), -1)) @ basis
    fitted = np.full((len(where), 3), np.nan)
    usable = np.linalg.matrix_rank(products) == 3
    fitted[usable] = np.linalg.solve(products[usable], sums[usable, :, None])[..., 0]
    return fitted


def _compare(masks: Array, axis: int, inside: Array, image: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Compare the borders between stripes with where the image (N, 3: its fit along the axis) shows them."""
    along = axis + 1
    first, second = (np.take(masks, range(start, masks.shape[along] - 1 + start), along) for start in (0, 1))
    seen = np.take(inside, range(masks.shape[along] - 1), along)
    border = seen & (np.abs(first - second) == 1) & (np.minimum(first, second) > 0) & (first < VOID) & (second < VOID)
    rows, columns = (place + (0.5 if other == axis else 0) for other, place in enumerate(np.indices(border.shape[1:])))
    places = (np.maximum(first, second) - 1) * FRAME[axis] / STRIPES - 0.5
    p, q, r = (value[:, None, None] for value in image.T)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(border, places - (p * columns + q * rows + r), 0).sum(axis=(1, 2)) / border.sum(axis=(1, 2))
        size = np.linalg.norm(image[:, :2], axis=1)
        mask = _fit(border, columns, rows, places)
        low, high = np.where(border, places, np.inf), np.where(border, places, -np.inf)
        mask[~(low.min(axis=(1, 2)) < high.max(axis=(1, 2)))] = np.nan  # a single border has no scale
        mask_size = np.linalg.norm(mask[:, :2], axis=1)
        opposed = (mask[:, :2] * image[:, :2]).sum(axis=1) < 0
        angles = np.degrees(np.arctan(mask[:, axis] / mask[:, 1 - axis]))
        ratio = size / mask_size
        mirrored = np.where(np.isfinite(ratio) & (axis == 1), mask[:, 0] < 0, np.nan)
        return np.abs(error) / size, opposed, mirrored, angles, ratio


def shrink(where: Array, margin: int) -> Array:
    """Return the pixels of (N, H, W) that are at least `margin` pixels from those that are not `where`."""
    for axis in (1, 2):
        width = [(0, 0), (0, 0), (0, 0)]
        width[axis] = (margin, margin)
        padded = np.pad(where, width, constant_values=True)
        where = np.asarray(sliding_window_view(padded, 2 * margin + 1, axis).all(axis=-1))
    return where


def name_colors(pixels: Array, colors: Colors, least: float) -> list[str]:
    """Name the colours of normalised pixels (N, 3), those that a share of at least `least` has, sorted."""
    if not len(pixels):
        return []
    decoded = colors.decode(pixels.T[None, :, :, None])[0, :, :, 0].T
    mean = np.array(IMAGENET_MEAN)

    def near(values: Array, color: Array | float, tolerance: float) -> Array:
        return np.asarray(np.abs(values - color).max(axis=-1) < tolerance)

    kinds = {
        MEAN_COLOR: near(pixels, 0, 0.03) | near(decoded, 255 * mean, 2),
        "black": near(decoded, 0, 2),
        "white": near(decoded, 255, 2),
        "grey": near(decoded, 127.5, 2),
        "124, 116, 104 after normalisation": near(pixels, 255 * mean, 1.5),
        "0.485, 0.456, 0.406 after normalisation": near(pixels, mean, 0.01),
        "255 times the mean colour": near(decoded / 255, 255 * mean, 2),
    }
    kinds["another colour"] = ~np.logical_or.reduce(list(kinds.values()))
    return sorted(kind for kind, where in kinds.items() if where.mean() >= least)
