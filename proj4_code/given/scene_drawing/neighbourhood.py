"""Kinds of neighbourhood: what is likely in a street."""

from typing import NamedTuple

Range = tuple[float, float]


class Neighbourhood(NamedTuple):
    """Ranges are in metres, all other numbers are probabilities."""

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
