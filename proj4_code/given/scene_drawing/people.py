"""People on foot, with prams and dogs."""

from numpy.random import Generator

from proj4_code.given.scene_drawing.geometry import Color, Point2, box, disc, ellipse, limb, scaled
from proj4_code.given.scene_drawing.noise import chance, pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.thing import Figure, Shadow, Thing

_SKIN = ((224, 178, 148), (198, 148, 116), (150, 104, 76), (108, 74, 54), (232, 190, 164))
_HAIR = ((40, 30, 26), (84, 58, 38), (150, 116, 70), (120, 118, 116), (24, 22, 22), (120, 60, 36))
TOPS = (
    (44, 50, 70), (150, 40, 44), (210, 206, 198), (60, 92, 140), (36, 38, 42), (90, 110, 76), (200, 150, 60),
    (124, 84, 120), (92, 66, 50), (170, 176, 180), (40, 110, 112), (220, 120, 60), (110, 60, 70), (214, 220, 90),
)  # fmt: skip
_TROUSERS = ((44, 54, 80), (36, 36, 40), (96, 88, 76), (62, 72, 96), (120, 112, 98), (70, 60, 54), (150, 140, 120))
_SHOES = ((40, 36, 34), (200, 196, 190), (96, 64, 44))
_COATS = ((60, 46, 36), (150, 116, 76), (36, 34, 34), (196, 184, 166))


class Look:
    """What a random person looks like."""

    def __init__(self, rng: Generator):
        self.skin = pick(rng, _SKIN)
        self.hair = pick(rng, _HAIR)
        self.top = pick(rng, TOPS)
        self.trousers = pick(rng, _TROUSERS)
        self.shoes = pick(rng, _SHOES)
        self.bag = pick(rng, TOPS) if chance(rng, 0.4) else None
        self.long = chance(rng, 0.35)  # a coat
        self.skirt = chance(rng, 0.2)
        self.away = chance(rng, 0.55)  # seen from behind
        self.mirrored = chance(rng, 0.5)
        self.size = rng.uniform(0.93, 1.08)  # 1: 1.76 m tall


def pedestrian(rng: Generator, place: Point2, label: str = "Pedestrian", sideways: bool | None = None) -> Thing:
    """Return somebody on foot, seen from the side, or from the front or back; a "Child" is smaller."""
    look = Look(rng)
    size = look.size * (rng.uniform(0.62, 0.75) if label == "Child" else 1.0)
    sideways = chance(rng, 0.45) if sideways is None else sideways
    walk, step = _walk_sideways if sideways else _walk_ahead, rng.uniform(-1, 1)

    def draw(painter: Painter) -> None:
        walk(Figure(painter, place, label, size, look.mirrored), look, step)

    return Thing(place[1], draw, [Shadow(disc(*place, 0.2), 0.0, 1.7 * size)], [disc(*place, 0.3)])


def _walk_sideways(figure: Figure, look: Look, step: float) -> None:
    """Draw a walker from the side, going right."""
    hip, shoulder, stride = (0.0, 0.92), (0.04, 1.42), 0.18 + 0.2 * abs(step)
    legs = look.skin if look.skirt else look.trousers
    for way, color in ((-1, scaled(legs, 0.75)), (1, legs)):
        foot = (way * stride - 0.02, 0.09 if way > 0 else 0.13)
        knee = (way * stride * 0.5 + 0.07, 0.5)
        figure.limb(hip, knee, 0.105, 0.075, color)
        figure.limb(knee, foot, 0.07, 0.05, color)
        figure.draw(limb(foot, (foot[0] + 0.15, foot[1] - 0.04), 0.055, 0.04), look.shoes)
    figure.limb(shoulder, (-stride * 0.7, 1.12), 0.06, 0.05, scaled(look.top, 0.7))
    low = 0.62 if look.long or look.skirt else 0.88
    figure.draw([(-0.14, low), (0.15, low), (0.15, 1.2), (0.11, 1.48), (-0.07, 1.48), (-0.14, 1.2)], look.top, -0.7)
    figure.draw([(0.0, low), (0.15, low), (0.15, 1.2), (0.11, 1.46), (0.02, 1.46)], look.top, 0.8)
    if look.bag:
        figure.draw([(-0.3, 0.98), (-0.13, 0.98), (-0.1, 1.4), (-0.26, 1.4)], look.bag)
    elbow = (stride * 0.45, 1.14)
    figure.limb(shoulder, elbow, 0.065, 0.055, look.top)
    figure.limb(elbow, (elbow[0] + 0.16, 0.98), 0.05, 0.04, look.top)
    figure.draw(ellipse(elbow[0] + 0.18, 0.95, 0.05, 0.05), look.skin)
    draw_head(figure, look, 0.06, 1.64, turned=True)


