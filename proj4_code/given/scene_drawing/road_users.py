"""Who is about: parked and moving vehicles, people on sidewalks and crossings, cyclists."""

from collections.abc import Iterator

from numpy.random import Generator

from proj4_code.given.scene_drawing.cyclists import cyclist
from proj4_code.given.scene_drawing.noise import chance, pick
from proj4_code.given.scene_drawing.people import dog, pedestrian, pram
from proj4_code.given.scene_drawing.street import Side, Street
from proj4_code.given.scene_drawing.thing import Thing
from proj4_code.given.scene_drawing.vehicle_bodies import BUS, CARS, TRAILER, VAN, Body
from proj4_code.given.scene_drawing.vehicles import Vehicle


def traffic(rng: Generator, street: Street, everything: bool) -> Iterator[Thing]:
    """Yield parked and moving vehicles; `everything`: one close ahead."""
    for side in street.sides.values():
        if side.parking:
            yield from _parked(rng, side)
    for side in street.sides.values():
        ahead = side.way == street.traffic
        z = rng.uniform(10, 15) if everything and ahead else rng.uniform(9, 26) if ahead else rng.uniform(8, 22)
        while z < 75:
            if chance(rng, 0.65) or (everything and z < 15):
                body = pick(rng, CARS) if chance(rng, 0.82) else pick(rng, (VAN, VAN, BUS))
                z += 4 if body is BUS else 0
                yield _vehicle(rng, side, side.way * side.lane + rng.uniform(-0.2, 0.2), z, body)
            z += rng.uniform(9, 22)


def _parked(rng: Generator, side: Side) -> Iterator[Thing]:
    """Yield a row of vehicles at the kerb, with gaps."""
    crossing, z = side.street.crossing, rng.uniform(5.5, 12)
    while z < 65:
        at_crossing = crossing is not None and -3 < z - crossing < 6
        if chance(rng, 0.8) and not at_crossing and not side.in_junction(z, 4):
            body = pick(rng, CARS) if chance(rng, 0.9) else pick(rng, (VAN, TRAILER))
            yield _vehicle(rng, side, side.way * (side.road - 1.1 + rng.uniform(-0.12, 0.12)), z, body)
        z += rng.uniform(5.2, 8.0)


def _vehicle(rng: Generator, side: Side, s: float, z: float, body: Body) -> Thing:
    """Return a vehicle that faces the way traffic goes on its side."""
    way = 1 if side.way == side.street.traffic else -1
    dx, dz = side.street.direction(z)
    return Vehicle(rng, body, side.street.at(s, z), (way * dx, way * dz)).thing()


def people(rng: Generator, street: Street, everything: bool) -> Iterator[Thing]:
    """Yield people on sidewalks, on crossings and on two wheels; `everything`: some of each kind that is scored."""
    for side in street.sides.values():
        for _ in range(int(rng.integers(0, 5))):
            distance = side.footpath + rng.uniform(-0.5, 0.5) * side.walk
            yield from _walker(rng, *side.at(distance, rng.uniform(4.5, 11.5)))
    if chance(rng, 0.45) or everything:
        z = (street.crossing or rng.uniform(4.5, 9)) + 1
        for _ in range(int(rng.integers(1, 4))):
            s = rng.uniform(-street.sides[-1].road, street.sides[1].road)
            yield pedestrian(rng, street.at(s, z + rng.uniform(-0.8, 0.8)), sideways=True)
    if chance(rng, 0.65) or everything:
        for _ in range(1 if chance(rng, 0.6) else 2):
            label = "Bicyclist" if everything or chance(rng, 0.85) else "MotorcycleScooter"
            yield _two_wheels(rng, street, label)


def _walker(rng: Generator, x: float, z: float) -> Iterator[Thing]:
    """Yield somebody on a sidewalk, sometimes with a child, a pram or a dog."""
    company = rng.random()
    yield pedestrian(rng, (x, z))
    if company < 0.16:
        yield pedestrian(rng, (x + 0.6, z), "Child")
    elif company < 0.24:
        yield pram(rng, (x + 0.55, z - 0.1))
    elif company < 0.30:
        yield dog(rng, (x + 0.6, z))


def _two_wheels(rng: Generator, street: Street, label: str) -> Thing:
    """Return a cyclist or scooter on the road, along the kerb or crossing."""
    z, crossing = rng.uniform(4.4, 9.5), chance(rng, 0.4)
    side = street.sides[street.traffic if chance(rng, 0.75) else -street.traffic]
    at_kerb = side.way * (side.road - (2.6 if side.parking else 0.6))
    s = rng.uniform(-2, 2) if crossing else at_kerb
    return cyclist(rng, street.at(s, z), crossing, label)
