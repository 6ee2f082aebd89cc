"""Pictures of house fronts, drawn flat; `buildings` puts them into perspective."""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from proj4_code.given.scene_drawing.canvas import Color, rgb
from proj4_code.given.scene_drawing.neighbourhood import Neighbourhood
from proj4_code.given.scene_drawing.noise import chance, pick, sample, tile

BRICK = ((150, 88, 66), (166, 108, 82), (128, 78, 64), (178, 136, 100), (186, 160, 116), (140, 100, 84))
RENDER = (
    (222, 212, 194),
    (206, 200, 190),
    (232, 226, 216),
    (196, 178, 150),
    (204, 172, 150),
    (182, 190, 190),
    (226, 206, 160),
)
STONE = ((168, 160, 146), (150, 146, 140), (186, 172, 148), (132, 130, 130))
PANEL = ((120, 126, 134), (98, 104, 112), (158, 160, 162), (176, 168, 158), (86, 92, 98), (140, 118, 104))
_FASCIA = (
    (36, 62, 110),
    (130, 28, 36),
    (28, 84, 58),
    (40, 40, 44),
    (196, 150, 40),
    (94, 44, 90),
    (232, 228, 220),
    (206, 92, 36),
)


class Facade(NamedTuple):
    """A drawn house front."""

    picture: Image.Image  # RGB, lit, the whole front
    signs: list[tuple[float, float, float, float]]  # left, bottom, right, top of lettered boards, metres on the front


class Style(NamedTuple):
    """What the fronts of one building look like."""

    wall: Color
    frame: Color
    trim: Color
    storey: float  # metres
    window: tuple[float, float]  # width and height in metres
    spacing: float  # metres of front for each window
    panes: int  # panes across a window
    shop: bool
    sill: bool
    band: bool  # a line of stone at each floor
    door: Color


def draw_style(rng: np.random.Generator, around: Neighbourhood) -> Style:
    """A random style for a kind of neighbourhood."""
    modern = chance(rng, around.modern)
    walls = PANEL + STONE if modern else pick(rng, (BRICK, BRICK, RENDER, STONE))
    tint = rng.uniform(0.85, 1.1)
    wide = rng.uniform(1.4, 2.6) if modern else rng.uniform(0.9, 1.35)
    return Style(
        wall=tuple(c * tint for c in pick(rng, walls)),
        frame=pick(rng, ((236, 234, 228), (226, 222, 214), (60, 58, 58), (92, 70, 56))) if not modern else (58, 62, 68),
        trim=pick(rng, ((206, 200, 188), (228, 224, 214), (120, 112, 104))),
        storey=rng.uniform(2.7, 3.4),
        window=(wide, rng.uniform(1.5, 2.0) if modern else rng.uniform(1.2, 1.8)),
        spacing=wide + rng.uniform(0.5, 0.9) if modern else wide + rng.uniform(0.8, 1.5),
        panes=int(rng.integers(1, 3)) if modern else int(rng.integers(1, 4)),
        shop=chance(rng, around.shops),
        sill=not modern,
        band=chance(rng, 0.35),
        door=pick(rng, ((40, 60, 96), (120, 34, 34), (34, 74, 54), (52, 50, 52), (150, 120, 80), (210, 206, 196))),
    )


class _Flat:
    """A front on which rectangles are drawn in metres from its lower left; `light` is a factor on each channel."""

    def __init__(self, width: float, height: float, scale: float, light: Color):
        self.width, self.height, self.light = width, height, light
        size = (max(2, round(width * scale)), max(2, round(height * scale)))
        self.scale = (size[0] / width, size[1] / height)
        self.picture = Image.new("RGB", size)
        self._draw = ImageDraw.Draw(self.picture)

    def box(self, left: float, bottom: float, right: float, top: float, color: Color) -> None:
        x, y = self.scale
        corners = (
            round(left * x),
            round((self.height - top) * y),
            round(right * x) - 1,
            round((self.height - bottom) * y) - 1,
        )
        if corners[2] >= corners[0] and corners[3] >= corners[1]:
            light = self.light
            self._draw.rectangle(corners, fill=rgb((color[0] * light[0], color[1] * light[1], color[2] * light[2])))