def _walk_ahead(figure: Figure, look: Look, step: float) -> None:
    """Draw a walker from the front or from behind."""
    legs = look.skin if look.skirt else look.trousers
    for way in (-1, 1):
        foot = (way * 0.1, 0.07 + max(0.0, way * step) * 0.1)
        figure.draw(ellipse(foot[0] + way * 0.015, foot[1] - 0.02, 0.065, 0.05), look.shoes)
        figure.limb((way * 0.095, 0.92), (way * 0.1, 0.5), 0.1, 0.08, legs)
        figure.limb((way * 0.1, 0.5), foot, 0.075, 0.055, legs)
    for way in (-1, 1):
        elbow, hand = (way * 0.28, 1.1), (way * 0.29, 0.85 + 0.05 * step * way)
        figure.limb((way * 0.22, 1.38), elbow, 0.068, 0.058, look.top)
        figure.limb(elbow, hand, 0.054, 0.045, look.top)
        figure.draw(ellipse(hand[0], hand[1] - 0.04, 0.05, 0.06), look.skin)
    low, flare = 0.6 if look.long or look.skirt else 0.86, 0.24 if look.skirt else 0.2
    half = [(flare, low), (0.18, 1.1), (0.23, 1.36), (0.12, 1.48)]
    figure.draw([*half, *((-x, y) for x, y in half[::-1])], look.top, -0.5)
    figure.draw([(0.0, low), *((figure.sunny * x, y) for x, y in half), (0.0, 1.46)], look.top, 0.7)
    if look.bag and look.away:
        figure.draw(box(-0.15, 0.98, 0.15, 1.4), look.bag)
        figure.draw(box(-0.12, 1.0, 0.12, 1.15), scaled(look.bag, 0.8))
    elif not look.long and not look.away:
        red, green, blue = (min(255, value + 60) for value in look.top)
        figure.draw([(-0.05, 1.48), (0.05, 1.48), (0.0, 1.3)], (red, green, blue))
    draw_head(figure, look, 0.0, 1.64)


def draw_head(
    figure: Figure, look: Look, x: float, y: float, turned: bool = False, helmet: Color | None = None
) -> None:
    """Draw a head around (x, y) metres; `turned`: seen from the side."""
    figure.draw(box(x - 0.05, y - 0.18, x + 0.05, y - 0.05), scaled(look.skin, 0.8))
    if look.away and not turned:
        figure.draw(ellipse(x, y, 0.09, 0.12), look.hair)
    else:
        figure.draw(ellipse(x, y, 0.085, 0.12), look.skin, 0.3)
        figure.draw(ellipse(x - 0.045 if turned else x, y + 0.06, 0.088, 0.07), look.hair)
        if turned:
            figure.draw(ellipse(x - 0.06, y, 0.055, 0.1), look.hair)
    if helmet:
        figure.draw(ellipse(x, y + 0.07, 0.115, 0.075), helmet, 0.5)


def pram(rng: Generator, place: Point2) -> Thing:
    """Return a pram from the side, without the person who pushes it."""
    color, mirrored = pick(rng, TOPS), chance(rng, 0.5)

    def draw(painter: Painter) -> None:
        figure = Figure(painter, place, "CartLuggagePram", mirrored=mirrored)
        for wheel in (-0.28, 0.28):
            figure.draw(ellipse(wheel, 0.16, 0.16, 0.16), (40, 40, 42))
            figure.draw(ellipse(wheel, 0.16, 0.1, 0.1), (150, 150, 152))
        figure.line([(-0.28, 0.16), (0.1, 0.5), (0.28, 0.16)], (90, 90, 94), 0.05)
        figure.line([(-0.2, 0.5), (-0.5, 1.0)], (60, 60, 64), 0.05)
        figure.draw([(-0.35, 0.45), (0.4, 0.45), (0.48, 0.75), (-0.4, 0.75)], color)
        hood = [(-0.4, 0.75), (0.1, 0.75), (0.0, 1.05), (-0.25, 1.1), (-0.42, 0.95)]
        figure.draw(hood, scaled(color, 0.8), 0.5)

    return Thing(place[1] + 0.05, draw, [Shadow(disc(*place, 0.4), 0.1, 1.0)], [disc(*place, 0.4)])


def dog(rng: Generator, place: Point2) -> Thing:
    """Return a dog from the side."""
    coat, mirrored = pick(rng, _COATS), chance(rng, 0.5)

    def draw(painter: Painter) -> None:
        figure = Figure(painter, place, "Animal", 1.15, mirrored)
        for leg in (-0.27, -0.17, 0.18, 0.28):
            figure.limb((leg * 0.9, 0.34), (leg, 0.04), 0.05, 0.035, coat)
        figure.limb((-0.26, 0.43), (0.26, 0.46), 0.12, 0.14, coat)
        figure.limb((0.28, 0.5), (0.4, 0.68), 0.09, 0.08, coat)
        figure.limb((0.42, 0.7), (0.56, 0.66), 0.085, 0.05, coat)
        figure.draw([(0.34, 0.74), (0.4, 0.86), (0.44, 0.74)], scaled(coat, 0.7))
        figure.limb((-0.34, 0.48), (-0.5, 0.68), 0.04, 0.025, coat)

    return Thing(place[1], draw, [Shadow(disc(*place, 0.25), 0.1, 0.6)], [disc(*place, 0.3)])
