"""People on bicycles and motor scooters."""

from typing import NamedTuple

import numpy as np

from proj4_code.given.scene_drawing.camera import Point2
from proj4_code.given.scene_drawing.canvas import Color
from proj4_code.given.scene_drawing.figure import Figure
from proj4_code.given.scene_drawing.ground import Shadow
from proj4_code.given.scene_drawing.noise import pick
from proj4_code.given.scene_drawing.painter import Painter, box, ellipse, limb
from proj4_code.given.scene_drawing.people import TOPS, Look, draw_head, draw_look
from proj4_code.given.scene_drawing.thing import Thing, disc

_SHOES = (40, 38, 36)


class _Ride(NamedTuple):
    frame: Color
    helmet: Color | None
    pedal: float  # -1 to 1, where the near foot is


def cyclist(rng: np.random.Generator, x: float, z: float, sideways: bool, label: str = "Bicyclist") -> Thing:
    """Somebody on a bicycle ("Bicyclist"), crossing or riding along the road, or on a scooter ("MotorcycleScooter")."""
    look = draw_look(rng)
    ride = _Ride(pick(rng, TOPS), pick(rng, (None, *TOPS)), rng.uniform(-1, 1))
    squeeze = rng.uniform(0.65, 1.0)
    sideways = sideways and label == "Bicyclist"

    def draw(painter: Painter) -> None:
        figure = Figure(painter, (x, z), label, look.size, look.mirrored, squeeze if sideways else 1.0)
        if label == "MotorcycleScooter":
            _ride_scooter(figure, look, ride)
        elif sideways:
            _cycle_sideways(figure, look, ride)
        else:
            _cycle_ahead(figure, look, ride)

    wide = 0.8 if sideways else 0.25
    outline = [(x - wide, z - 0.15), (x + wide, z - 0.15), (x + wide, z + 0.15), (x - wide, z + 0.15)]
    return Thing(z, draw, [Shadow(outline, 0.0, 0.7), Shadow(disc(x, z, 0.25), 0.7, 1.7)], [outline])


def _cycle_sideways(figure: Figure, look: Look, ride: _Ride) -> None:
    """A cyclist from the side, going right."""
    rear, front, crank = (-0.53, 0.34), (0.55, 0.34), (-0.08, 0.29)
    saddle, bars = (-0.22, 0.95), (0.40, 1.02)
    for hub in (rear, front):
        figure.fill_label(ellipse(*hub, 0.34, 0.34))
    figure.fill_label([rear, crank, front, bars, saddle])
    hip, pedal = (-0.18, 1.0), (ride.pedal * 0.16, 0.29 - 0.1 * (1 - abs(ride.pedal)))
    far_pedal = (-0.16 - pedal[0], 0.58 - pedal[1])
    _leg(figure, hip, (0.16, 0.72 - far_pedal[1] * 0.2), far_pedal, tuple(c * 0.7 for c in look.trousers), _SHOES)
    for hub in (rear, front):
        ring = ellipse(*hub, 0.33, 0.33)
        figure.line([*ring, *ring[:2]], (30, 30, 32), 0.06)
        for i in range(0, 8, 2):
            figure.line([ring[i], ring[i + 8]], (128, 128, 130), 0.012)
    head = (0.36, 0.84)
    for tube in ((rear, crank, saddle, rear), (crank, head, saddle), (bars, front)):
        figure.line(tube, ride.frame, 0.05)
    figure.draw(ellipse(*crank, 0.1, 0.1), (60, 60, 62))
    figure.draw([(-0.36, 0.95), (-0.1, 0.98), (-0.12, 1.03), (-0.36, 1.03)], (34, 32, 32))
    _leg(figure, hip, (0.2, 0.62 + pedal[1] * 0.4), pedal, look.trousers, _SHOES)
    shoulder = (0.16, 1.45)
    figure.draw([(-0.3, 0.98), (-0.06, 0.94), (0.24, 1.34), (0.2, 1.54), (0.04, 1.54)], look.top, -0.6)
    figure.draw([(-0.28, 1.06), (-0.2, 0.98), (0.2, 1.44), (0.18, 1.54), (0.04, 1.54)], look.top, 0.7)
    figure.limb(shoulder, (0.3, 1.2), 0.065, 0.05, look.top)
    figure.limb((0.3, 1.2), (0.43, 1.05), 0.05, 0.04, look.skin)
    draw_head(figure, look, 0.26, 1.68, True, ride.helmet)


