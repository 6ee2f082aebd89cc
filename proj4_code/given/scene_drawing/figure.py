"""Flat figures that face the camera, drawn in metres from between their feet."""

from collections.abc import Sequence

from proj4_code.given.scene_drawing.camera import Point2
from proj4_code.given.scene_drawing.canvas import Color
from proj4_code.given.scene_drawing.painter import Painter, limb


class Figure:
    """A figure with one label at (x, z). `mirrored` turns it round, `squeeze` makes it narrower, `size` scales it."""

    def __init__(
        self,
        painter: Painter,
        place: Point2,
        label: str,
        size: float = 1.0,
        mirrored: bool = False,
        squeeze: float = 1.0,
    ):
        self.painter, self.label, self.size, self.depth = painter, label, size, place[1]
        self.to_pixels = painter.figure(*place, stretch=(-1 if mirrored else 1) * squeeze)
        self.sunny = (1 if painter.light.sun[0] > 0 else -1) * (-1 if mirrored else 1)
        """The side from which the sun shines: 1 is the figure's right, as drawn."""

    def draw(self, outline: Sequence[Point2], albedo: Color, shade: float = 0.0) -> None:
        """Fill an outline; `shade` turns the surface from the camera towards the sun (1) or away from it (-1)."""
        light = self.painter.light
        normal = (light.sun[0] * shade * 0.9, 0.25, -0.5) if shade else (0.0, 0.3, -0.7)
        self.painter.canvas.polygon(self._pixels(outline), light.on(albedo, normal, self.depth), self.label)

    def fill_label(self, outline: Sequence[Point2]) -> None:
        """Count an outline as part of the figure, whatever is seen through it."""
        self.painter.canvas.label_polygon(self._pixels(outline), self.label)

    def limb(self, start: Point2, end: Point2, radius: float, end_radius: float, albedo: Color) -> None:
        """An arm or leg with a shaded and a lit half."""
        self.draw(limb(start, end, radius, end_radius), albedo, -0.6)
        shift = self.sunny * 0.35
        a, b = (start[0] + shift * radius, start[1]), (end[0] + shift * end_radius, end[1])
        self.draw(limb(a, b, radius * 0.62, end_radius * 0.62), albedo, 0.8)

    def line(self, points: Sequence[Point2], albedo: Color, width: float) -> None:
        """A line of a width in metres."""
        color = self.painter.light.on(albedo, (0.0, 0.5, -0.5), self.depth)
        pixels = width * self.size * self.painter.camera.focal / self.depth
        self.painter.canvas.line(self._pixels(points), color, pixels, self.label)

    def _pixels(self, outline: Sequence[Point2]) -> list[Point2]:
        return self.to_pixels([(x * self.size, y * self.size) for x, y in outline])
