"""The plan of a street: where its centre line runs and how wide each strip beside it is."""

from typing import NamedTuple

import numpy as np

from proj4_code.given.scene_drawing.neighbourhood import Neighbourhood
from proj4_code.given.scene_drawing.noise import chance, pick

KERB = 0.16
"""Width of a kerb stone in metres."""


class Side(NamedTuple):
    """The strips on one side of the road, from the road outwards; widths in metres, 0 where there is none."""

    shoulder: float
    walk: float
    verge: float
    parking: bool  # the outermost 2.1 m of the road are for parked cars
    junction: tuple[float, float] | None  # a side street begins between these distances ahead


class Street(NamedTuple):
    """A street, described in (s, z): s metres to the right of its centre line, z metres ahead."""

    start: float  # X of the centre line at z = 0
    heading: float  # metres to the right for each metre ahead
    curvature: float  # one over metres
    widths: dict[int, float]  # from the centre line to the edge of the road, for each side
    traffic: int  # -1: cars keep left, 1: cars keep right
    sides: dict[int, Side]  # -1 is the left one
    crossing: float | None  # distance of a zebra crossing
    center_line: str  # "dashed", "double", "solid" or "none"
    edge_line: str  # "white", "yellow" or "none"

    def x(self, s: float, z: float) -> float:
        """World X of a point of the street."""
        return self.start + s + self.heading * z + self.curvature * z * z / 2

    def direction(self, z: float) -> tuple[float, float]:
        """Unit vector (X, Z) along the street at a distance."""
        slope = self.heading + self.curvature * z
        length = float(np.sqrt(1 + slope * slope))
        return slope / length, 1 / length

    def kerb(self, side: int) -> float:
        """Distance of the inner edge of the kerb from the centre line."""
        return self.widths[side] + self.sides[side].shoulder

    def walk(self, side: int) -> float:
        """Distance of the middle of the sidewalk from the centre line."""
        return self.kerb(side) + KERB + self.sides[side].walk / 2

    def frontage(self, side: int) -> float:
        """Distance of the building line from the centre line."""
        return self.kerb(side) + KERB + self.sides[side].walk + self.sides[side].verge

    def parking_lane(self, side: int) -> float:
        """Distance of the middle of the parked cars from the centre line."""
        return self.widths[side] - 1.1

    def lane(self, side: int) -> float:
        """Distance of the middle of the moving cars on a side from the centre line."""
        parked = 2.1 if self.sides[side].parking else 0.0
        return (self.widths[side] - parked) / 2

    def in_junction(self, side: int, z: float, margin: float) -> bool:
        """Whether a distance is within a side street's mouth, or so many metres from it."""
        junction = self.sides[side].junction
        return junction is not None and junction[0] - margin < z < junction[1] + margin


def plan_street(rng: np.random.Generator, around: Neighbourhood) -> Street:
    """A random street for one kind of neighbourhood."""
    lane = rng.uniform(2.6, 3.3)
    traffic = -1 if chance(rng, 0.7) else 1
    sides = {}
    for side in (-1, 1):
        junction = None
        if chance(rng, 0.35):
            begin = rng.uniform(14, 45)
            junction = (begin, begin + rng.uniform(6, 10))
        sides[side] = Side(
            shoulder=rng.uniform(0.3, 0.9) if chance(rng, 0.4) else 0.0,
            walk=rng.uniform(*around.walk),
            verge=rng.uniform(*around.verge),
            parking=chance(rng, 0.35 if side == traffic else 0.6),
            junction=junction,
        )
    # The centre line is the middle of the moving traffic, so a side with parked cars is wider.
    widths = {side: lane + (2.1 if strips.parking else 0.0) for side, strips in sides.items()}
    street = Street(
        start=0.0,
        heading=rng.uniform(-0.09, 0.09),
        curvature=pick(rng, (0.0, 1.0, -1.0)) * rng.uniform(0.001, 0.007),
        widths=widths,
        traffic=traffic,
        sides=sides,
        crossing=rng.uniform(6, 18) if chance(rng, 0.3) else None,
        center_line=pick(rng, ("dashed", "dashed", "dashed", "double", "solid", "none")),
        edge_line=pick(rng, ("none", "white", "yellow", "yellow")),
    )
    # The camera drives in its own lane, not always in the middle of it.
    own_lane = traffic * street.lane(traffic) + rng.uniform(-0.2, 0.5) * traffic
    return street._replace(start=-own_lane)
