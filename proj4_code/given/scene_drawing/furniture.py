"""Street furniture: lamp posts, signs, traffic lights, bollards, cones, concrete blocks, clutter."""

from collections.abc import Sequence

from numpy.random import Generator

from proj4_code.given.scene_drawing.geometry import Color, Outline, Point2, box, disc, ellipse, scaled, square
from proj4_code.given.scene_drawing.noise import chance, pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.thing import FRONT, Figure, Shadow, Thing

_METAL = ((96, 100, 102), (132, 136, 138), (62, 68, 66), (168, 170, 168), (46, 58, 52))
_RED = (196, 30, 34)
_WHITE = (234, 234, 230)
_BLUE = (30, 76, 160)
_GREEN = (20, 96, 66)
_BLACK = (30, 30, 32)

_ROUND = ellipse(0, 0, 1, 1)
_SIGNS: dict[str, Sequence[tuple[Outline, Color]]] = {
    # Outlines around (0, 0), about one unit in radius, from the back to the front.
    "limit": (
        (_ROUND, _RED),
        (ellipse(0, 0, 0.76, 0.76), _WHITE),
        (box(-0.42, -0.38, -0.06, 0.38), _BLACK),
        (box(-0.3, -0.2, -0.18, 0.2), _WHITE),
        (box(0.06, -0.38, 0.42, 0.38), _BLACK),
        (box(0.18, -0.2, 0.3, 0.2), _WHITE),
    ),
    "warning": (
        ([(-1.1, -0.8), (1.1, -0.8), (0, 1.1)], _RED),
        ([(-0.78, -0.62), (0.78, -0.62), (0, 0.74)], _WHITE),
        (box(-0.09, -0.45, 0.09, 0.3), _BLACK),
    ),
    "order": (
        (_ROUND, _BLUE),
        (box(-0.12, -0.6, 0.12, 0.2), _WHITE),
        ([(-0.45, 0.15), (0.45, 0.15), (0, 0.7)], _WHITE),
    ),
    "stop": (
        ([(-1, -0.42), (-0.42, -1), (0.42, -1), (1, -0.42), (1, 0.42), (0.42, 1), (-0.42, 1), (-1, 0.42)], _RED),
        *((box(left, -0.25, left + 0.24, 0.25), _WHITE) for left in (-0.72, -0.32, 0.08, 0.48)),
    ),
    "no entry": ((_ROUND, _RED), (box(-0.68, -0.17, 0.68, 0.17), _WHITE)),
}
_LAMPS = (((255, 70, 50), (74, 26, 26)), ((255, 190, 60), (80, 62, 26)), ((70, 235, 160), (22, 64, 44)))
"""Colours of a traffic light's lamps, on and off, from the top to the bottom."""
_CONE = (
    (box(-0.24, 0, 0.24, 0.07), (60, 56, 54)),
    ([(-0.18, 0.06), (0.18, 0.06), (0.04, 0.78), (-0.04, 0.78)], (230, 84, 30)),
    ([(-0.13, 0.28), (0.13, 0.28), (0.09, 0.46), (-0.09, 0.46)], (232, 232, 228)),
    ([(0.1, 0.06), (0.18, 0.06), (0.04, 0.78), (0.02, 0.78)], (176, 60, 24)),
)


def lamp_post(rng: Generator, place: Point2, reach: float) -> Thing:
    """Return a street lamp whose arm reaches `reach` metres to the right (negative: left); old ones have no arm."""
    height, radius, color = rng.uniform(5.5, 8.0), rng.uniform(0.11, 0.16), pick(rng, _METAL)
    old = chance(rng, 0.25)
    if old:
        height *= 0.6

    def draw(painter: Painter) -> None:
        post, head = (Figure(painter, place, "Column_Pole", base=base) for base in (0.0, height))
        post.post(height, radius, color)
        post.post(1.1, radius * 1.5, color)
        if old:
            head.plate([(-0.14, 0), (0.14, 0), (0.24, 0.5), (-0.24, 0.5)], (150, 148, 134))
            head.plate([(-0.28, 0.5), (0.28, 0.5), (0, 0.75)], color, (0, 0.3, -0.8))
        else:
            arm = [(0, -0.15), (0.7, 0.35), (1, 0.4), (1, 0.55), (0.65, 0.5), (0, 0.05)]
            head.plate([(reach * x, y) for x, y in arm], color, (0, 0.3, -0.8))
            head.plate(box(reach * 0.9, 0.36, reach * 1.5, 0.6), color, (0, 0.3, -0.8))

    return Thing(place[1], draw, [Shadow(square(*place, radius), 0.0, height)], [disc(*place, radius * 2)])


