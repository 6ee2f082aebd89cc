"""The plan of a street: the neighbourhood, where its centre line runs, how wide each strip along it is."""

import math
from typing import NamedTuple

from numpy.random import Generator

from proj4_code.given.scene_drawing.geometry import Point2, Range
from proj4_code.given.scene_drawing.noise import chance, pick

KERB = 0.16
"""Width of a kerb stone in metres."""
PARKING = 2.1
"""Width of the strip for parked cars in metres."""


class Neighbourhood(NamedTuple):
    """What is likely in a street. Ranges are in metres, all other numbers are probabilities."""

    lots: Range  # width of a building
    height: Range  # of a building's walls
    setback: Range  # of a building behind the building line
    gap: float  # between two buildings
    walk: Range  # width of a sidewalk
    verge: Range  # strip between sidewalk and building line; grass when it is wider than a metre
    modern: float  # a building without sills and gables
    shops: float  # on a building's ground floor
    pitched: float  # a low building's roof
    trees: float  # a row of trees along the kerb
    fence: float  # along one side of the street
    open: bool = False  # one side has trees instead of buildings


TERRACE = Neighbourhood((7, 16), (5.8, 9.6), (0, 2), 0.1, (2.0, 3.4), (0.0, 1.2), 0.04, 0.0, 0.95, 0.35, 0.55)
CITY = Neighbourhood((9, 20), (8, 22), (0, 0), 0.0, (2.6, 4.4), (0.0, 0.3), 0.45, 0.7, 0.4, 0.35, 0.55)
SUBURB = Neighbourhood((8, 13), (5.8, 9.6), (1, 4), 0.7, (2.0, 3.4), (2.0, 6.0), 0.08, 0.0, 1.0, 0.4, 0.75)
PARK = Neighbourhood((9, 14), (6, 13), (0, 2), 0.1, (2.0, 3.4), (1.2, 3.5), 0.25, 0.0, 0.7, 0.6, 0.95, open=True)
NEIGHBOURHOODS = (TERRACE, TERRACE, CITY, CITY, SUBURB, PARK)
"""As often as they are to occur."""


class Side:
    """The strips on one side of the road, from the road outwards; widths in metres, 0 if there is none."""

    def __init__(self, rng: Generator, street: "Street", way: int, around: Neighbourhood, lane: float):
        self.street, self.way = street, way  # -1: left, 1: right
        self.junction: Range | None = None  # a side street begins between these distances ahead
        if chance(rng, 0.35):
            begin = rng.uniform(14, 45)
            self.junction = (begin, begin + rng.uniform(6, 10))
        self.shoulder = rng.uniform(0.3, 0.9) if chance(rng, 0.4) else 0.0
        self.walk = rng.uniform(*around.walk)
        self.verge = rng.uniform(*around.verge)
        self.parking = chance(rng, 0.35 if way == street.traffic else 0.6)  # along the kerb
        # The centre line is the middle of the moving traffic, so a side with parked cars is wider.
        self.road = lane + (PARKING if self.parking else 0.0)
        # Distances from the centre line:
        self.lane = (self.road - PARKING if self.parking else self.road) / 2  # the middle of the moving cars
        self.kerb = self.road + self.shoulder  # the inner edge of the kerb
        self.footpath = self.kerb + KERB + self.walk / 2  # the middle of the sidewalk
        self.frontage = self.kerb + KERB + self.walk + self.verge  # the building line

    def at(self, distance: float, z: float) -> Point2:
        """Return the place (X, Z) in the world at a distance from the centre line."""
        return self.street.at(self.way * distance, z)

    def in_junction(self, z: float, margin: float) -> bool:
        """Return whether a distance is within a side street's mouth, or so many metres from it."""
        return self.junction is not None and self.junction[0] - margin < z < self.junction[1] + margin


class Street:
    """A random street, described in (s, z): s metres to the right of its centre line, z metres ahead."""

    def __init__(self, rng: Generator, around: Neighbourhood):
        lane = rng.uniform(2.6, 3.3)
        self.traffic = -1 if chance(rng, 0.7) else 1  # -1: cars keep left, 1: cars keep right
        self.sides = {way: Side(rng, self, way, around, lane) for way in (-1, 1)}
        self.heading = rng.uniform(-0.09, 0.09)  # metres to the right for each metre ahead
        self.curvature = pick(rng, (0.0, 1.0, -1.0)) * rng.uniform(0.001, 0.007)  # one over metres
        self.crossing = rng.uniform(6, 18) if chance(rng, 0.3) else None  # distance of a zebra crossing
        self.center_line = pick(rng, ("dashed", "dashed", "dashed", "double", "solid", "none"))
        self.edge_line = pick(rng, ("none", "white", "yellow", "yellow"))
        # The camera, at X = 0, drives in its own lane, not always in the middle of it.
        self.start = -(self.traffic * self.sides[self.traffic].lane + rng.uniform(-0.2, 0.5) * self.traffic)

    def at(self, s: float, z: float) -> Point2:
        """Return the place (X, Z) in the world of a point of the street."""
        return self.start + s + self.heading * z + self.curvature * z * z / 2, z

    def direction(self, z: float) -> Point2:
        """Return the unit vector (X, Z) along the street at a distance."""
        slope = self.heading + self.curvature * z
        length = math.sqrt(1 + slope * slope)
        return slope / length, 1 / length
