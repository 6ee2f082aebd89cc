"""What lines a street behind its sidewalks: buildings, gardens, parks, rows of trees, fences."""

import numpy as np

from proj4_code.given.scene_drawing.buildings import Lot, building
from proj4_code.given.scene_drawing.fences import fence
from proj4_code.given.scene_drawing.masonry import garden_wall, hedge
from proj4_code.given.scene_drawing.neighbourhood import CITY, PARK, SUBURB, TERRACE, Neighbourhood
from proj4_code.given.scene_drawing.noise import chance, pick
from proj4_code.given.scene_drawing.street import KERB, Street
from proj4_code.given.scene_drawing.thing import Thing
from proj4_code.given.scene_drawing.trees import bush, tree

_END = 95.0
"""Distance (metres) behind which only trees close the view."""


def line_street(rng: np.random.Generator, street: Street, around: Neighbourhood, everything: bool) -> list[Thing]:
    """Both sides of the street, and the trees at its end; `everything`: at least one fence close by."""
    things, autumn = [], chance(rng, 0.25)
    for side in (-1, 1):
        is_park = around.open and (side > 0 or chance(rng, 0.34))
        built = pick(rng, (PARK, TERRACE, SUBURB)) if around.open else around
        things += _line_side(rng, street, side, built, is_park, autumn)
        if chance(rng, around.trees):
            things += _tree_row(rng, street, side, autumn)
        if chance(rng, around.fence) or (everything and side == street.traffic):
            things += _fence_side(rng, street, side, around)
    for _ in range(8):
        s, z = rng.uniform(-45, 45), _END + rng.uniform(0, 45)
        things.append(tree(rng, street, s, z, rng.uniform(8, 15), autumn))
    return things


def _line_side(
    rng: np.random.Generator, street: Street, side: int, around: Neighbourhood, is_park: bool, autumn: bool
) -> list[Thing]:
    """Lot after lot from behind the camera to the end of the street."""
    things, z = [], rng.uniform(-6, 0)
    height, setback = rng.uniform(*around.height), rng.uniform(*around.setback)
    while z < _END:
        # Far away wider lots do: nobody can tell.
        wide = rng.uniform(*around.lots) * (1 + max(0.0, z) / 100)
        junction = street.sides[side].junction
        if junction and z < junction[1] and z + wide > junction[0]:
            wide = junction[0] - z - 0.5
            if wide < 5:
                z = junction[1] + 1.0
                continue
        if is_park:
            things += _park(rng, street, side, z, z + wide, autumn)
        else:
            if around is not TERRACE or chance(rng, 0.15):
                height, setback = rng.uniform(*around.height), rng.uniform(*around.setback)
            things.append(building(rng, street, Lot(side, z, z + wide, setback), height, around))
            if setback > 1.2 and z + wide > 3 and chance(rng, 0.7):
                boundary = pick(rng, (garden_wall, hedge))
                things.append(boundary(rng, street, Lot(side, max(1.2, z), z + wide, -0.1)))
        z += wide
        if chance(rng, around.gap):
            gap = rng.uniform(2, 7)
            s = side * (street.frontage(side) + rng.uniform(4, 9))
            things.append(tree(rng, street, s, max(6, z + gap / 2), rng.uniform(5, 10), autumn))
            z += gap
    return things


def _park(rng: np.random.Generator, street: Street, side: int, near: float, far: float, autumn: bool) -> list[Thing]:
    """Trees and bushes on a lawn."""
    things = []
    for _ in range(int(rng.integers(1, 3))):
        z = max(9.0, rng.uniform(near, far))
        s = side * (street.frontage(side) + rng.uniform(2, 14))
        things.append(tree(rng, street, s, z, rng.uniform(6, 13), autumn))
    if chance(rng, 0.6) and far > 6:
        s, z = side * (street.frontage(side) + rng.uniform(1, 4)), max(6.0, rng.uniform(near, far))
        things.append(bush(rng, street, s, z))
    return things


def _tree_row(rng: np.random.Generator, street: Street, side: int, autumn: bool) -> list[Thing]:
    """Trees along the kerb."""
    things = []
    spacing, z, s = rng.uniform(8, 16), rng.uniform(9, 20), side * (street.kerb(side) + 0.7)
    while z < 80:
        if not street.in_junction(side, z, 2) and chance(rng, 0.85):
            things.append(tree(rng, street, s, z + rng.uniform(-1, 1), rng.uniform(4.5, 8), autumn))
        z += spacing
    return things


def _fence_side(rng: np.random.Generator, street: Street, side: int, around: Neighbourhood) -> list[Thing]:
    """A railing at the kerb, or a fence along the building line."""
    near = rng.uniform(1.5, 4.5)
    far = near + rng.uniform(10, 26)
    junction = street.sides[side].junction
    if junction and near > junction[0] - 4:
        near, far = junction[1] + 0.5, junction[1] + 12
    elif junction:
        far = min(far, junction[0] - 0.5)
    at_kerb = around in (CITY, TERRACE) and chance(rng, 0.6)
    s = street.kerb(side) + KERB + 0.15 if at_kerb else street.frontage(side) - 0.05
    return fence(rng, street, side * s, near, far)