def sign(rng: Generator, place: Point2) -> Thing:
    """Return a traffic sign on its pole."""
    kind = pick(rng, ("limit", "limit", "warning", "order", "stop", "no entry", "board"))
    plates = _board(rng) if kind == "board" else _SIGNS[kind]
    metal, height, size = pick(rng, _METAL), rng.uniform(2.1, 2.7), rng.uniform(0.38, 0.48)

    def draw(painter: Painter) -> None:
        Figure(painter, place, "Column_Pole").post(height + size, 0.07, metal)
        figure = Figure(painter, place, "SignSymbol", size, base=height)
        for outline, albedo in plates:
            figure.plate(outline, albedo, (0, 0.15, -0.95))

    pole, plate = square(*place, 0.06), square(*place, size * 0.7)
    shadows = [Shadow(pole, 0.0, height), Shadow(plate, height - size, height + size)]
    return Thing(place[1], draw, shadows, [disc(*place, 0.15)])


def _board(rng: Generator) -> Sequence[tuple[Outline, Color]]:
    """Return the plates of a board with a few lines on it."""
    ground = pick(rng, (_BLUE, _GREEN, _WHITE))
    ink = _BLACK if ground is _WHITE else _WHITE
    middles = [0.45 - row * 0.36 for row in range(int(rng.integers(2, 5)))]
    lines = [(box(-1.4, middle - 0.08, rng.uniform(0.3, 1.3), middle + 0.1), ink) for middle in middles]
    return [(box(-1.8, -0.95, 1.8, 0.75), ink), (box(-1.7, -0.9, 1.7, 0.7), ground), *lines]


def traffic_light(rng: Generator, place: Point2) -> Thing:
    """Return a traffic light on its pole, with one of its lamps on."""
    burning, height = int(rng.integers(3)), rng.uniform(2.4, 3.0)

    def draw(painter: Painter) -> None:
        Figure(painter, place, "Column_Pole").post(height, 0.075, (70, 74, 76))
        figure, normal = Figure(painter, place, "TrafficLight", base=height), (0, 0.1, -0.9)
        figure.plate(box(-0.36, -0.15, 0.36, 1.2), (226, 226, 220), normal)
        figure.plate(box(-0.31, -0.1, 0.31, 1.15), (26, 28, 28), normal)
        for i, (on, off) in enumerate(_LAMPS):
            lamp = ellipse(0, 0.9 - i * 0.37, 0.15, 0.15)
            if i == burning:
                glow = painter.light.through_haze(on, place[1])
                painter.canvas.polygon(figure.pixels(lamp), glow, "TrafficLight")
            else:
                figure.plate(lamp, off, normal)

    shadows = [Shadow(square(*place, 0.08), 0.0, height), Shadow(square(*place, 0.25), height, height + 1.2)]
    return Thing(place[1], draw, shadows, [disc(*place, 0.15)])


def bollard(rng: Generator, place: Point2) -> Thing:
    """Return a bollard about a metre tall."""
    color = pick(rng, (*_METAL, (40, 40, 42), (150, 146, 138)))
    height, radius, striped = rng.uniform(0.9, 1.15), rng.uniform(0.09, 0.13), chance(rng, 0.5)

    def draw(painter: Painter) -> None:
        figure = Figure(painter, place, "Column_Pole")
        figure.post(height, radius, color)
        if striped:
            figure.plate(box(-radius, height * 0.72, radius, height * 0.86), (226, 222, 210), detail=True)

    return Thing(place[1], draw, [Shadow(square(*place, radius), 0.0, height)], [disc(*place, radius * 1.6)])


def cone(place: Point2) -> Thing:
    """Return a traffic cone."""

    def draw(painter: Painter) -> None:
        figure = Figure(painter, place, "TrafficCone")
        for outline, albedo in _CONE:
            figure.plate(outline, albedo, (0, 0.3, -0.8))

    return Thing(place[1], draw, [Shadow(square(*place, 0.14), 0.0, 0.6)], [disc(*place, 0.26)])


def parking_block(place: Point2) -> Thing:
    """Return a low concrete block at the kerb."""

    def draw(painter: Painter) -> None:
        painter.cuboid(place, (0.28, 0.45), 0.0, 0.42, (176, 172, 164), "ParkingBlock")

    return Thing(place[1], draw, [Shadow(square(*place, 0.35), 0.0, 0.42)], [square(*place, 0.42)])


def clutter(rng: Generator, place: Point2) -> Thing:
    """Return something without a class: a litter bin, a post box, a switch cabinet."""
    kinds = (((44, 60, 48), 0.27, 0.95), ((180, 30, 32), 0.25, 1.5), ((110, 124, 112), 0.5, 1.2))
    color, wide, tall = pick(rng, kinds)

    def draw(painter: Painter) -> None:
        painter.cuboid(place, (wide, 0.25), 0.0, tall, color, "Void")
        x, z = place
        front, dark = Figure(painter, (x, z - 0.25), "Void"), painter.light.on(scaled(color, 0.45), FRONT, z)
        for outline in (box(-wide * 0.7, tall * 0.74, wide * 0.7, tall * 0.84), box(-wide, 0, wide, tall * 0.08)):
            painter.canvas.polygon(front.pixels(outline), dark)

    return Thing(place[1], draw, [Shadow(square(*place, wide), 0.0, tall)], [square(*place, wide)])
