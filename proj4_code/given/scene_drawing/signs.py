"""Traffic signs and traffic lights."""

from collections.abc import Sequence

import numpy as np

from proj4_code.given.scene_drawing.camera import Point2
from proj4_code.given.scene_drawing.canvas import Color
from proj4_code.given.scene_drawing.furniture import METAL, draw_post
from proj4_code.given.scene_drawing.ground import Shadow
from proj4_code.given.scene_drawing.noise import pick
from proj4_code.given.scene_drawing.painter import Painter, box, ellipse
from proj4_code.given.scene_drawing.thing import Thing, bar, disc

_RED, _WHITE, _BLUE, _GREEN, _BLACK = (196, 30, 34), (234, 234, 230), (30, 76, 160), (20, 96, 66), (30, 30, 32)
_Plates = list[tuple[Sequence[Point2], Color]]
"""Outlines around (0, 0), about one unit in radius, from the back to the front."""


def _limit(rng: np.random.Generator) -> _Plates:
    plates = [(ellipse(0, 0, 1, 1), _RED), (ellipse(0, 0, 0.76, 0.76), _WHITE)]
    for left in (-0.42, 0.06):
        plates.append((box(left, -0.38, left + 0.36, 0.38), _BLACK))
        plates.append((box(left + 0.12, -0.2, left + 0.24, 0.2), _WHITE))
    return plates


def _warning(rng: np.random.Generator) -> _Plates:
    outer, inner = [(-1.1, -0.8), (1.1, -0.8), (0, 1.1)], [(-0.78, -0.62), (0.78, -0.62), (0, 0.74)]
    return [(outer, _RED), (inner, _WHITE), (box(-0.09, -0.45, 0.09, 0.3), _BLACK)]


def _order(rng: np.random.Generator) -> _Plates:
    head = [(-0.45, 0.15), (0.45, 0.15), (0, 0.7)]
    return [(ellipse(0, 0, 1, 1), _BLUE), (box(-0.12, -0.6, 0.12, 0.2), _WHITE), (head, _WHITE)]


def _stop(rng: np.random.Generator) -> _Plates:
    k = 0.42
    octagon = [(-1, -k), (-k, -1), (k, -1), (1, -k), (1, k), (k, 1), (-k, 1), (-1, k)]
    return [(octagon, _RED), *((box(left, -0.25, left + 0.24, 0.25), _WHITE) for left in (-0.72, -0.32, 0.08, 0.48))]


def _no_entry(rng: np.random.Generator) -> _Plates:
    return [(ellipse(0, 0, 1, 1), _RED), (box(-0.68, -0.17, 0.68, 0.17), _WHITE)]


def _board(rng: np.random.Generator) -> _Plates:
    ground = pick(rng, (_BLUE, _GREEN, _WHITE))
    ink = _BLACK if ground is _WHITE else _WHITE
    plates = [(box(-1.8, -0.95, 1.8, 0.75), ink), (box(-1.7, -0.9, 1.7, 0.7), ground)]
    for row in range(int(rng.integers(2, 5))):
        line = 0.45 - row * 0.36
        plates.append((box(-1.4, line - 0.08, rng.uniform(0.3, 1.3), line + 0.1), ink))
    return plates


_KINDS = (_limit, _limit, _warning, _order, _stop, _no_entry, _board)


def sign(rng: np.random.Generator, x: float, z: float) -> Thing:
    """A traffic sign on its pole."""
    plates, metal = pick(rng, _KINDS)(rng), pick(rng, METAL)
    height, size = rng.uniform(2.1, 2.7), rng.uniform(0.38, 0.48)

    def draw(painter: Painter) -> None:
        draw_post(painter, x, z, height + size, 0.07, metal)
        to_pixels = painter.figure(x, z)
        for outline, albedo in plates:
            pixels = to_pixels([(a * size, height + b * size) for a, b in outline])
            painter.canvas.polygon(pixels, painter.light.on(albedo, (0, 0.15, -0.95), z), "SignSymbol")

    shadows = [Shadow(bar(x, z, 0.06), 0.0, height), Shadow(bar(x, z, size * 0.7), height - size, height + size)]
    return Thing(z, draw, shadows, [disc(x, z, 0.15)])


def traffic_light(rng: np.random.Generator, x: float, z: float) -> Thing:
    """A traffic light on its pole, with one of its lamps on."""
    burning, height = int(rng.integers(3)), rng.uniform(2.4, 3.0)
    lamps = (((255, 70, 50), (74, 26, 26)), ((255, 190, 60), (80, 62, 26)), ((70, 235, 160), (22, 64, 44)))

    def draw(painter: Painter) -> None:
        draw_post(painter, x, z, height, 0.075, (70, 74, 76))
        to_pixels, light, canvas = painter.figure(x, z), painter.light, painter.canvas
        for outline, albedo in (
            (box(-0.36, height - 0.15, 0.36, height + 1.2), (226, 226, 220)),
            (box(-0.31, height - 0.1, 0.31, height + 1.15), (26, 28, 28)),
        ):
            canvas.polygon(to_pixels(outline), light.on(albedo, (0, 0.1, -0.9), z), "TrafficLight")
        for i, (on, off) in enumerate(lamps):
            glow = light.through_haze(on, z) if i == burning else light.on(off, (0, 0.1, -0.9), z)
            canvas.polygon(to_pixels(ellipse(0, height + 0.9 - i * 0.37, 0.15, 0.15)), glow, "TrafficLight")

    shadows = [Shadow(bar(x, z, 0.08), 0.0, height), Shadow(bar(x, z, 0.25), height, height + 1.2)]
    return Thing(z, draw, shadows, [disc(x, z, 0.15)])
