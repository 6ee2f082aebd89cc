"""Pictures of house fronts, drawn flat; `buildings` puts them into perspective."""

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw

from proj4_code.given.scene_drawing.canvas import rgb
from proj4_code.given.scene_drawing.geometry import Color, mix, product, scaled
from proj4_code.given.scene_drawing.noise import chance, pick, sample, tile
from proj4_code.given.scene_drawing.street import Neighbourhood

BRICK = ((150, 88, 66), (166, 108, 82), (128, 78, 64), (178, 136, 100), (186, 160, 116), (140, 100, 84))
_RENDER = (
    (222, 212, 194), (206, 200, 190), (232, 226, 216), (196, 178, 150), (204, 172, 150), (182, 190, 190),
    (226, 206, 160),
)  # fmt: skip
_STONE = ((168, 160, 146), (150, 146, 140), (186, 172, 148), (132, 130, 130))
_PANEL = ((120, 126, 134), (98, 104, 112), (158, 160, 162), (176, 168, 158), (86, 92, 98), (140, 118, 104))
_FRAME = ((236, 234, 228), (226, 222, 214), (60, 58, 58), (92, 70, 56))
_TRIM = ((206, 200, 188), (228, 224, 214), (120, 112, 104))
_DOOR = ((40, 60, 96), (120, 34, 34), (34, 74, 54), (52, 50, 52), (150, 120, 80), (210, 206, 196))
_GLASS = ((40, 48, 58), (54, 62, 72), (70, 82, 94), (32, 36, 42), (96, 110, 124))
_CURTAIN = ((188, 180, 166), (150, 130, 112), (214, 210, 202))
_FASCIA = (
    (36, 62, 110), (130, 28, 36), (28, 84, 58), (40, 40, 44), (196, 150, 40), (94, 44, 90), (232, 228, 220),
    (206, 92, 36),
)  # fmt: skip
_INSIDE = ((58, 54, 50), (90, 80, 64), (44, 50, 58), (150, 132, 96))

Board = tuple[float, float, float, float]
"""Left, bottom, right and top of a lettered board, in metres on the front."""


class Style:
    """What the fronts of one building look like: a random style of its neighbourhood. Lengths are in metres."""

    def __init__(self, rng: Generator, around: Neighbourhood):
        modern = chance(rng, around.modern)
        walls = _PANEL + _STONE if modern else pick(rng, (BRICK, BRICK, _RENDER, _STONE))
        tint = rng.uniform(0.85, 1.1)
        wide = rng.uniform(1.4, 2.6) if modern else rng.uniform(0.9, 1.35)
        self.wall = scaled(pick(rng, walls), tint)
        self.frame: Color = (58, 62, 68) if modern else pick(rng, _FRAME)
        self.trim = pick(rng, _TRIM)
        self.storey = rng.uniform(2.7, 3.4)
        self.window = (wide, rng.uniform(1.5, 2.0) if modern else rng.uniform(1.2, 1.8))
        self.spacing = wide + (rng.uniform(0.5, 0.9) if modern else rng.uniform(0.8, 1.5))  # front for each window
        self.panes = int(rng.integers(1, 3 if modern else 4))  # across a window
        self.shop = chance(rng, around.shops)
        self.sill = not modern
        self.band = chance(rng, 0.35)  # a line of stone at each floor
        self.door = pick(rng, _DOOR)


class _Front:
    """A front on which rectangles are drawn in metres from its lower left; `light` is a factor on each channel."""

    def __init__(self, size: tuple[float, float], texels: float, light: Color):
        self.width, self.height = size
        self.light = light
        self.picture = Image.new("RGB", (max(2, round(self.width * texels)), max(2, round(self.height * texels))))
        self.texels = (self.picture.width / self.width, self.picture.height / self.height)
        self._draw = ImageDraw.Draw(self.picture)

    def box(self, left: float, bottom: float, right: float, top: float, color: Color) -> None:
        x, y = self.texels
        upper, lower = round((self.height - top) * y), round((self.height - bottom) * y) - 1
        corners = (round(left * x), upper, round(right * x) - 1, lower)
        if corners[2] >= corners[0] and lower >= upper:
            self._draw.rectangle(corners, fill=rgb(product(color, self.light)))


