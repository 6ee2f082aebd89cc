"""Who is about: parked and moving vehicles, people on sidewalks and crossings, cyclists."""

import numpy as np

from proj4_code.given.scene_drawing.cyclists import cyclist
from proj4_code.given.scene_drawing.noise import chance, pick
from proj4_code.given.scene_drawing.people import dog, pedestrian, pram
from proj4_code.given.scene_drawing.street import Street
from proj4_code.given.scene_drawing.thing import Thing
from proj4_code.given.scene_drawing.vehicle_bodies import BUS, CARS, TRAILER, VAN, Body
from proj4_code.given.scene_drawing.vehicles import vehicle


def traffic(rng: np.random.Generator, street: Street, everything: bool) -> list[Thing]:
    """Parked and moving vehicles; `everything`: one close ahead."""
    things = []
    for side in (-1, 1):
        if street.sides[side].parking:
            things += _parked(rng, street, side)
    for side in (-1, 1):
        ahead = side == street.traffic
        z = rng.uniform(10, 15) if everything and ahead else rng.uniform(9, 26) if ahead else rng.uniform(8, 22)
        while z < 75:
            if chance(rng, 0.65) or (everything and z < 15):
                body = pick(rng, CARS) if chance(rng, 0.82) else pick(rng, (VAN, VAN, BUS))
                z += 4 if body is BUS else 0
                things.append(_vehicle(rng, street, side, side * street.lane(side) + rng.uniform(-0.2, 0.2), z, body))
            z += rng.uniform(9, 22)
    return things


def _parked(rng: np.random.Generator, street: Street, side: int) -> list[Thing]:
    """A row of vehicles at the kerb, with gaps."""
    things, z = [], rng.uniform(5.5, 12)
    while z < 65:
        at_crossing = street.crossing is not None and -3 < z - street.crossing < 6
        if chance(rng, 0.8) and not at_crossing and not street.in_junction(side, z, 4):
            body = pick(rng, CARS) if chance(rng, 0.9) else pick(rng, (VAN, TRAILER))
            s = side * (street.parking_lane(side) + rng.uniform(-0.12, 0.12))
            things.append(_vehicle(rng, street, side, s, z, body))
        z += rng.uniform(5.2, 8.0)
    return things


def _vehicle(rng: np.random.Generator, street: Street, side: int, s: float, z: float, body: Body) -> Thing:
    """A vehicle that faces the way traffic goes on its side."""
    way = 1 if side == street.traffic else -1
    dx, dz = street.direction(z)
    return vehicle(rng, body, street.x(s, z), z, (way * dx, way * dz))


def people(rng: np.random.Generator, street: Street, everything: bool) -> list[Thing]:
    """People on the sidewalks, on crossings and on two wheels; `everything`: some of each kind that is scored."""
    things = []
    for side in (-1, 1):
        for _ in range(int(rng.integers(0, 5))):
            s = side * (street.walk(side) + rng.uniform(-0.5, 0.5) * street.sides[side].walk)
            things += _walker(rng, street, s, rng.uniform(4.5, 11.5))
    if chance(rng, 0.45) or everything:
        z = (street.crossing or rng.uniform(4.5, 9)) + 1
        for _ in range(int(rng.integers(1, 4))):
            s, depth = rng.uniform(-street.widths[-1], street.widths[1]), z + rng.uniform(-0.8, 0.8)
            things.append(pedestrian(rng, street.x(s, depth), depth, sideways=True))
    if chance(rng, 0.65) or everything:
        for _ in range(1 if chance(rng, 0.6) else 2):
            things.append(
                _two_wheels(rng, street, "Bicyclist" if everything or chance(rng, 0.85) else "MotorcycleScooter")
            )
    return things


def _walker(rng: np.random.Generator, street: Street, s: float, z: float) -> list[Thing]:
    """Somebody on a sidewalk, sometimes with a child, a pram or a dog."""
    x, company = street.x(s, z), rng.random()
    things = [pedestrian(rng, x, z)]
    if company < 0.16:
        things.append(pedestrian(rng, x + 0.6, z, "Child"))
    elif company < 0.24:
        things.append(pram(rng, x + 0.55, z - 0.1))
    elif company < 0.30:
        things.append(dog(rng, x + 0.6, z))
    return things


def _two_wheels(rng: np.random.Generator, street: Street, label: str) -> Thing:
    """A cyclist or scooter on the road, along the kerb or crossing."""
    z, crossing = rng.uniform(4.4, 9.5), chance(rng, 0.4)
    side = street.traffic if chance(rng, 0.75) else -street.traffic
    at_kerb = side * (street.widths[side] - (2.6 if street.sides[side].parking else 0.6))
    s = rng.uniform(-2, 2) if crossing else at_kerb
    return cyclist(rng, street.x(s, z), z, crossing, label)
