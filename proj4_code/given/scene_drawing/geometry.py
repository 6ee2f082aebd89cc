"""Points, colours and outlines as plain tuples, and what lies between two of them."""

import math
from collections.abc import Sequence
from typing import TypeVar

Point2 = tuple[float, float]
Point3 = tuple[float, float, float]
Color = tuple[float, float, float]
"""Red, green and blue, 0-255; as the colour of light, factors on a surface's colour."""
Range = tuple[float, float]
Outline = Sequence[Point2]

_Tuple = TypeVar("_Tuple", Point2, Point3)
_CIRCLE = [(round(math.cos(math.pi * i / 8), 9), round(math.sin(math.pi * i / 8), 9)) for i in range(16)]
"""Sixteen points of the unit circle, rounded: the last digit of a sine differs between machines."""


def mix(a: _Tuple, b: _Tuple, share: float) -> _Tuple:
    """Return the point or colour a share (0-1) of the way from `a` to `b`."""
    return tuple([p + (q - p) * share for p, q in zip(a, b, strict=True)])  # type: ignore[return-value]


def scaled(color: Color, factor: float) -> Color:
    """Return a darker (below 1) or lighter (above 1) colour."""
    return color[0] * factor, color[1] * factor, color[2] * factor


def product(color: Color, light: Color) -> Color:
    """Return a colour under a light."""
    return color[0] * light[0], color[1] * light[1], color[2] * light[2]


def box(left: float, bottom: float, right: float, top: float) -> list[Point2]:
    """Return the corners of a rectangle."""
    return [(left, bottom), (right, bottom), (right, top), (left, top)]


def square(x: float, y: float, half: float) -> list[Point2]:
    """Return the corners of a square, `half` a side away from its middle."""
    return box(x - half, y - half, x + half, y + half)


def ellipse(x: float, y: float, radius_x: float, radius_y: float) -> list[Point2]:
    """Return sixteen points of an ellipse with upright axes."""
    return [(x + radius_x * c, y + radius_y * s) for c, s in _CIRCLE]


def disc(x: float, y: float, radius: float) -> list[Point2]:
    """Return eight points of a circle."""
    return ellipse(x, y, radius, radius)[::2]


def limb(start: Point2, end: Point2, start_radius: float, end_radius: float) -> list[Point2]:
    """Return the outline of a rounded, tapered bar."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.sqrt(dx * dx + dy * dy) or 1e-6
    dx, dy = dx / length, dy / length
    outline = []
    for (x, y), radius, first in ((start, start_radius, 4), (end, end_radius, 12)):
        for step in range(first, first + 9, 2):
            c, s = _CIRCLE[step % 16]
            outline.append((x + radius * (c * dx - s * dy), y + radius * (c * dy + s * dx)))
    return outline


def raised(place: Point2, y: float) -> Point3:
    """Return the point at a height over a place (X, Z)."""
    return place[0], y, place[1]


def upright(start: Point2, end: Point2, bottom: float, top: float) -> list[Point3]:
    """Return the corners of an upright rectangle over the line between two places (X, Z)."""
    return [raised(start, bottom), raised(end, bottom), raised(end, top), raised(start, top)]


def outward_normal(points: Sequence[Point3], inside: Point3) -> Point3:
    """Return the unit normal of a flat polygon that points away from `inside`."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = points[:3]
    ux, uy, uz = bx - ax, by - ay, bz - az
    vx, vy, vz = cx - ax, cy - ay, cz - az
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = math.sqrt(nx * nx + ny * ny + nz * nz) or 1.0
    if nx * (ax - inside[0]) + ny * (ay - inside[1]) + nz * (az - inside[2]) < 0:
        length = -length
    return nx / length, ny / length, nz / length