def _leg(figure: Figure, hip: Point2, knee: Point2, pedal: Point2, color: Color, shoe: Color) -> None:
    ankle = (pedal[0], pedal[1] + 0.08)
    figure.limb(hip, knee, 0.1, 0.075, color)
    figure.limb(knee, ankle, 0.07, 0.05, color)
    figure.draw(limb((pedal[0] - 0.04, pedal[1]), (pedal[0] + 0.13, pedal[1]), 0.045, 0.04), shoe)


def _cycle_ahead(figure: Figure, look: Look, ride: _Ride) -> None:
    """A cyclist riding along the road, from behind or from the front."""
    figure.draw(limb((0, 0.05), (0, 0.64), 0.045, 0.045), (28, 28, 30))
    figure.fill_label([(-0.2, 0.3), (0.2, 0.3), (0.2, 1.0), (-0.2, 1.0)])
    figure.draw(limb((0, 0.5), (0, 0.95), 0.05, 0.05), ride.frame)
    for way in (-1, 1):
        low = 0.24 + 0.12 * way * ride.pedal
        figure.limb((way * 0.11, 0.98), (way * 0.16, 0.62 + 0.3 * (low - 0.24)), 0.1, 0.08, look.trousers)
        figure.limb((way * 0.16, 0.62 + 0.3 * (low - 0.24)), (way * 0.13, low), 0.072, 0.05, look.trousers)
        figure.draw(ellipse(way * 0.13, low - 0.03, 0.06, 0.05), _SHOES)
    if not look.away:
        figure.line([(-0.3, 1.05), (0.3, 1.05)], (50, 50, 52), 0.045)
    torso = [(-0.19, 0.9), (0.19, 0.9), (0.2, 1.2), (0.24, 1.4), (0.1, 1.53), (-0.1, 1.53), (-0.24, 1.4), (-0.2, 1.2)]
    figure.draw(torso, look.top, -0.5)
    sunny = figure.sunny
    figure.draw([(0, 0.92), (sunny * 0.19, 0.9), (sunny * 0.24, 1.4), (sunny * 0.1, 1.53), (0, 1.5)], look.top, 0.7)
    for way in (-1, 1):
        figure.limb((way * 0.22, 1.42), (way * 0.33, 1.2), 0.065, 0.055, look.top)
        figure.limb((way * 0.33, 1.2), (way * 0.27, 1.05), 0.05, 0.042, look.skin)
    if look.away:
        figure.draw(ellipse(0, 0.78, 0.04, 0.04), (190, 30, 30))
    draw_head(figure, look, 0.0, 1.68, False, ride.helmet)


def _ride_scooter(figure: Figure, look: Look, ride: _Ride) -> None:
    """A motor scooter with its rider, from behind."""
    figure.draw(limb((0, 0.07), (0, 0.5), 0.07, 0.07), (26, 26, 28))
    figure.draw([(-0.16, 0.3), (0.16, 0.3), (0.22, 0.6), (0.2, 0.85), (-0.2, 0.85), (-0.22, 0.6)], ride.frame, 0.4)
    figure.draw(box(-0.1, 0.4, 0.1, 0.52), (226, 196, 70))
    figure.draw(box(-0.14, 0.68, 0.14, 0.76), (190, 28, 28))
    figure.line([(-0.38, 1.0), (0.38, 1.0)], (40, 40, 42), 0.05)
    for way in (-1, 1):
        figure.limb((way * 0.16, 0.85), (way * 0.26, 0.5), 0.11, 0.08, look.trousers)
        figure.limb((way * 0.26, 0.5), (way * 0.26, 0.3), 0.075, 0.06, look.trousers)
    figure.draw([(-0.2, 0.82), (0.2, 0.82), (0.26, 1.35), (0.12, 1.5), (-0.12, 1.5), (-0.26, 1.35)], look.top, 0.3)
    for way in (-1, 1):
        figure.limb((way * 0.24, 1.36), (way * 0.37, 1.03), 0.07, 0.05, look.top)
    figure.draw(ellipse(0, 1.64, 0.15, 0.16), ride.helmet or (220, 220, 222), 0.4)
