"""Buildings: solids with pictures of house fronts on their walls."""

import math
from typing import NamedTuple

import numpy as np

from proj4_code.given.scene_drawing.camera import Point2
from proj4_code.given.scene_drawing.facades import Style, draw_facade, draw_style
from proj4_code.given.scene_drawing.ground import Shadow
from proj4_code.given.scene_drawing.neighbourhood import Neighbourhood
from proj4_code.given.scene_drawing.noise import chance, pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.roofs import draw_flat_roof, draw_pitched_roof
from proj4_code.given.scene_drawing.street import Street
from proj4_code.given.scene_drawing.thing import Thing

_ROOF = ((96, 74, 66), (122, 70, 56), (76, 78, 84), (104, 98, 94), (86, 70, 64), (140, 88, 66))


class Lot(NamedTuple):
    """A piece of land on one side of a street; metres."""

    side: int  # -1: left, 1: right
    near: float  # distance where it begins
    far: float
    setback: float  # behind the building line

    def front(self, street: Street) -> list[Point2]:
        """The near and the far corner (X, Z) towards the street."""
        s = self.side * (street.frontage(self.side) + self.setback)
        return [(street.x(s, z), z) for z in (self.near, self.far)]


def building(rng: np.random.Generator, street: Street, lot: Lot, height: float, around: Neighbourhood) -> Thing:
    """A building with walls of a height, in the style of its neighbourhood."""
    style, roof, deep = draw_style(rng, around), pick(rng, _ROOF), rng.uniform(8, 13)
    rise = rng.uniform(0.28, 0.42) * deep if height < 13 and chance(rng, around.pitched) else 0.0
    side, front, away = lot.side, lot.front(street), street.direction((lot.near + lot.far) / 2)
    back = [(x + away[1] * side * deep, z - away[0] * side * deep) for x, z in front]
    bends_away = side * (street.heading + street.curvature * lot.far) > 0
    seed = int(rng.integers(1 << 30))

    def draw(painter: Painter) -> None:
        own = np.random.default_rng(seed)
        corners = [*front, *back[::-1]]  # near front, far front, far back, near back
        if rise:
            draw_pitched_roof(painter, own, corners, height, height + rise, roof, style.wall)
        else:
            draw_flat_roof(painter, corners, height, style.trim)
        outside = (away[1] * -side, 0.0, away[0] * side)
        _draw_front(painter, own, style, front if side < 0 else front[::-1], height, outside, street=True)
        end = [back[0], front[0]] if side < 0 else [front[0], back[0]]
        _draw_front(painter, own, style, end, height, (-away[0], 0.0, -away[1]), street=False)
        if bends_away:
            # Then the far end of a building can be seen.
            end = [front[1], back[1]] if side < 0 else [back[1], front[1]]
            _draw_front(painter, own, style, end, height, away, street=False)

    outline = [*front, *back[::-1]]
    return Thing(lot.far, draw, [Shadow(outline, 0.0, height + rise / 2)])


def _draw_front(
    painter: Painter, rng: np.random.Generator, style: Style, ends: list, height: float, normal: tuple, street: bool
) -> None:
    """One front with its picture, lit, and the lettered boards on it."""
    (xa, za), (xb, zb) = ends
    if not painter.sees_wall((xa, za), (xb, zb)):
        return
    width = math.sqrt((xb - xa) * (xb - xa) + (zb - za) * (zb - za))
    depth = max(3.0, min(za, zb)) * 0.6 + max(za, zb) * 0.4
    scale = min(36.0, max(3.0, painter.camera.focal / depth))
    facade = draw_facade(rng, style, (width, height), scale, painter.light.on((1.0, 1.0, 1.0), normal), street)
    painter.wall(facade.picture, (xa, za), (xb, zb), 0.0, height, "Building")
    for left, bottom, right, top in facade.signs:
        points = []
        for along, y in ((left, bottom), (right, bottom), (right, top), (left, top)):
            t = along / width
            points.append((xa + (xb - xa) * t, y, za + (zb - za) * t))
        painter.canvas.label_polygon(painter.camera.project_polygon(points), "Misc_Text")
