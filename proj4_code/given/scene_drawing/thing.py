"""What every object of a scene is to the composition: a depth, a way to draw it, and its shadow."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from proj4_code.given.scene_drawing.geometry import Outline
from proj4_code.given.scene_drawing.painter import Painter


class Shadow(NamedTuple):
    """Something that keeps the sun off the ground: an outline (X, Z) in metres between two heights."""

    outline: Outline
    low: float
    high: float


class Thing(NamedTuple):
    """One object. Things are drawn once, in the order of falling depth."""

    depth: float  # metres ahead
    draw: Callable[[Painter], None]
    shadows: Sequence[Shadow] = ()
    contacts: Sequence[Outline] = ()  # where it touches the ground
