"""Garden walls, hedges, and bridges over the street."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from proj4_code.given.scene_drawing.buildings import Lot
from proj4_code.given.scene_drawing.canvas import Color, rgb
from proj4_code.given.scene_drawing.facades import BRICK
from proj4_code.given.scene_drawing.ground import Shadow
from proj4_code.given.scene_drawing.noise import clouds, pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.street import Street
from proj4_code.given.scene_drawing.thing import Thing

_HEDGE = ((58, 84, 40), (74, 96, 48), (46, 74, 44))
_COPING = (178, 172, 160)
_BRIDGE = ((150, 146, 138), (128, 96, 78), (110, 114, 118))


def garden_wall(rng: np.random.Generator, street: Street, lot: Lot) -> Thing:
    """A low wall along the front of a lot."""
    color, height = pick(rng, (*BRICK, (160, 156, 148))), rng.uniform(0.8, 2.2)
    ends, seed = lot.front(street), int(rng.integers(1 << 30))
    away = street.direction((lot.near + lot.far) / 2)

    def draw(painter: Painter) -> None:
        normal = (-away[1] * lot.side, 0.0, away[0] * lot.side)
        left, right = ends if lot.side < 0 else ends[::-1]
        scale = _texels(painter, lot)
        wall = _stone(np.random.default_rng(seed), color, lot.far - lot.near, height, scale)
        _draw_end(painter, ends[0], away, lot.side, 0.25, height, color, "Wall")
        painter.wall(painter.lit(wall, normal), left, right, 0.0, height, "Wall")
        coping = painter.lit(Image.new("RGB", (2, 2), _COPING), normal)
        painter.wall(coping, left, right, height - 0.12, height, "Wall")

    return _low(lot, ends, draw, height)


def hedge(rng: np.random.Generator, street: Street, lot: Lot) -> Thing:
    """A hedge along the front of a lot."""
    color, height = pick(rng, _HEDGE), rng.uniform(1.1, 2.0)
    ends, seed = lot.front(street), int(rng.integers(1 << 30))
    away = street.direction((lot.near + lot.far) / 2)

    def draw(painter: Painter) -> None:
        own, normal = np.random.default_rng(seed), (-away[1] * lot.side, 0.0, away[0] * lot.side)
        left, right = ends if lot.side < 0 else ends[::-1]
        leaves, mask = _leaves(own, color, lot.far - lot.near, height, _texels(painter, lot))
        _draw_end(painter, ends[0], away, lot.side, 0.7, height * 0.9, color, "VegetationMisc")
        painter.wall(painter.lit(leaves, normal), left, right, 0.0, height, "VegetationMisc", mask)

    return _low(lot, ends, draw, height)


def bridge(rng: np.random.Generator, street: Street, z: float) -> Thing:
    """A bridge over the street, at a distance."""
    color, low = pick(rng, _BRIDGE), rng.uniform(5.2, 6.4)
    high, seed = low + rng.uniform(1.4, 2.2), int(rng.integers(1 << 30))
    middle, half = street.x(0.0, z), max(street.frontage(-1), street.frontage(1)) - 0.5
    left, right = (middle - 40, z), (middle + 40, z)

    def draw(painter: Painter) -> None:
        for s in (-half, half):
            painter.cuboid((middle + s, z + 3), (0.8, 2.5), 0, low, color, "Bridge")
        ceiling = [(x, low, z + deep) for x, deep in ((left[0], 0), (right[0], 0), (right[0], 6), (left[0], 6))]
        painter.face(ceiling, tuple(c * 0.35 for c in color), (0, -1, 0), "Bridge")
        girder = _stone(np.random.default_rng(seed), color, 80, high - low, 6)
        rail = Image.new("RGB", (2, 2), rgb(tuple(c * 0.8 for c in color)))
        for picture, bottom, top in ((girder, low, high), (rail, high, high + 0.25)):
            painter.wall(painter.lit(picture, (0.0, 0.0, -1.0)), left, right, bottom, top, "Bridge")

    outline = [left, right, (right[0], z + 6), (left[0], z + 6)]
    return Thing(z, draw, [Shadow(outline, low, high)])


def _low(lot: Lot, ends: list, draw: Callable[[Painter], None], height: float) -> Thing:
    outline = [*ends, *((x + lot.side * 0.5, z) for x, z in ends[::-1])]
    # Nearer than the building behind it, so that it is drawn after it.
    return Thing(lot.far - 0.2, draw, [Shadow(outline, 0.0, height)], [outline])


def _draw_end(
    painter: Painter, corner: tuple, away: tuple, side: int, deep: float, height: float, color: Color, label: str
) -> None:
    """The near end of a wall that runs along the street."""
    (xa, za), (xb, zb) = corner, (corner[0] + away[1] * side * deep, corner[1] - away[0] * side * deep)
    end = [(xa, 0, za), (xb, 0, zb), (xb, height, zb), (xa, height, za)]
    painter.outer_face(end, color, ((xa + xb) / 2 + away[0], height / 2, (za + zb) / 2 + away[1]), label)


def _texels(painter: Painter, lot: Lot) -> float:
    """Pixels a metre that a picture of the front of a lot needs."""
    return min(30.0, painter.camera.focal / max(3.0, lot.near))


def _stone(rng: np.random.Generator, color: Color, width: float, height: float, scale: float) -> Image.Image:
    """A stained wall: RGB, `scale` pixels a metre."""
    columns, rows = max(4, min(600, int(width * scale))), max(4, int(height * scale))
    factor = 1 + (clouds(rng, rows, columns, max(2, columns // 30), 3) - np.float32(0.5)) * np.float32(0.35)
    return _tinted(factor, color)


def _leaves(
    rng: np.random.Generator, color: Color, width: float, height: float, scale: float
) -> tuple[Image.Image, Image.Image]:
    """A hedge, lighter on top, and a mask (mode L) with an uneven upper edge."""
    columns, rows = max(4, min(600, int(width * scale))), max(4, int(height * scale))
    factor = 1 + (clouds(rng, rows, columns, max(2, columns // 5), 3) - np.float32(0.5)) * np.float32(1.5)
    row = np.arange(rows, dtype=np.float32)[:, None]
    factor *= np.float32(1.15) - row * np.float32(0.55 / rows)
    edge = clouds(rng, 2, columns, max(2, columns // 6), 3)[0] * np.float32(0.3 * rows)
    return _tinted(factor, color), Image.fromarray(np.where(row >= edge, np.uint8(255), np.uint8(0)))


def _tinted(factor: np.ndarray, color: Color) -> Image.Image:
    return Image.fromarray(np.clip(factor[..., None] * np.array(color, np.float32), 0, 255).astype(np.uint8))
