"""What stands between a lot and the street, or over it: garden walls, hedges, fences, bridges."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw

from proj4_code.given.scene_drawing.buildings import Lot
from proj4_code.given.scene_drawing.canvas import rgb
from proj4_code.given.scene_drawing.facades import BRICK
from proj4_code.given.scene_drawing.geometry import Color, Outline, Point2, box, scaled, square, upright
from proj4_code.given.scene_drawing.noise import clouds, fork, pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.street import Side, Street
from proj4_code.given.scene_drawing.thing import FRONT, Shadow, Thing

_HEDGE = ((58, 84, 40), (74, 96, 48), (46, 74, 44))
_COPING = (178, 172, 160)
_BRIDGE = ((150, 146, 138), (128, 96, 78), (110, 114, 118))
_FENCES = {
    # kind: lowest and greatest height in metres, colours
    "railing": ((1.2, 1.7), ((40, 44, 46), (34, 60, 48), (150, 154, 156), (224, 224, 220))),
    "planks": ((1.4, 2.0), ((140, 108, 76), (112, 92, 74), (164, 140, 108), (96, 84, 74), (206, 200, 188))),
    "mesh": ((1.6, 2.1), ((150, 156, 156), (64, 88, 72))),
    "barrier": ((1.1, 1.2), ((214, 90, 40), (196, 44, 40))),
}
_PANEL_TEXELS = 40
"""Pixels a metre of a fence panel's picture."""


def garden_wall(rng: Generator, lot: Lot) -> Thing:
    """Return a low wall along the front of a lot."""
    return _along_front(rng, lot, pick(rng, (*BRICK, (160, 156, 148))), rng.uniform(0.8, 2.2), "Wall")


def hedge(rng: Generator, lot: Lot) -> Thing:
    """Return a hedge along the front of a lot."""
    return _along_front(rng, lot, pick(rng, _HEDGE), rng.uniform(1.1, 2.0), "VegetationMisc")


def _along_front(rng: Generator, lot: Lot, color: Color, height: float, label: str) -> Thing:
    """Return a low wall or a hedge, by its label."""
    ends, own, side = lot.front(), fork(rng), lot.side.way
    away_x, away_z = lot.direction()
    left, right = ends if side < 0 else ends[::-1]
    normal = (-away_z * side, 0.0, away_x * side)

    def draw(painter: Painter) -> None:
        texels = min(30.0, painter.camera.focal / max(3.0, lot.near))
        size = (lot.far - lot.near, height)
        if label == "Wall":
            draw_near_end(painter, 0.25, height)
            painter.wall(painter.lit(_stone(own, color, size, texels), normal), left, right, 0.0, height, label)
            coping = painter.lit(Image.new("RGB", (2, 2), _COPING), normal)
            painter.wall(coping, left, right, height - 0.12, height, label)
        else:
            leaves, mask = _leaves(own, color, size, texels)
            draw_near_end(painter, 0.7, height * 0.9)
            painter.wall(painter.lit(leaves, normal), left, right, 0.0, height, label, mask)

    def draw_near_end(painter: Painter, deep: float, height: float) -> None:
        (xa, za), (xb, zb) = ends[0], (ends[0][0] + away_z * side * deep, ends[0][1] - away_x * side * deep)
        inside = ((xa + xb) / 2 + away_x, height / 2, (za + zb) / 2 + away_z)
        painter.outer_face(upright((xa, za), (xb, zb), 0, height), color, inside, label)

    outline = [*ends, *((x + side * 0.5, z) for x, z in ends[::-1])]
    # Nearer than the building behind it, so that it is drawn after it.
    return Thing(lot.far - 0.2, draw, [Shadow(outline, 0.0, height)], [outline])


def bridge(rng: Generator, street: Street, z: float) -> Thing:
    """Return a bridge over the street, at a distance."""
    color, low = pick(rng, _BRIDGE), rng.uniform(5.2, 6.4)
    high, own = low + rng.uniform(1.4, 2.2), fork(rng)
    middle, half = street.at(0.0, z)[0], max(side.frontage for side in street.sides.values()) - 0.5
    outline = box(middle - 40, z, middle + 40, z + 6)
    left, right = outline[:2]

    def draw(painter: Painter) -> None:
        for s in (-half, half):
            painter.cuboid((middle + s, z + 3), (0.8, 2.5), 0, low, color, "Bridge")
        painter.face([(x, low, z) for x, z in outline], scaled(color, 0.35), (0, -1, 0), "Bridge")
        girder = _stone(own, color, (80, high - low), 6)
        rail = Image.new("RGB", (2, 2), rgb(scaled(color, 0.8)))
        for picture, bottom, top in ((girder, low, high), (rail, high, high + 0.25)):
            painter.wall(painter.lit(picture, FRONT), left, right, bottom, top, "Bridge")

    return Thing(z, draw, [Shadow(outline, low, high)])


def _stone(rng: Generator, color: Color, size: tuple[float, float], texels: float) -> Image.Image:
    """Return the picture (RGB) of a stained wall of a width and height in metres."""
    return _tinted(_uneven(rng, size, texels, 30, 0.35), color)


