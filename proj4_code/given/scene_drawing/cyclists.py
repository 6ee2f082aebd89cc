"""People on bicycles and motor scooters."""

from numpy.random import Generator

from proj4_code.given.scene_drawing.geometry import Color, Point2, box, disc, ellipse, limb, scaled
from proj4_code.given.scene_drawing.noise import pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.people import TOPS, Look, draw_head
from proj4_code.given.scene_drawing.thing import Figure, Shadow, Thing

_SHOES = (40, 38, 36)
_HELMETS: tuple[Color | None, ...] = (None, *TOPS)


class _Rider(Look):
    def __init__(self, rng: Generator):
        super().__init__(rng)
        self.frame = pick(rng, TOPS)  # of the bicycle
        self.helmet = pick(rng, _HELMETS)
        self.pedal = rng.uniform(-1, 1)  # where the near foot is


def cyclist(rng: Generator, place: Point2, sideways: bool, label: str) -> Thing:
    """Return somebody on a bicycle ("Bicyclist"), crossing or along the road, or on a scooter ("MotorcycleScooter")."""
    rider, squeeze = _Rider(rng), rng.uniform(0.65, 1.0)
    sideways = sideways and label == "Bicyclist"
    ride = _ride_scooter if label == "MotorcycleScooter" else _cycle_sideways if sideways else _cycle_ahead

    def draw(painter: Painter) -> None:
        ride(Figure(painter, place, label, rider.size, rider.mirrored, squeeze if sideways else 1.0), rider)

    x, z = place
    wide = 0.8 if sideways else 0.25
    outline = box(x - wide, z - 0.15, x + wide, z + 0.15)
    return Thing(z, draw, [Shadow(outline, 0.0, 0.7), Shadow(disc(x, z, 0.25), 0.7, 1.7)], [outline])


def _cycle_sideways(figure: Figure, rider: _Rider) -> None:
    """Draw a cyclist from the side, going right."""
    rear, front, crank = (-0.53, 0.34), (0.55, 0.34), (-0.08, 0.29)
    saddle, head, bars = (-0.22, 0.95), (0.36, 0.84), (0.40, 1.02)
    for hub in (rear, front):
        figure.fill_label(ellipse(*hub, 0.34, 0.34))
    figure.fill_label([rear, crank, front, bars, saddle])
    hip, pedal = (-0.18, 1.0), (rider.pedal * 0.16, 0.29 - 0.1 * (1 - abs(rider.pedal)))
    far_pedal = (-0.16 - pedal[0], 0.58 - pedal[1])
    _leg(figure, hip, (0.16, 0.72 - far_pedal[1] * 0.2), far_pedal, scaled(rider.trousers, 0.7))
    for hub in (rear, front):
        ring = ellipse(*hub, 0.33, 0.33)
        figure.line([*ring, *ring[:2]], (30, 30, 32), 0.06)
        for i in range(0, 8, 2):
            figure.line([ring[i], ring[i + 8]], (128, 128, 130), 0.012)
    for tube in ((rear, crank, saddle, rear), (crank, head, saddle), (bars, front)):
        figure.line(tube, rider.frame, 0.05)
    figure.draw(ellipse(*crank, 0.1, 0.1), (60, 60, 62))
    figure.draw([(-0.36, 0.95), (-0.1, 0.98), (-0.12, 1.03), (-0.36, 1.03)], (34, 32, 32))
    _leg(figure, hip, (0.2, 0.62 + pedal[1] * 0.4), pedal, rider.trousers)
    figure.draw([(-0.3, 0.98), (-0.06, 0.94), (0.24, 1.34), (0.2, 1.54), (0.04, 1.54)], rider.top, -0.6)
    figure.draw([(-0.28, 1.06), (-0.2, 0.98), (0.2, 1.44), (0.18, 1.54), (0.04, 1.54)], rider.top, 0.7)
    figure.limb((0.16, 1.45), (0.3, 1.2), 0.065, 0.05, rider.top)
    figure.limb((0.3, 1.2), (0.43, 1.05), 0.05, 0.04, rider.skin)
    draw_head(figure, rider, 0.26, 1.68, turned=True, helmet=rider.helmet)


