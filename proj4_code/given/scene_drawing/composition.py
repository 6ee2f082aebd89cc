"""Puts a scene together: which kind of street, what stands along it, who is about."""

import numpy as np
from numpy.random import Generator

from proj4_code.given.scene_drawing.boundaries import bridge
from proj4_code.given.scene_drawing.camera import Camera
from proj4_code.given.scene_drawing.canvas import LABEL, SUPERSAMPLING, Canvas
from proj4_code.given.scene_drawing.geometry import mix, scaled
from proj4_code.given.scene_drawing.ground import paint_ground
from proj4_code.given.scene_drawing.light import Light
from proj4_code.given.scene_drawing.noise import chance, clouds, pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.road_users import people, traffic
from proj4_code.given.scene_drawing.roadside import furnish, line_street
from proj4_code.given.scene_drawing.sky import paint_sky, paint_skyline
from proj4_code.given.scene_drawing.street import NEIGHBOURHOODS, Street

_BONNET = ((30, 34, 42), (70, 74, 80), (120, 30, 34), (150, 154, 160), (24, 24, 26))


def draw_scene(
    rng: Generator, surroundings: Generator, height: int, width: int, everything: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return image (height, width, 3) uint8 and label (height, width) uint8 of numbers in `CLASSES`; no lens yet.

    `surroundings` decides the weather and the kind of street, `rng` all else; it may be the same generator.
    `everything` puts a sign, a pole, a fence, a pedestrian, a bicyclist, a car and a tree close to the camera.
    """
    canvas = Canvas(height, width)
    focal = rng.uniform(0.85, 1.1) * max(width, height * 0.7) * SUPERSAMPLING
    horizon = rng.uniform(0.43, 0.53) * height * SUPERSAMPLING
    camera = Camera(focal, width * SUPERSAMPLING * rng.uniform(0.46, 0.54), horizon, rng.uniform(1.3, 1.55))
    painter = Painter(canvas, camera, Light(surroundings))
    around = pick(surroundings, NEIGHBOURHOODS)
    street = Street(rng, around)

    things = [
        *line_street(rng, street, around, everything),
        *furnish(rng, street, everything),
        *traffic(rng, street, everything),
        *people(rng, street, everything),
    ]
    if chance(rng, 0.06):
        things.append(bridge(rng, street, rng.uniform(35, 70)))

    paint_sky(painter, rng)
    paint_skyline(painter, rng)
    shadows = [shadow for thing in things for shadow in thing.shadows]
    contacts = [outline for thing in things for outline in thing.contacts]
    paint_ground(painter, rng, street, shadows, contacts)
    for thing in sorted(things, key=lambda thing: -thing.depth):
        thing.draw(painter)
    if chance(rng, 0.4):
        _bonnet(painter, rng)
    image, label = canvas.finish()
    return image, _uncertain(label, rng)


def _bonnet(painter: Painter, rng: Generator) -> None:
    """Draw the camera car's own bonnet along the lower edge, which has no class."""
    canvas, _, light = painter
    rise, color = rng.uniform(0.03, 0.08), pick(rng, _BONNET)
    for inset, tone in ((0.0, 0.5), (0.012, 0.85), (0.03, 1.0)):
        edge = [(t, 1.02 - rise * (1 - (2 * t - 1) ** 4) + inset) for t in (i / 16 for i in range(17))]
        points = [(-0.1, 1.2), *((1.04 * t - 0.02, y) for t, y in edge), (1.1, 1.2)]
        lit = mix(light.on(scaled(color, tone), (0, 1, 0)), light.horizon, 0.18 * tone)
        canvas.polygon([(x * canvas.width, y * canvas.height) for x, y in points], lit, "Void")


def _uncertain(label: np.ndarray, rng: Generator) -> np.ndarray:
    """Return label (H, W) with void along some outlines, where an annotator could not decide."""
    border = np.zeros(label.shape, bool)
    border[:, 1:] |= label[:, 1:] != label[:, :-1]
    border[1:] |= label[1:] != label[:-1]
    unsure = clouds(rng, label.shape[0], label.shape[1], 5, 2) > 0.62
    return np.where(border & unsure, np.uint8(LABEL["Void"]), label)
