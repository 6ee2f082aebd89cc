"""Street furniture: lamp posts, bollards, cones, concrete blocks, and clutter that has no class."""

import numpy as np

from proj4_code.given.scene_drawing.canvas import Color
from proj4_code.given.scene_drawing.ground import Shadow
from proj4_code.given.scene_drawing.noise import chance, pick
from proj4_code.given.scene_drawing.painter import Painter, box
from proj4_code.given.scene_drawing.thing import Thing, bar, disc

METAL = ((96, 100, 102), (132, 136, 138), (62, 68, 66), (168, 170, 168), (46, 58, 52))


def draw_post(painter: Painter, x: float, z: float, height: float, radius: float, albedo: Color) -> None:
    """A round post on the ground, dark on one side and bright on the other; lengths in metres."""
    light, to_pixels = painter.light, painter.figure(x, z)
    sunny = radius if light.sun[0] > 0 else -radius
    dark = tuple(c * 0.72 for c in albedo)
    painter.canvas.polygon(
        to_pixels(box(-radius, 0, radius, height)), light.on(albedo, (0, 0.2, -0.9), z), "Column_Pole"
    )
    painter.canvas.polygon(
        to_pixels(box(-sunny, 0, -sunny * 0.35, height)), light.on(dark, (-light.sun[0], 0, -0.4), z)
    )
    painter.canvas.polygon(
        to_pixels(box(sunny * 0.15, 0, sunny * 0.55, height)), light.on(albedo, (light.sun[0], 0.3, -0.4), z)
    )


def lamp_post(rng: np.random.Generator, x: float, z: float, reach: float) -> Thing:
    """A street lamp whose arm reaches `reach` metres to the right (negative: left); old ones have no arm."""
    height, radius, color = rng.uniform(5.5, 8.0), rng.uniform(0.11, 0.16), pick(rng, METAL)
    old = chance(rng, 0.25)
    if old:
        height *= 0.6

    def draw(painter: Painter) -> None:
        to_pixels, light = painter.figure(x, z), painter.light
        tone = light.on(color, (0, 0.3, -0.8), z)
        draw_post(painter, x, z, height, radius, color)
        draw_post(painter, x, z, 1.1, radius * 1.5, color)
        if old:
            glass, roof = [(-0.14, 0), (0.14, 0), (0.24, 0.5), (-0.24, 0.5)], [(-0.28, 0.5), (0.28, 0.5), (0, 0.75)]
            parts = ((glass, light.on((150, 148, 134), (0, 0, -1), z)), (roof, tone))
        else:
            above, below = (
                [(reach, 0.55), (reach * 0.65, 0.5), (0, 0.05)],
                [(0, -0.15), (reach * 0.7, 0.35), (reach, 0.4)],
            )
            parts = (([*below, *above], tone), (box(reach * 0.9, 0.36, reach * 1.5, 0.6), tone))
        for outline, part_tone in parts:
            painter.canvas.polygon(to_pixels([(a, b + height) for a, b in outline]), part_tone, "Column_Pole")

    return Thing(z, draw, [Shadow(bar(x, z, radius), 0.0, height)], [disc(x, z, radius * 2)])


def bollard(rng: np.random.Generator, x: float, z: float) -> Thing:
    """A bollard about a metre tall."""
    color = pick(rng, (*METAL, (40, 40, 42), (150, 146, 138)))
    height, radius, striped = rng.uniform(0.9, 1.15), rng.uniform(0.09, 0.13), chance(rng, 0.5)

    def draw(painter: Painter) -> None:
        draw_post(painter, x, z, height, radius, color)
        if striped:
            stripe = painter.light.on((226, 222, 210), (0, 0, -1), z)
            painter.canvas.polygon(painter.figure(x, z)(box(-radius, height * 0.72, radius, height * 0.86)), stripe)

    return Thing(z, draw, [Shadow(bar(x, z, radius), 0.0, height)], [disc(x, z, radius * 1.6)])


def cone(x: float, z: float) -> Thing:
    """A traffic cone."""

    def draw(painter: Painter) -> None:
        to_pixels, light = painter.figure(x, z), painter.light
        parts = (
            (box(-0.24, 0, 0.24, 0.07), (60, 56, 54)),
            ([(-0.18, 0.06), (0.18, 0.06), (0.04, 0.78), (-0.04, 0.78)], (230, 84, 30)),
            ([(-0.13, 0.28), (0.13, 0.28), (0.09, 0.46), (-0.09, 0.46)], (232, 232, 228)),
            ([(0.1, 0.06), (0.18, 0.06), (0.04, 0.78), (0.02, 0.78)], (176, 60, 24)),
        )
        for outline, albedo in parts:
            painter.canvas.polygon(to_pixels(outline), light.on(albedo, (0, 0.3, -0.8), z), "TrafficCone")

    return Thing(z, draw, [Shadow(bar(x, z, 0.14), 0.0, 0.6)], [disc(x, z, 0.26)])


def parking_block(x: float, z: float) -> Thing:
    """A low concrete block at the kerb."""

    def draw(painter: Painter) -> None:
        painter.cuboid((x, z), (0.28, 0.45), 0.0, 0.42, (176, 172, 164), "ParkingBlock")

    return Thing(z, draw, [Shadow(bar(x, z, 0.35), 0.0, 0.42)], [bar(x, z, 0.42)])


def clutter(rng: np.random.Generator, x: float, z: float) -> Thing:
    """Something without a class: a litter bin, a post box, a switch cabinet."""
    color, wide, tall = pick(rng, (((44, 60, 48), 0.27, 0.95), ((180, 30, 32), 0.25, 1.5), ((110, 124, 112), 0.5, 1.2)))

    def draw(painter: Painter) -> None:
        painter.cuboid((x, z), (wide, 0.25), 0.0, tall, color, "Void")
        front = painter.figure(x, z - 0.25)
        dark = painter.light.on(tuple(c * 0.45 for c in color), (0, 0, -1), z)
        painter.canvas.polygon(front(box(-wide * 0.7, tall * 0.74, wide * 0.7, tall * 0.84)), dark)
        painter.canvas.polygon(front(box(-wide, 0, wide, tall * 0.08)), dark)

    return Thing(z, draw, [Shadow(bar(x, z, wide), 0.0, tall)], [bar(x, z, wide)])
