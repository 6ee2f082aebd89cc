"""The camera behind the windscreen: its projection, and what its lens and sensor make of a drawing."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageFilter

from proj4_code.given.scene_drawing.geometry import Point2, Point3, mix

NEAR = 0.6
"""Nothing closer than this (metres ahead of the camera) is drawn."""


class Camera(NamedTuple):
    """A level pinhole camera at X = Z = 0. A small pitch only shifts the horizon, so verticals stay vertical."""

    focal: float  # pixels
    center: float  # column of the optical axis, pixels
    horizon: float  # row of the horizon, pixels
    height: float  # above the ground, metres

    def project(self, x: float, y: float, z: float) -> Point2:
        """Return column and row, in pixels from the upper left corner, of a point at z > 0."""
        scale = self.focal / z
        return self.center + x * scale, self.horizon + (self.height - y) * scale

    def project_polygon(self, points: Sequence[Point3]) -> list[Point2]:
        """Return the image of a polygon in the world, cut off at `NEAR`; empty when all of it is nearer."""
        if min(point[2] for point in points) < NEAR:
            points = _clip_near(points)
        return [self.project(*point) for point in points]


def _clip_near(points: Sequence[Point3]) -> list[Point3]:
    """Return the part of a polygon with z >= `NEAR` (Sutherland and Hodgman's rule for one plane)."""
    kept = []
    for i, point in enumerate(points):
        before = points[i - 1]
        if (point[2] >= NEAR) != (before[2] >= NEAR):
            x, y, _ = mix(before, point, (NEAR - before[2]) / (point[2] - before[2]))
            kept.append((x, y, NEAR))
        if point[2] >= NEAR:
            kept.append(point)
    return kept


def photograph(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Return a drawing (H, W, 3) uint8 with a dashboard camera's exposure, blur, vignetting and noise."""
    height, width = image.shape[:2]
    exposure = rng.uniform(0.95, 1.32)
    contrast = rng.uniform(0.0, 0.4)
    balance = np.float32(1) + rng.uniform(-0.03, 0.03, 3).astype(np.float32)
    levels = np.minimum(np.arange(256, dtype=np.float32) / 255 * exposure, 1)
    # Between a straight line and the curve 3x² - 2x³, which deepens shadows and saves highlights.
    curve = levels + (levels * levels * (3 - 2 * levels) - levels) * contrast
    table = np.clip(curve[:, None] * 255 * balance, 0, 255).astype(np.uint8)
    sharp = Image.fromarray(np.stack([table[image[..., i], i] for i in range(3)], -1))
    soft = sharp.filter(ImageFilter.BoxBlur(1))
    photo = np.asarray(Image.blend(sharp, soft, rng.uniform(0.05, 0.4))).astype(np.float32)

    x = ((np.arange(width, dtype=np.float32) + 0.5) / width - 0.5)[None, :, None]
    y = ((np.arange(height, dtype=np.float32) + 0.5) / height - 0.5)[:, None, None]
    photo *= 1 - (x * x + y * y) * rng.uniform(0.1, 0.5)

    grain = np.float32(rng.uniform(1.0, 3.8) / 60)
    # The sum of four dice is close to a normal distribution, and exact.
    dice = rng.integers(0, 256, (4, height, width), dtype=np.uint8).astype(np.int16)
    photo += ((dice[0] + dice[1] + dice[2] + dice[3] - 510) * grain * 0.4)[..., None]
    hue = rng.integers(0, 256, (height, width, 3), dtype=np.uint8).astype(np.float32) - 127.5
    photo += hue * (grain * np.float32(0.4))
    return np.clip(photo, 0, 255).astype(np.uint8)