def draw_facade(
    rng: Generator, style: Style, size: tuple[float, float], texels: float, light: Color, street: bool
) -> tuple[Image.Image, list[Board]]:
    """Return the picture (RGB) of a front, at `texels` pixels a metre, and the lettered boards on it.

    `size` is width and height in metres, `light` factors on the channels; `street` fronts have doors and shops.
    """
    width, height = size
    front = _Front(size, texels, light)
    front.box(0, 0, width, height, style.wall)
    floors, columns = max(1, int(height / style.storey)), max(1, int((width - 0.3) / style.spacing))
    front.box(0, 0, width, 0.45, scaled(style.wall, 0.72))
    shop = street and style.shop and floors > 1
    boards = _draw_shops(front, rng, style) if shop else []
    door = int(rng.integers(columns)) if street and not shop else None
    for floor in range(1 if shop else 0, floors):
        base = floor * style.storey
        if style.band and floor:
            front.box(0, base - 0.1, width, base + 0.08, style.trim)
        for column in range(columns):
            middle = (column + 0.5) * (width / columns)
            if floor == 0 and column == door:
                _draw_door(front, style, middle)
            elif street or (column + floor) % 2 == 0:
                _draw_window(front, rng, style, middle, base + 0.85)
    front.box(0, height - 0.35, width, height, style.trim if style.band else scaled(style.wall, 0.85))
    front.box(0, height - 0.42, width, height - 0.35, scaled(style.wall, 0.5))
    if chance(rng, 0.6):
        front.box(width - 0.3, 0, width - 0.2, height, scaled(style.wall, 0.55))
    return _weather(front.picture, rng, style, texels), boards


def _draw_window(front: _Front, rng: Generator, style: Style, middle: float, bottom: float) -> None:
    wide, high = style.window[0], min(style.window[1], style.storey - 1.1)
    left, right, top = middle - wide / 2, middle + wide / 2, bottom + high
    front.box(left - 0.12, bottom - 0.1, right + 0.12, top + 0.18, scaled(style.wall, 0.8))
    if style.sill:
        front.box(left - 0.15, top, right + 0.15, top + 0.2, style.trim)
        front.box(left - 0.18, bottom - 0.14, right + 0.18, bottom, style.trim)
    front.box(left, bottom, right, top, style.frame)
    glass, curtain = pick(rng, _GLASS), pick(rng, _CURTAIN)
    drawn = high * rng.uniform(0.0, 0.5) if chance(rng, 0.5) else 0.0
    edge, each = 0.07, (wide - 0.07) / style.panes
    foot, head = bottom + edge, top - edge
    if front.texels[0] < 8:  # too far for details
        front.box(left + edge, foot, right - edge, head, glass)
        upper, color = (drawn, curtain) if drawn else (high * 0.4, _mirroring(glass, 0.22))
        front.box(left + edge, head - upper, right - edge, head, color)
        return
    for pane in range(style.panes):
        start, end = left + edge + pane * each, left + edge + pane * each + each - edge
        front.box(start, foot, end, head, glass)
        # The upper part of a pane mirrors the sky.
        front.box(start, bottom + high * 0.55, end, head, _mirroring(glass, 0.22))
        if drawn:
            front.box(start, head - drawn, end, head, scaled(curtain, 0.8))
    if style.sill:
        front.box(left, bottom + high * 0.5 - 0.035, right, bottom + high * 0.5 + 0.035, style.frame)
    front.box(left, top - 0.09, right, top, scaled(style.frame, 0.5))


