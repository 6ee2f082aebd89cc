"""What stands along the kerbs: lamps, signs, bollards, traffic lights, roadworks, clutter."""

import numpy as np

from proj4_code.given.scene_drawing.furniture import bollard, clutter, cone, lamp_post, parking_block
from proj4_code.given.scene_drawing.noise import chance, pick
from proj4_code.given.scene_drawing.signs import sign, traffic_light
from proj4_code.given.scene_drawing.street import Street
from proj4_code.given.scene_drawing.thing import Thing


def furnish(rng: np.random.Generator, street: Street, everything: bool) -> list[Thing]:
    """All street furniture; `everything`: at least two signs on each side."""
    things = _lamps(rng, street)
    for side in (-1, 1):
        edge = street.kerb(side) + 0.4

        def at(z: float, s: float = edge, side: int = side) -> tuple[float, float]:
            return street.x(side * s, z), z

        for _ in range(2 if everything else int(rng.integers(0, 3))):
            things.append(sign(rng, *at(rng.uniform(5.5, 14), edge + rng.uniform(0.0, 1.0))))
        if chance(rng, 0.3):
            z = rng.uniform(6, 14)
            things += [bollard(rng, *at(z + 1.6 * i, edge + 0.1)) for i in range(int(rng.integers(2, 6)))]
        if chance(rng, 0.25):
            things.append(clutter(rng, *at(rng.uniform(7, 18), street.walk(side) + 0.4)))
        if chance(rng, 0.12):
            z = rng.uniform(8, 16)
            things += [parking_block(*at(z + 2.5 * i, edge + 0.1)) for i in range(3)]
    things += _traffic_lights(rng, street)
    if chance(rng, 0.1):
        z, side = rng.uniform(7, 12), pick(rng, (-1, 1))
        for i in range(int(rng.integers(3, 6))):
            s = side * (street.widths[side] - 0.5 - 0.12 * i)
            things.append(cone(street.x(s, z + i * 1.5), z + i * 1.5))
    return things


def _lamps(rng: np.random.Generator, street: Street) -> list[Thing]:
    """Lamp posts, on alternate sides of the street."""
    things = []
    spacing, z, side = rng.uniform(8, 14), rng.uniform(5, 10), pick(rng, (-1, 1))
    while z < 32:  # farther ones are thinner than a pixel of a label
        if not street.in_junction(side, z, 1):
            x = street.x(side * (street.kerb(side) + 0.45), z)
            things.append(lamp_post(rng, x, z, -side * rng.uniform(0.8, 1.6)))
        z, side = z + spacing, -side
    return things


def _traffic_lights(rng: np.random.Generator, street: Street) -> list[Thing]:
    """A pair at the crossing, or else at the first side street."""
    corners = [side.junction[0] for side in street.sides.values() if side.junction]
    place = street.crossing or min(corners, default=None)
    if place is None or not chance(rng, 0.6):
        return []
    z = place - 0.7
    return [traffic_light(rng, street.x(side * (street.kerb(side) + 0.5), z), z) for side in (-1, 1)]
