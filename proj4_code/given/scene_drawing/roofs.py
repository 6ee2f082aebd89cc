"""Roofs: pitched ones with tiles and chimneys, flat ones with a parapet."""

import numpy as np

from proj4_code.given.scene_drawing.camera import Point2
from proj4_code.given.scene_drawing.canvas import Color
from proj4_code.given.scene_drawing.facades import BRICK
from proj4_code.given.scene_drawing.noise import pick
from proj4_code.given.scene_drawing.painter import Painter

_TILE_ROWS = 9


def draw_pitched_roof(
    painter: Painter,
    rng: np.random.Generator,
    corners: list[Point2],
    eaves: float,
    top: float,
    tiles: Color,
    wall: Color,
) -> None:
    """Two slopes with the ridge along the street, gable walls and chimneys.

    `corners` (X, Z) are near front, far front, far back, near back; `eaves` and `top` are heights in metres.
    """
    near_front, far_front, far_back, near_back = corners
    ridge = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in ((near_front, near_back), (far_front, far_back))]
    inside = ((ridge[0][0] + ridge[1][0]) / 2, eaves, (ridge[0][1] + ridge[1][1]) / 2)
    for _ in range(int(rng.integers(1, 3))):
        t = rng.uniform(0.05, 0.95)
        place = tuple(a + (b - a) * t for a, b in zip(ridge[0], ridge[1], strict=True))
        foot, head = eaves + (top - eaves) * 0.6, top + rng.uniform(0.7, 1.3)
        painter.cuboid(place, (0.45, 0.35), foot, head, pick(rng, BRICK), "Building")
    for a, b in ((near_front, far_front), (near_back, far_back)):
        slope = [
            (a[0], eaves, a[1]),
            (b[0], eaves, b[1]),
            (ridge[1][0], top, ridge[1][1]),
            (ridge[0][0], top, ridge[0][1]),
        ]
        if painter.outer_face(slope, tiles, inside, "Building"):
            _draw_tiles(painter, slope, tuple(c * 0.82 for c in tiles), inside)
    for a, b, r in ((near_front, near_back, ridge[0]), (far_front, far_back, ridge[1])):
        gable = [(a[0], eaves, a[1]), (b[0], eaves, b[1]), (r[0], top, r[1])]
        painter.outer_face(gable, wall, inside, "Building")


def _draw_tiles(painter: Painter, slope: list, color: Color, inside: tuple) -> None:
    """Dark lines along a slope."""
    for row in range(1, _TILE_ROWS):
        t = row / _TILE_ROWS
        left, right = (tuple(p + (q - p) * t for p, q in zip(slope[i], slope[3 - i], strict=True)) for i in (0, 1))
        above = [(x, y + 0.07, z) for x, y, z in (right, left)]
        painter.outer_face([left, right, *above], color, inside)


def draw_flat_roof(painter: Painter, corners: list[Point2], height: float, trim: Color) -> None:
    """A parapet that stands out a little over the walls."""
    x0, z0 = (sum(corner[i] for corner in corners) / 4 for i in (0, 1))
    wider = [(x + (x - x0) * 0.03, z + (z - z0) * 0.03) for x, z in corners]
    for a, b in zip(wider, wider[1:] + wider[:1], strict=True):
        band = [(a[0], height, a[1]), (b[0], height, b[1]), (b[0], height + 0.5, b[1]), (a[0], height + 0.5, a[1])]
        painter.outer_face(band, trim, (x0, height, z0), "Building")
