"""What lines a street: buildings, gardens, parks, trees and fences, and the furniture along its kerbs."""

from collections.abc import Iterator

from numpy.random import Generator

from proj4_code.given.scene_drawing import furniture
from proj4_code.given.scene_drawing.boundaries import fence, garden_wall, hedge
from proj4_code.given.scene_drawing.buildings import Lot, building
from proj4_code.given.scene_drawing.noise import chance, pick
from proj4_code.given.scene_drawing.street import CITY, KERB, PARK, SUBURB, TERRACE, Neighbourhood, Side, Street
from proj4_code.given.scene_drawing.thing import Thing
from proj4_code.given.scene_drawing.trees import bush, tree

_END = 95.0
"""Distance (metres) behind which only trees close the view."""


def line_street(rng: Generator, street: Street, around: Neighbourhood, everything: bool) -> Iterator[Thing]:
    """Yield both sides of the street, and the trees at its end; `everything`: at least one fence close by."""
    autumn = chance(rng, 0.25)
    for side in street.sides.values():
        is_park = around.open and (side.way > 0 or chance(rng, 0.34))
        built = pick(rng, (PARK, TERRACE, SUBURB)) if around.open else around
        yield from _line_side(rng, side, built, is_park, autumn)
        if chance(rng, around.trees):
            yield from _tree_row(rng, side, autumn)
        if chance(rng, around.fence) or (everything and side.way == street.traffic):
            yield from _fence_side(rng, side, around)
    for _ in range(8):
        s, z = rng.uniform(-45, 45), _END + rng.uniform(0, 45)
        yield tree(rng, street.at(s, z), rng.uniform(8, 15), autumn)


def _line_side(rng: Generator, side: Side, around: Neighbourhood, is_park: bool, autumn: bool) -> Iterator[Thing]:
    """Yield lot after lot from behind the camera to the end of the street."""
    z = rng.uniform(-6, 0)
    height, setback = rng.uniform(*around.height), rng.uniform(*around.setback)
    while z < _END:
        # Far away wider lots do: nobody can tell.
        wide = rng.uniform(*around.lots) * (1 + max(0.0, z) / 100)
        if side.junction and z < side.junction[1] and z + wide > side.junction[0]:
            wide = side.junction[0] - z - 0.5
            if wide < 5:
                z = side.junction[1] + 1.0
                continue
        if is_park:
            yield from _park(rng, side, z, z + wide, autumn)
        else:
            if around is not TERRACE or chance(rng, 0.15):
                height, setback = rng.uniform(*around.height), rng.uniform(*around.setback)
            yield building(rng, Lot(side, z, z + wide, setback), height, around)
            if setback > 1.2 and z + wide > 3 and chance(rng, 0.7):
                boundary = pick(rng, (garden_wall, hedge))
                yield boundary(rng, Lot(side, max(1.2, z), z + wide, -0.1))
        z += wide
        if chance(rng, around.gap):
            gap = rng.uniform(2, 7)
            place = side.at(side.frontage + rng.uniform(4, 9), max(6, z + gap / 2))
            yield tree(rng, place, rng.uniform(5, 10), autumn)
            z += gap


def _park(rng: Generator, side: Side, near: float, far: float, autumn: bool) -> Iterator[Thing]:
    """Yield trees and bushes on a lawn."""
    for _ in range(int(rng.integers(1, 3))):
        z = max(9.0, rng.uniform(near, far))
        yield tree(rng, side.at(side.frontage + rng.uniform(2, 14), z), rng.uniform(6, 13), autumn)
    if chance(rng, 0.6) and far > 6:
        distance, z = side.frontage + rng.uniform(1, 4), max(6.0, rng.uniform(near, far))
        yield bush(rng, side.at(distance, z))


def _tree_row(rng: Generator, side: Side, autumn: bool) -> Iterator[Thing]:
    """Yield trees along the kerb."""
    spacing, z = rng.uniform(8, 16), rng.uniform(9, 20)
    while z < 80:
        if not side.in_junction(z, 2) and chance(rng, 0.85):
            place = side.at(side.kerb + 0.7, z + rng.uniform(-1, 1))
            yield tree(rng, place, rng.uniform(4.5, 8), autumn)
        z += spacing


def _fence_side(rng: Generator, side: Side, around: Neighbourhood) -> Iterator[Thing]:
    """Yield a railing at the kerb, or a fence along the building line."""
    near = rng.uniform(1.5, 4.5)
    far = near + rng.uniform(10, 26)
    if side.junction and near > side.junction[0] - 4:
        near, far = side.junction[1] + 0.5, side.junction[1] + 12
    elif side.junction:
        far = min(far, side.junction[0] - 0.5)
    at_kerb = around in (CITY, TERRACE) and chance(rng, 0.6)
    distance = side.kerb + KERB + 0.15 if at_kerb else side.frontage - 0.05
    yield from fence(rng, side, distance, near, far)


def furnish(rng: Generator, street: Street, everything: bool) -> Iterator[Thing]:
    """Yield all street furniture; `everything`: at least two signs on each side."""
    yield from _lamps(rng, street)
    for side in street.sides.values():
        edge = side.kerb + 0.4
        for _ in range(2 if everything else int(rng.integers(0, 3))):
            z = rng.uniform(5.5, 14)
            yield furniture.sign(rng, side.at(edge + rng.uniform(0.0, 1.0), z))
        if chance(rng, 0.3):
            z = rng.uniform(6, 14)
            for i in range(int(rng.integers(2, 6))):
                yield furniture.bollard(rng, side.at(edge + 0.1, z + 1.6 * i))
        if chance(rng, 0.25):
            yield furniture.clutter(rng, side.at(side.footpath + 0.4, rng.uniform(7, 18)))
        if chance(rng, 0.12):
            z = rng.uniform(8, 16)
            for i in range(3):
                yield furniture.parking_block(side.at(edge + 0.1, z + 2.5 * i))
    yield from _traffic_lights(rng, street)
    if chance(rng, 0.1):
        z, side = rng.uniform(7, 12), street.sides[pick(rng, (-1, 1))]
        for i in range(int(rng.integers(3, 6))):
            yield furniture.cone(side.at(side.road - 0.5 - 0.12 * i, z + i * 1.5))


def _lamps(rng: Generator, street: Street) -> Iterator[Thing]:
    """Yield lamp posts, on alternate sides of the street."""
    spacing, z, way = rng.uniform(8, 14), rng.uniform(5, 10), pick(rng, (-1, 1))
    while z < 32:  # farther ones are thinner than a pixel of a label
        side = street.sides[way]
        if not side.in_junction(z, 1):
            yield furniture.lamp_post(rng, side.at(side.kerb + 0.45, z), -way * rng.uniform(0.8, 1.6))
        z, way = z + spacing, -way


def _traffic_lights(rng: Generator, street: Street) -> Iterator[Thing]:
    """Yield a pair at the crossing, or else at the first side street."""
    corners = [side.junction[0] for side in street.sides.values() if side.junction]
    place = street.crossing or min(corners, default=None)
    if place is not None and chance(rng, 0.6):
        for side in street.sides.values():
            yield furniture.traffic_light(rng, side.at(side.kerb + 0.5, place - 0.7))