def _leaves(rng: Generator, color: Color, size: tuple[float, float], texels: float) -> tuple[Image.Image, Image.Image]:
    """Return the picture (RGB) of a hedge, lighter on top, and a mask (mode L) with an uneven upper edge."""
    factor = _uneven(rng, size, texels, 5, 1.5)
    rows, columns = factor.shape
    row = np.arange(rows, dtype=np.float32)[:, None]
    factor *= 1.15 - row * (0.55 / rows)
    edge = clouds(rng, 2, columns, max(2, columns // 6), 3)[0] * (0.3 * rows)
    return _tinted(factor, color), Image.fromarray(np.where(row >= edge, np.uint8(255), np.uint8(0)))


def _uneven(rng: Generator, size: tuple[float, float], texels: float, blob: int, contrast: float) -> np.ndarray:
    """Return factors around 1, (rows, columns) float32, in blobs of about so many pixels."""
    columns, rows = max(4, min(600, int(size[0] * texels))), max(4, int(size[1] * texels))
    return 1 + (clouds(rng, rows, columns, max(2, columns // blob), 3) - 0.5) * contrast


def _tinted(factor: np.ndarray, color: Color) -> Image.Image:
    return Image.fromarray(np.clip(factor[..., None] * np.array(color, np.float32), 0, 255).astype(np.uint8))


def fence(rng: Generator, side: Side, distance: float, near: float, far: float) -> Iterator[Thing]:
    """Yield the panels, of about 2.5 m, of a fence along the street, so far from its centre line, from near to far."""
    kind = pick(rng, ("railing", "railing", "planks", "mesh", "barrier"))
    heights, colors = _FENCES[kind]
    height, color = rng.uniform(*heights), pick(rng, colors)
    panels = max(1, round((far - near) / 2.5))
    width = (far - near) / panels
    picture, mask = _draw_panel(rng, kind, color, (round(width * _PANEL_TEXELS), round(height * _PANEL_TEXELS)))
    for i in range(panels):
        start, end = near + width * i, near + width * (i + 1)
        away = side.street.direction(start)
        yield _panel(side.at(distance, start), side.at(distance, end), away, height, picture, mask)


def _panel(start: Point2, end: Point2, away: Point2, height: float, picture: Image.Image, mask: Image.Image) -> Thing:
    def draw(painter: Painter) -> None:
        side = 1 if start[0] * (end[1] - start[1]) - start[1] * (end[0] - start[0]) < 0 else -1  # 1: its right is seen
        left, right = (start, end) if side > 0 else (end, start)
        # Annotators paint a fence as one area, whatever shows between its bars.
        area = painter.camera.project_polygon(upright(start, end, 0.0, height))
        painter.canvas.label_polygon(area, "Fence")
        lit = painter.lit(picture, (away[1] * side, 0.0, -away[0] * side))
        painter.wall(lit, left, right, 0.0, height, "Fence", mask)

    rail: Outline = [start, end, (end[0] + 0.05, end[1]), (start[0] + 0.05, start[1])]
    shadows = [Shadow(rail, height * 0.75, height * 0.95), Shadow(square(*start, 0.05), 0.0, height)]
    return Thing(end[1], draw, shadows)


def _draw_panel(rng: Generator, kind: str, color: Color, size: tuple[int, int]) -> tuple[Image.Image, Image.Image]:
    """Return the picture (RGB) and the mask (mode L, 0 or 255) of one panel of a fence."""
    picture, mask = Image.new("RGB", size, rgb(color)), Image.new("L", size, 0)
    draw, cut = ImageDraw.Draw(picture), ImageDraw.Draw(mask)
    width, height = size
    if kind == "planks":
        mask.paste(255, (0, 0, width, height))
        for x in range(0, width, 6):
            draw.rectangle((x, 0, x + 4, height), fill=rgb(scaled(color, rng.uniform(0.82, 1.12))))
            draw.rectangle((x + 5, 0, x + 5, height), fill=rgb(scaled(color, 0.45)))
    elif kind == "barrier":
        for high, low in ((0, int(height * 0.3)), (int(height * 0.45), int(height * 0.7))):
            mask.paste(255, (0, high, width, low))
            for x in range(0, width, 28):
                draw.polygon([(x, low), (x + 12, high), (x + 26, high), (x + 14, low)], fill=(236, 236, 230))
    else:
        fine = kind == "mesh"
        gap, thick = (5, 1) if fine else (6, 3)
        for x in range(0, width, gap):
            cut.rectangle((x, 0, x + thick - 1, height), fill=255)
            draw.rectangle((x + thick - 1, 0, x + thick - 1, height), fill=rgb(scaled(color, 0.6)))
        for y in range(0, height, 6) if fine else (2, height - 12):
            cut.rectangle((0, y, width, y + (0 if fine else 4)), fill=255)
    mask.paste(255, (0, 0, 4, height))
    return picture, mask
