"""Fences: railings, planks, wire mesh, construction barriers."""

import numpy as np
from PIL import Image, ImageDraw

from proj4_code.given.scene_drawing.canvas import Color, rgb
from proj4_code.given.scene_drawing.ground import Shadow
from proj4_code.given.scene_drawing.noise import pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.street import Street
from proj4_code.given.scene_drawing.thing import Thing, bar

_TEXELS = 40
"""Pixels of a panel's picture for a metre."""

_COLORS = {
    "railing": ((40, 44, 46), (34, 60, 48), (150, 154, 156), (224, 224, 220)),
    "planks": ((140, 108, 76), (112, 92, 74), (164, 140, 108), (96, 84, 74), (206, 200, 188)),
    "mesh": ((150, 156, 156), (64, 88, 72)),
    "barrier": ((214, 90, 40), (196, 44, 40)),
}
_HEIGHTS = {"railing": (1.2, 1.7), "planks": (1.4, 2.0), "mesh": (1.6, 2.1), "barrier": (1.1, 1.2)}


def fence(rng: np.random.Generator, street: Street, s: float, near: float, far: float) -> list[Thing]:
    """A fence along the street at s, between two distances, in panels of about 2.5 m."""
    kind = pick(rng, ("railing", "railing", "planks", "mesh", "barrier"))
    height, color = rng.uniform(*_HEIGHTS[kind]), pick(rng, _COLORS[kind])
    panels = max(1, round((far - near) / 2.5))
    width = (far - near) / panels
    picture, mask = _draw_panel(rng, kind, color, (round(width * _TEXELS), round(height * _TEXELS)))
    return [_panel(street, s, near + width * i, near + width * (i + 1), height, picture, mask) for i in range(panels)]


def _panel(
    street: Street, s: float, near: float, far: float, height: float, picture: Image.Image, mask: Image.Image
) -> Thing:
    ends = [(street.x(s, near), near), (street.x(s, far), far)]
    away = street.direction(near)

    def draw(painter: Painter) -> None:
        (xa, za), (xb, zb) = ends
        side = 1 if xa * (zb - za) - za * (xb - xa) < 0 else -1  # 1: its right face is seen
        left, right = ends if side > 0 else ends[::-1]
        corners = [(xa, 0.0, za), (xb, 0.0, zb), (xb, height, zb), (xa, height, za)]
        # Annotators paint a fence as one area, whatever shows between its bars.
        painter.canvas.label_polygon(painter.camera.project_polygon(corners), "Fence")
        lit = painter.lit(picture, (away[1] * side, 0.0, -away[0] * side))
        painter.wall(lit, left, right, 0.0, height, "Fence", mask)

    rail = [*ends, *((x + 0.05, z) for x, z in ends[::-1])]
    return Thing(far, draw, [Shadow(rail, height * 0.75, height * 0.95), Shadow(bar(*ends[0], 0.05), 0.0, height)])


def _draw_panel(
    rng: np.random.Generator, kind: str, color: Color, size: tuple[int, int]
) -> tuple[Image.Image, Image.Image]:
    """Picture (RGB) and mask (L, 0 or 255) of one panel."""
    picture, mask = Image.new("RGB", size, rgb(color)), Image.new("L", size, 0)
    {"planks": _draw_planks, "barrier": _draw_barrier, "mesh": _draw_bars, "railing": _draw_bars}[kind](
        rng, picture, mask, color, kind == "mesh"
    )
    mask.paste(255, (0, 0, 4, size[1]))
    return picture, mask


def _draw_planks(rng: np.random.Generator, picture: Image.Image, mask: Image.Image, color: Color, fine: bool) -> None:
    draw = ImageDraw.Draw(picture)
    mask.paste(255, (0, 0, *picture.size))
    for x in range(0, picture.width, 6):
        tint = rng.uniform(0.82, 1.12)
        draw.rectangle((x, 0, x + 4, picture.height), fill=rgb(tuple(c * tint for c in color)))
        draw.rectangle((x + 5, 0, x + 5, picture.height), fill=rgb(tuple(c * 0.45 for c in color)))


def _draw_barrier(rng: np.random.Generator, picture: Image.Image, mask: Image.Image, color: Color, fine: bool) -> None:
    draw, width, height = ImageDraw.Draw(picture), *picture.size
    for high, low in ((0, int(height * 0.3)), (int(height * 0.45), int(height * 0.7))):
        mask.paste(255, (0, high, width, low))
        for x in range(0, width, 28):
            draw.polygon([(x, low), (x + 12, high), (x + 26, high), (x + 14, low)], fill=(236, 236, 230))


def _draw_bars(rng: np.random.Generator, picture: Image.Image, mask: Image.Image, color: Color, fine: bool) -> None:
    draw, cut, width, height = ImageDraw.Draw(picture), ImageDraw.Draw(mask), *picture.size
    gap, thick = (5, 1) if fine else (6, 3)
    for x in range(0, width, gap):
        cut.rectangle((x, 0, x + thick - 1, height), fill=255)
        draw.rectangle((x + thick - 1, 0, x + thick - 1, height), fill=rgb(tuple(c * 0.6 for c in color)))
    for y in range(0, height, 6) if fine else (2, height - 12):
        cut.rectangle((0, y, width, y + (0 if fine else 4)), fill=255)
