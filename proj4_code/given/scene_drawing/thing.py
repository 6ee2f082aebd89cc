"""What every object of a scene is to the composition: a depth, a way to draw it, and its shadow."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from proj4_code.given.scene_drawing.ground import Outline, Shadow
from proj4_code.given.scene_drawing.painter import Painter, ellipse


class Thing(NamedTuple):
    """One object. Things are drawn in the order of falling depth."""

    depth: float  # metres ahead
    draw: Callable[[Painter], None]
    shadows: Sequence[Shadow] = ()
    contacts: Sequence[Outline] = ()  # where it touches the ground


def disc(x: float, z: float, radius: float) -> Outline:
    """A round outline on the ground."""
    return ellipse(x, z, radius, radius)[::2]


def bar(x: float, z: float, half: float) -> Outline:
    """A small square outline on the ground."""
    return [(x - half, z - half), (x + half, z - half), (x + half, z + half), (x - half, z + half)]
