"""Puts a scene together: which kind of street, what stands along it, who is about."""

import numpy as np

from proj4_code.given.scene_drawing.camera import Camera
from proj4_code.given.scene_drawing.canvas import LABEL, SUPERSAMPLING, Canvas
from proj4_code.given.scene_drawing.frontage import line_street
from proj4_code.given.scene_drawing.ground import paint_ground
from proj4_code.given.scene_drawing.kerbside import furnish
from proj4_code.given.scene_drawing.light import draw_light
from proj4_code.given.scene_drawing.masonry import bridge
from proj4_code.given.scene_drawing.neighbourhood import NEIGHBOURHOODS
from proj4_code.given.scene_drawing.noise import chance, clouds, pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.road_users import people, traffic
from proj4_code.given.scene_drawing.sky import paint_sky, paint_skyline
from proj4_code.given.scene_drawing.street import plan_street


def draw_scene(
    rng: np.random.Generator, surroundings: np.random.Generator, height: int, width: int, everything: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Image (height, width, 3) uint8 and label (height, width) uint8 of numbers in `CLASSES`; no lens yet.

    `surroundings` decides the weather and the kind of street, `rng` all else; it may be the same generator.
    `everything` puts a sign, a pole, a fence, a pedestrian, a bicyclist, a car and a tree close to the camera.
    """
    canvas = Canvas(height, width)
    focal = rng.uniform(0.85, 1.1) * max(width, height * 0.7) * SUPERSAMPLING
    horizon = rng.uniform(0.43, 0.53) * height * SUPERSAMPLING
    camera = Camera(focal, width * SUPERSAMPLING * rng.uniform(0.46, 0.54), horizon, rng.uniform(1.3, 1.55))
    painter = Painter(canvas, camera, draw_light(surroundings))
    around = pick(surroundings, NEIGHBOURHOODS)
    street = plan_street(rng, around)

    things = line_street(rng, street, around, everything)
    things += furnish(rng, street, everything)
    things += traffic(rng, street, everything)
    things += people(rng, street, everything)
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


def _bonnet(painter: Painter, rng: np.random.Generator) -> None:
    """The camera car's own bonnet along the lower edge, which has no class."""
    canvas = painter.canvas
    width, height, rise = canvas.width, canvas.height, rng.uniform(0.03, 0.08)
    color = pick(rng, ((30, 34, 42), (70, 74, 80), (120, 30, 34), (150, 154, 160), (24, 24, 26)))
    for inset, tone in ((0.0, 0.5), (0.012, 0.85), (0.03, 1.0)):
        points = [(-0.1, 1.2)]
        for i in range(17):
            t = i / 16
            arc = 1 - (2 * t - 1) ** 4
            points.append((-0.02 + 1.04 * t, 1.02 - rise * arc + inset))
        points.append((1.1, 1.2))
        lit = painter.light.on(tuple(c * tone for c in color), (0, 1, 0))
        sky = painter.light.horizon
        lit = tuple(a + (b - a) * 0.18 * tone for a, b in zip(lit, sky, strict=True))
        canvas.polygon([(x * width, y * height) for x, y in points], lit, "Void")


def _uncertain(label: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Label (H, W) with void along some outlines, where an annotator could not decide."""
    height, width = label.shape
    border = np.zeros(label.shape, bool)
    border[:, 1:] |= label[:, 1:] != label[:, :-1]
    border[1:] |= label[1:] != label[:-1]
    unsure = clouds(rng, height, width, 5, 2) > 0.62
    return np.where(border & unsure, np.uint8(LABEL["Void"]), label)