def draw_facade(
    rng: np.random.Generator, style: Style, size: tuple[float, float], scale: float, light: Color, street: bool
) -> Facade:
    """A front of a width and height in metres at `scale` pixels a metre, lit; `street` fronts have doors and shops."""
    width, height = size
    flat = _Flat(width, height, scale, light)
    flat.box(0, 0, width, height, style.wall)
    signs = []
    floors = max(1, int(height / style.storey))
    columns = max(1, int((width - 0.3) / style.spacing))
    pitch = width / columns
    flat.box(0, 0, width, 0.45, _darker(style.wall, 0.72))
    first = 0
    if style.shop and street and floors > 1:
        signs = _draw_shop(flat, rng, style)
        first = 1
    elif street:
        first = 0
    door = int(rng.integers(columns)) if street and not first else -1
    for floor in range(first, floors):
        base = floor * style.storey
        if style.band and floor:
            flat.box(0, base - 0.1, width, base + 0.08, style.trim)
        for column in range(columns):
            middle = (column + 0.5) * pitch
            if floor == 0 and column == door:
                _draw_door(flat, style, middle)
            elif street or (column + floor) % 2 == 0:
                _draw_window(flat, rng, style, middle, base + 0.85)
    flat.box(0, height - 0.35, width, height, style.trim if style.band else _darker(style.wall, 0.85))
    flat.box(0, height - 0.42, width, height - 0.35, _darker(style.wall, 0.5))
    if chance(rng, 0.6):
        flat.box(width - 0.3, 0, width - 0.2, height, _darker(style.wall, 0.55))
    return Facade(_weather(flat.picture, rng, style, scale), signs)


def _draw_window(flat: _Flat, rng: np.random.Generator, style: Style, middle: float, bottom: float) -> None:
    wide, high = style.window
    high = min(high, style.storey - 1.1)
    left, right, top = middle - wide / 2, middle + wide / 2, bottom + high
    flat.box(left - 0.12, bottom - 0.1, right + 0.12, top + 0.18, _darker(style.wall, 0.8))
    if style.sill:
        flat.box(left - 0.15, top, right + 0.15, top + 0.2, style.trim)
        flat.box(left - 0.18, bottom - 0.14, right + 0.18, bottom, style.trim)
    flat.box(left, bottom, right, top, style.frame)
    edge, each = 0.07, (wide - 0.07) / style.panes
    glass = pick(rng, ((40, 48, 58), (54, 62, 72), (70, 82, 94), (32, 36, 42), (96, 110, 124)))
    curtain = pick(rng, ((188, 180, 166), (150, 130, 112), (214, 210, 202)))
    drawn = rng.uniform(0.0, 0.5) if chance(rng, 0.5) else 0.0
    if flat.scale[0] < 8:  # pixels a metre: too far for details
        flat.box(left + edge, bottom + edge, right - edge, top - edge, glass)
        flat.box(
            left + edge,
            top - edge - high * (drawn or 0.4),
            right - edge,
            top - edge,
            curtain if drawn else _lighter(glass, 0.22),
        )
        return
    for pane in range(style.panes):
        x = left + edge + pane * each
        flat.box(x, bottom + edge, x + each - edge, top - edge, glass)
        # The upper part of a pane mirrors the sky.
        flat.box(x, bottom + high * 0.55, x + each - edge, top - edge, _lighter(glass, 0.22))
        if drawn:
            flat.box(x, top - edge - high * drawn, x + each - edge, top - edge, _darker(curtain, 0.8))
    if style.sill:
        flat.box(left, bottom + high * 0.5 - 0.035, right, bottom + high * 0.5 + 0.035, style.frame)
    flat.box(left, top - 0.09, right, top, _darker(style.frame, 0.5))