def _leg(figure: Figure, hip: Point2, knee: Point2, pedal: Point2, color: Color) -> None:
    figure.limb(hip, knee, 0.1, 0.075, color)
    figure.limb(knee, (pedal[0], pedal[1] + 0.08), 0.07, 0.05, color)
    figure.draw(limb((pedal[0] - 0.04, pedal[1]), (pedal[0] + 0.13, pedal[1]), 0.045, 0.04), _SHOES)


def _cycle_ahead(figure: Figure, rider: _Rider) -> None:
    """Draw a cyclist riding along the road, from behind or from the front."""
    figure.draw(limb((0, 0.05), (0, 0.64), 0.045, 0.045), (28, 28, 30))
    figure.fill_label(box(-0.2, 0.3, 0.2, 1.0))
    figure.draw(limb((0, 0.5), (0, 0.95), 0.05, 0.05), rider.frame)
    for way in (-1, 1):
        low = 0.24 + 0.12 * way * rider.pedal
        knee = (way * 0.16, 0.62 + 0.3 * (low - 0.24))
        figure.limb((way * 0.11, 0.98), knee, 0.1, 0.08, rider.trousers)
        figure.limb(knee, (way * 0.13, low), 0.072, 0.05, rider.trousers)
        figure.draw(ellipse(way * 0.13, low - 0.03, 0.06, 0.05), _SHOES)
    if not rider.away:
        figure.line([(-0.3, 1.05), (0.3, 1.05)], (50, 50, 52), 0.045)
    half, sunny = [(0.19, 0.9), (0.2, 1.2), (0.24, 1.4), (0.1, 1.53)], figure.sunny
    figure.draw([*half, *((-x, y) for x, y in half[::-1])], rider.top, -0.5)
    figure.draw([(0, 0.92), (sunny * 0.19, 0.9), (sunny * 0.24, 1.4), (sunny * 0.1, 1.53), (0, 1.5)], rider.top, 0.7)
    for way in (-1, 1):
        figure.limb((way * 0.22, 1.42), (way * 0.33, 1.2), 0.065, 0.055, rider.top)
        figure.limb((way * 0.33, 1.2), (way * 0.27, 1.05), 0.05, 0.042, rider.skin)
    if rider.away:
        figure.draw(ellipse(0, 0.78, 0.04, 0.04), (190, 30, 30))
    draw_head(figure, rider, 0.0, 1.68, helmet=rider.helmet)


def _ride_scooter(figure: Figure, rider: _Rider) -> None:
    """Draw a motor scooter with its rider, from behind."""
    figure.draw(limb((0, 0.07), (0, 0.5), 0.07, 0.07), (26, 26, 28))
    figure.draw([(-0.16, 0.3), (0.16, 0.3), (0.22, 0.6), (0.2, 0.85), (-0.2, 0.85), (-0.22, 0.6)], rider.frame, 0.4)
    figure.draw(box(-0.1, 0.4, 0.1, 0.52), (226, 196, 70))
    figure.draw(box(-0.14, 0.68, 0.14, 0.76), (190, 28, 28))
    figure.line([(-0.38, 1.0), (0.38, 1.0)], (40, 40, 42), 0.05)
    for way in (-1, 1):
        figure.limb((way * 0.16, 0.85), (way * 0.26, 0.5), 0.11, 0.08, rider.trousers)
        figure.limb((way * 0.26, 0.5), (way * 0.26, 0.3), 0.075, 0.06, rider.trousers)
    figure.draw([(-0.2, 0.82), (0.2, 0.82), (0.26, 1.35), (0.12, 1.5), (-0.12, 1.5), (-0.26, 1.35)], rider.top, 0.3)
    for way in (-1, 1):
        figure.limb((way * 0.24, 1.36), (way * 0.37, 1.03), 0.07, 0.05, rider.top)
    figure.draw(ellipse(0, 1.64, 0.15, 0.16), rider.helmet or (220, 220, 222), 0.4)
