"""The objects of a scene: depth, shadow, a way to draw them; many are flat figures that face the camera."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from proj4_code.given.scene_drawing.geometry import Color, Outline, Point2, Point3, box, limb, scaled
from proj4_code.given.scene_drawing.painter import Painter

FRONT = (0.0, 0.0, -1.0)
"""Normal of a surface that faces the camera."""


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


class Figure:
    """A figure with one label at a place (X, Z), `base` metres above the ground.

    `size` scales it, `squeeze` makes it narrower, `mirrored` turns it round.
    """

    def __init__(
        self, painter: Painter, place: Point2, label: str, size: float = 1.0, mirrored: bool = False,
        squeeze: float = 1.0, base: float = 0.0,
    ):  # fmt: skip
        self.painter, self.place, self.label, self.size, self.base = painter, place, label, size, base
        self.stretch = -squeeze if mirrored else squeeze
        self.sunny = 1 if (painter.light.sun[0] > 0) != mirrored else -1
        """The side from which the sun shines: 1 is the figure's right, as drawn."""

    def pixels(self, outline: Outline) -> list[Point2]:
        """Return an outline of the figure as columns and rows of the picture."""
        (x, z), project = self.place, self.painter.camera.project
        return [project(x + a * self.size * self.stretch, self.base + b * self.size, z) for a, b in outline]

    def plate(self, outline: Outline, albedo: Color, normal: Point3 = FRONT, detail: bool = False) -> None:
        """Fill an outline, lit by a normal; a detail is drawn on what is already there and not labelled."""
        color = self.painter.light.on(albedo, normal, self.place[1])
        self.painter.canvas.polygon(self.pixels(outline), color, None if detail else self.label)

    def draw(self, outline: Outline, albedo: Color, shade: float = 0.0) -> None:
        """Fill an outline; `shade` turns the surface from the camera towards the sun (1) or away from it (-1)."""
        sun = self.painter.light.sun[0]
        self.plate(outline, albedo, (sun * shade * 0.9, 0.25, -0.5) if shade else (0.0, 0.3, -0.7))

    def fill_label(self, outline: Outline) -> None:
        """Count an outline as part of the figure, whatever is seen through it."""
        self.painter.canvas.label_polygon(self.pixels(outline), self.label)

    def limb(self, start: Point2, end: Point2, radius: float, end_radius: float, albedo: Color) -> None:
        """Draw an arm or leg with a shaded and a lit half."""
        self.draw(limb(start, end, radius, end_radius), albedo, -0.6)
        shift = self.sunny * 0.35
        a, b = (start[0] + shift * radius, start[1]), (end[0] + shift * end_radius, end[1])
        self.draw(limb(a, b, radius * 0.62, end_radius * 0.62), albedo, 0.8)

    def line(self, points: Outline, albedo: Color, width: float) -> None:
        """Draw a line of a width in metres."""
        color = self.painter.light.on(albedo, (0.0, 0.5, -0.5), self.place[1])
        pixels = width * self.size * self.painter.camera.focal / self.place[1]
        self.painter.canvas.line(self.pixels(points), color, pixels, self.label)

    def post(self, height: float, radius: float, albedo: Color) -> None:
        """Draw a round post, dark on one side and bright on the other."""
        sun, sunny = self.painter.light.sun[0], self.sunny * radius
        self.plate(box(-radius, 0, radius, height), albedo, (0, 0.2, -0.9))
        self.plate(box(-sunny, 0, -sunny * 0.35, height), scaled(albedo, 0.72), (-sun, 0, -0.4), detail=True)
        self.plate(box(sunny * 0.15, 0, sunny * 0.55, height), albedo, (sun, 0.3, -0.4), detail=True)