def _draw_door(flat: _Flat, style: Style, middle: float) -> None:
    flat.box(middle - 0.66, 0, middle + 0.66, 2.55, style.trim)
    flat.box(middle - 0.5, 0.12, middle + 0.5, 2.4, style.door)
    flat.box(middle - 0.5, 2.05, middle + 0.5, 2.4, (66, 76, 86))
    flat.box(middle - 0.36, 1.2, middle + 0.36, 1.85, _darker(style.door, 0.7))
    flat.box(middle - 0.36, 0.35, middle + 0.36, 1.0, _darker(style.door, 0.8))


def _draw_shop(flat: _Flat, rng: np.random.Generator, style: Style) -> list[tuple[float, float, float, float]]:
    """Shop windows on the ground floor under a lettered board; returns where the boards are."""
    signs = []
    units = max(1, int(flat.width / rng.uniform(4.5, 7.5)))
    each = flat.width / units
    low, high = style.storey - 0.75, style.storey - 0.02
    for unit in range(units):
        left, right = unit * each + 0.15, (unit + 1) * each - 0.15
        fascia = pick(rng, _FASCIA)
        flat.box(left, 0, right, low, _darker(fascia, 0.7))
        inside = pick(rng, ((58, 54, 50), (90, 80, 64), (44, 50, 58), (150, 132, 96)))
        flat.box(left + 0.15, 0.5, right - 0.15, low - 0.12, inside)
        for _ in range(int(rng.integers(3, 8))):
            x, tall = rng.uniform(left + 0.2, right - 0.5), rng.uniform(0.3, 1.1)
            grey = rng.uniform(60, 190)
            goods = tuple(grey + rng.uniform(-45, 45) for _ in range(3))
            flat.box(x, 0.5, x + rng.uniform(0.15, 0.5), 0.5 + tall, goods)
        door = rng.uniform(left + 0.3, right - 1.3)
        flat.box(door, 0.05, door + 0.95, low - 0.12, _darker(fascia, 0.5))
        flat.box(door + 0.1, 0.3, door + 0.85, low - 0.2, _lighter(inside, 0.1))
        flat.box(left + 0.15, low * 0.62, right - 0.15, low - 0.12, _lighter(inside, 0.2))
        flat.box(left, low, right, high, fascia)
        ink = (238, 234, 224) if sum(fascia) < 400 else (40, 36, 44)
        x = left + rng.uniform(0.2, 1.2)
        while x < right - 0.7:
            letter = rng.uniform(0.16, 0.34)
            flat.box(x, low + 0.2, x + letter, low + rng.uniform(0.48, 0.58), ink)
            flat.box(x + letter * 0.35, low + 0.3, x + letter * 0.65, low + 0.4, fascia)
            x += letter + (0.08 if chance(rng, 0.8) else 0.4)
        signs.append((left, low, right, high))
    return signs


def _weather(picture: Image.Image, rng: np.random.Generator, style: Style, scale: float) -> Image.Image:
    """Stains, brick courses, and the gloom at the foot of a wall."""
    width, height = picture.size
    rows = np.arange(height, dtype=np.float32)[::-1, None] / np.float32(scale)
    columns = np.arange(width, dtype=np.float32)[None] / np.float32(scale)
    x, y = rng.uniform(0, 60, 2).astype(np.float32)
    # Rain draws stains out downwards.
    factor = sample(tile(16, 4), columns + x, (rows + y) * np.float32(0.4), 9) * np.float32(0.3) + np.float32(0.86)
    factor += sample(tile(256, 1), columns, rows, scale) * np.float32(0.12) - np.float32(0.06)
    factor *= np.minimum(1, np.float32(0.75) + rows * np.float32(0.12))
    if style.sill and scale > 14:
        factor *= 1 - (rows % np.float32(0.3) < 0.07) * np.float32(0.06)
    levels = np.minimum(factor * 128, 255).astype(np.uint16)
    values = np.minimum((np.asarray(picture) * levels[..., None]) >> 7, 255)
    return Image.fromarray(values.astype(np.uint8))


def _darker(color: Color, factor: float) -> Color:
    return tuple(c * factor for c in color)


def _lighter(color: Color, share: float) -> Color:
    return tuple(c + (235 - c) * share for c in color)
