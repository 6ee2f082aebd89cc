"""The pinhole camera behind the windscreen."""

from collections.abc import Sequence
from typing import NamedTuple

NEAR = 0.6
"""Nothing closer than this (metres ahead of the camera) is drawn."""

Point3 = tuple[float, float, float]
Point2 = tuple[float, float]


class Camera(NamedTuple):
    """A level pinhole camera at X = Z = 0. A small pitch only shifts the horizon, so verticals stay vertical."""

    focal: float  # pixels
    center: float  # column of the optical axis, pixels
    horizon: float  # row of the horizon, pixels
    height: float  # above the ground, metres

    def project(self, x: float, y: float, z: float) -> Point2:
        """Column and row, in pixels from the upper left corner, of a point at z > 0."""
        scale = self.focal / z
        return self.center + x * scale, self.horizon + (self.height - y) * scale

    def project_polygon(self, points: Sequence[Point3]) -> list[Point2]:
        """Image polygon of a polygon in the world, cut off at `NEAR`; empty when all of it is nearer."""
        if min(point[2] for point in points) < NEAR:
            points = clip_near(points)
        return [self.project(*point) for point in points]


def clip_near(points: Sequence[Point3]) -> list[Point3]:
    """The part of a polygon with z >= `NEAR` (Sutherland and Hodgman's rule for one plane)."""
    kept = []
    for i, point in enumerate(points):
        before = points[i - 1]
        if (point[2] >= NEAR) != (before[2] >= NEAR):
            t = (NEAR - before[2]) / (point[2] - before[2])
            x, y = (a + (b - a) * t for a, b in zip(before[:2], point[:2], strict=True))
            kept.append((x, y, NEAR))
        if point[2] >= NEAR:
            kept.append(point)
    return kept