def _draw_door(front: _Front, style: Style, middle: float) -> None:
    for half, bottom, top, color in (
        (0.66, 0, 2.55, style.trim),
        (0.5, 0.12, 2.4, style.door),
        (0.5, 2.05, 2.4, (66, 76, 86)),
        (0.36, 1.2, 1.85, scaled(style.door, 0.7)),
        (0.36, 0.35, 1.0, scaled(style.door, 0.8)),
    ):
        front.box(middle - half, bottom, middle + half, top, color)


def _draw_shops(front: _Front, rng: Generator, style: Style) -> list[Board]:
    """Draw shop windows on the ground floor, each under a lettered board; return where the boards are."""
    boards = []
    units = max(1, int(front.width / rng.uniform(4.5, 7.5)))
    each, low, high = front.width / units, style.storey - 0.75, style.storey - 0.02
    for unit in range(units):
        left, right = unit * each + 0.15, (unit + 1) * each - 0.15
        fascia = pick(rng, _FASCIA)
        front.box(left, 0, right, low, scaled(fascia, 0.7))
        inside = pick(rng, _INSIDE)
        front.box(left + 0.15, 0.5, right - 0.15, low - 0.12, inside)
        for _ in range(int(rng.integers(3, 8))):
            x, tall = rng.uniform(left + 0.2, right - 0.5), rng.uniform(0.3, 1.1)
            grey = rng.uniform(60, 190)
            red, green, blue = grey + rng.uniform(-45, 45, 3)
            front.box(x, 0.5, x + rng.uniform(0.15, 0.5), 0.5 + tall, (red, green, blue))
        door = rng.uniform(left + 0.3, right - 1.3)
        front.box(door, 0.05, door + 0.95, low - 0.12, scaled(fascia, 0.5))
        front.box(door + 0.1, 0.3, door + 0.85, low - 0.2, _mirroring(inside, 0.1))
        front.box(left + 0.15, low * 0.62, right - 0.15, low - 0.12, _mirroring(inside, 0.2))
        boards.append((left, low, right, high))
        _draw_board(front, rng, boards[-1], fascia)
    return boards


def _draw_board(front: _Front, rng: Generator, board: Board, fascia: Color) -> None:
    left, low, right, high = board
    front.box(left, low, right, high, fascia)
    ink = (238, 234, 224) if sum(fascia) < 400 else (40, 36, 44)
    x = left + rng.uniform(0.2, 1.2)
    while x < right - 0.7:
        wide = rng.uniform(0.16, 0.34)
        front.box(x, low + 0.2, x + wide, low + rng.uniform(0.48, 0.58), ink)
        front.box(x + wide * 0.35, low + 0.3, x + wide * 0.65, low + 0.4, fascia)
        x += wide + (0.08 if chance(rng, 0.8) else 0.4)


def _weather(picture: Image.Image, rng: Generator, style: Style, texels: float) -> Image.Image:
    """Add stains, brick courses, and the gloom at the foot of a wall."""
    rows = np.arange(picture.height, dtype=np.float32)[::-1, None] / texels
    columns = np.arange(picture.width, dtype=np.float32)[None] / texels
    x, y = rng.uniform(0, 60, 2).astype(np.float32)
    # Rain draws stains out downwards.
    factor = sample(tile(16, 4), columns + x, (rows + y) * 0.4, 9) * 0.3 + 0.86
    factor += sample(tile(256, 1), columns, rows, texels) * 0.12 - 0.06
    factor *= np.minimum(1, 0.75 + rows * 0.12)
    if style.sill and texels > 14:
        factor *= 1 - (rows % 0.3 < 0.07) * np.float32(0.06)
    levels = np.minimum(factor * 128, 255).astype(np.uint16)
    return Image.fromarray(np.minimum((np.asarray(picture) * levels[..., None]) >> 7, 255).astype(np.uint8))


def _mirroring(color: Color, share: float) -> Color:
    """Return the colour of glass that mirrors a share of a bright sky."""
    return mix(color, (235, 235, 235), share)
