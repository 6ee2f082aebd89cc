"""Buildings: solids with pictures of house fronts on their walls, under pitched or flat roofs."""

import math
from typing import NamedTuple

from numpy.random import Generator

from proj4_code.given.scene_drawing.facades import BRICK, Style, draw_facade
from proj4_code.given.scene_drawing.geometry import Color, Outline, Point2, Point3, mix, raised, scaled, upright
from proj4_code.given.scene_drawing.noise import chance, fork, pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.street import Neighbourhood, Side
from proj4_code.given.scene_drawing.thing import Shadow, Thing

_ROOF = ((96, 74, 66), (122, 70, 56), (76, 78, 84), (104, 98, 94), (86, 70, 64), (140, 88, 66))
_TILE_ROWS = 9


class Lot(NamedTuple):
    """A piece of land on one side of a street; metres."""

    side: Side
    near: float  # distance where it begins
    far: float
    setback: float  # behind the building line

    def front(self) -> list[Point2]:
        """Return the near and the far corner (X, Z) towards the street."""
        return [self.side.at(self.side.frontage + self.setback, z) for z in (self.near, self.far)]

    def direction(self) -> Point2:
        """Return the unit vector (X, Z) along the street in front of it."""
        return self.side.street.direction((self.near + self.far) / 2)


def building(rng: Generator, lot: Lot, height: float, around: Neighbourhood) -> Thing:
    """Return a building with walls of a height, in the style of its neighbourhood."""
    style, roof, deep = Style(rng, around), pick(rng, _ROOF), rng.uniform(8, 13)
    rise = rng.uniform(0.28, 0.42) * deep if height < 13 and chance(rng, around.pitched) else 0.0
    side, (near, far) = lot.side.way, lot.front()
    away_x, away_z = lot.direction()
    near_back, far_back = ((x + away_z * side * deep, z - away_x * side * deep) for x, z in (near, far))
    own = fork(rng)

    def draw(painter: Painter) -> None:
        corners = [near, far, far_back, near_back]
        if rise:
            _draw_pitched_roof(painter, own, corners, height, height + rise, roof, style.wall)
        else:
            _draw_flat_roof(painter, corners, height, style.trim)
        front, near_end = (-away_z * side, 0.0, away_x * side), (-away_x, 0.0, -away_z)
        for start, end, normal in ((near, far, front), (near_back, near, near_end)):
            left, right = (start, end) if side < 0 else (end, start)
            _draw_wall(painter, own, style, left, right, height, normal, street=normal is front)

    return Thing(lot.far, draw, [Shadow([near, far, far_back, near_back], 0.0, height + rise / 2)])


def _draw_wall(
    painter: Painter, rng: Generator, style: Style, left: Point2, right: Point2, height: float,
    normal: Point3, street: bool,
) -> None:  # fmt: skip
    """Draw a wall with the picture of its front, and label the lettered boards on it."""
    if not painter.sees_wall(left, right):
        return
    dx, dz = right[0] - left[0], right[1] - left[1]
    width = math.sqrt(dx * dx + dz * dz)
    depth = max(3.0, min(left[1], right[1])) * 0.6 + max(left[1], right[1]) * 0.4
    texels = min(36.0, max(3.0, painter.camera.focal / depth))
    light = painter.light.on((1.0, 1.0, 1.0), normal)
    picture, boards = draw_facade(rng, style, (width, height), texels, light, street)
    painter.wall(picture, left, right, 0.0, height, "Building")
    for start, bottom, end, top in boards:
        board = upright(mix(left, right, start / width), mix(left, right, end / width), bottom, top)
        painter.canvas.label_polygon(painter.camera.project_polygon(board), "Misc_Text")


def _draw_pitched_roof(
    painter: Painter, rng: Generator, corners: Outline, eaves: float, top: float, tiles: Color, wall: Color
) -> None:
    """Draw two slopes with the ridge along the street, gable walls and chimneys; `eaves` and `top` are heights."""
    near, far, far_back, near_back = corners
    ridge_near, ridge_far = _middle(near, near_back), _middle(far, far_back)
    inside = raised(_middle(ridge_near, ridge_far), eaves)
    for _ in range(int(rng.integers(1, 3))):
        place = mix(ridge_near, ridge_far, rng.uniform(0.05, 0.95))
        head = top + rng.uniform(0.7, 1.3)
        painter.cuboid(place, (0.45, 0.35), eaves + (top - eaves) * 0.6, head, pick(rng, BRICK), "Building")
    for start, end in ((near, far), (near_back, far_back)):
        slope = [raised(start, eaves), raised(end, eaves), raised(ridge_far, top), raised(ridge_near, top)]
        if painter.outer_face(slope, tiles, inside, "Building"):
            for row in range(1, _TILE_ROWS):
                left, right = (mix(slope[i], slope[3 - i], row / _TILE_ROWS) for i in (0, 1))
                above = [(x, y + 0.07, z) for x, y, z in (right, left)]
                painter.outer_face([left, right, *above], scaled(tiles, 0.82), inside)
    for front, back, ridge in ((near, near_back, ridge_near), (far, far_back, ridge_far)):
        gable = [raised(front, eaves), raised(back, eaves), raised(ridge, top)]
        painter.outer_face(gable, wall, inside, "Building")


def _draw_flat_roof(painter: Painter, corners: Outline, height: float, trim: Color) -> None:
    """Draw a parapet that stands out a little over the walls."""
    x, z = (sum(corner[i] for corner in corners) / 4 for i in (0, 1))
    wider = [mix(corner, (x, z), -0.03) for corner in corners]
    for i in range(4):
        band = upright(wider[i], wider[(i + 1) % 4], height, height + 0.5)
        painter.outer_face(band, trim, (x, height, z), "Building")


def _middle(a: Point2, b: Point2) -> Point2:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
