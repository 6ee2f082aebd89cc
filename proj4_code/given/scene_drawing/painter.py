"""Draws surfaces of the world: flat faces, and walls with a texture on them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from proj4_code.given.scene_drawing.camera import Camera
from proj4_code.given.scene_drawing.canvas import Canvas
from proj4_code.given.scene_drawing.geometry import Color, Point2, Point3, box, mix, outward_normal, upright
from proj4_code.given.scene_drawing.light import Light, haze_share

_WALL_NEAR = 0.9
"""No wall closer than this (metres ahead of the camera) is drawn."""


class Painter(NamedTuple):
    """Camera, light and canvas of one scene."""

    canvas: Canvas
    camera: Camera
    light: Light

    def face(self, points: Sequence[Point3], albedo: Color, normal: Point3, label: str | None = None) -> None:
        """Draw a flat polygon of the world with one colour (0-255), lit by its unit normal and seen through haze."""
        depth = max(0.0, sum(point[2] for point in points) / len(points))
        self.canvas.polygon(self.camera.project_polygon(points), self.light.on(albedo, normal, depth), label)

    def outer_face(
        self, points: Sequence[Point3], albedo: Color, inside: Point3, label: str | None = None, gloss: float = 0.0
    ) -> bool:
        """Draw a face of a solid that has `inside` in it, if its outside is turned to the camera; return whether it is.

        `gloss` (0-1) is how much of the sky it mirrors.
        """
        normal = outward_normal(points, inside)
        x, y, z = points[0]
        if normal[0] * x + normal[1] * (y - self.camera.height) + normal[2] * z >= 0:
            return False
        if gloss:
            sky = self.light.horizon if normal[1] < 0.7 else self.light.zenith
            albedo = mix(albedo, sky, gloss * max(0.0, 0.3 + normal[1]))
        self.face(points, albedo, normal, label)
        return True

    def cuboid(self, center: Point2, half: Point2, bottom: float, top: float, albedo: Color, label: str) -> None:
        """Draw an upright box around a point (X, Z), with half its widths along X and Z."""
        (x, z), (half_x, half_z) = center, half
        ring = box(x - half_x, z - half_z, x + half_x, z + half_z)
        inside = (x, (bottom + top) / 2, z)
        self.outer_face([(a, top, b) for a, b in ring], albedo, inside, label)
        for i in range(4):
            self.outer_face(upright(ring[i], ring[(i + 1) % 4], bottom, top), albedo, inside, label)

    def lit(self, picture: Image.Image, normal: Point3) -> Image.Image:
        """Return an RGB picture as this light shows it on a wall with this normal; without haze."""
        factors = np.array(self.light.on((1.0, 1.0, 1.0), normal), np.float32)
        return Image.fromarray(np.minimum(np.asarray(picture) * factors, 255).astype(np.uint8))

    def sees_wall(self, start: Point2, end: Point2) -> bool:
        """Return whether a wall from `start` to `end` (X, Z) turns its face to the camera and is in the picture."""
        visible = _cut_near(start, end)
        if visible is None or start[0] * (end[1] - start[1]) - start[1] * (end[0] - start[0]) >= 0:
            return False
        left, right = (self.camera.project(x, 0.0, z)[0] for x, z in visible)
        return left < self.canvas.width and right > 0 and right - left > 0.5

    def wall(
        self, texture: Image.Image, start: Point2, end: Point2, bottom: float, top: float, label: str,
        mask: Image.Image | None = None,
    ) -> None:  # fmt: skip
        """Draw a vertical wall from its left end (X, Z), as seen, to its right one; not when it is seen from behind.

        The texture, an RGB picture that is already lit, is stretched over the wall from `bottom` to `top` (metres).
        There are holes where the mask, a picture of mode L of the same size, is less than 128.
        """
        visible = _cut_near(start, end)
        if visible is None or not self.sees_wall(start, end):
            return
        camera = self.camera
        (xa, za), (xb, zb) = start, end
        corners = [camera.project(*corner) for corner in upright(*visible, top, bottom)]
        left, right = max(0, int(corners[0][0])), min(self.canvas.width, int(corners[1][0]) + 2)
        upper = max(0, int(min(row for _, row in corners)))
        lower = min(self.canvas.height, int(max(row for _, row in corners)) + 2)
        if right - left < 1 or lower - upper < 1:
            return
        size = (right - left, lower - upper)

        # The depth along a row of the picture is f·facing / (dz·u - f·dx), with u the column from the optical axis;
        # both coordinates on the wall have the same denominator, which is what PERSPECTIVE wants.
        dx, dz, f = xb - xa, zb - za, camera.focal
        u, v = left - camera.center, upper - camera.horizon
        facing, rise = xa * dz - za * dx, top - camera.height
        denominator = (dz, 0.0, dz * u - f * dx)
        along = (-za, 0.0, f * xa - za * u)
        down = (rise * dz, facing, rise * denominator[2] + v * facing)
        whole, texels = denominator[2] or 1e-9, texture.height / (top - bottom)
        coefficients = [c * texture.width / whole for c in along] + [c * texels / whole for c in down]
        coefficients += [c / whole for c in denominator[:2]]

        def seen(picture: Image.Image) -> Image.Image:
            return picture.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR)

        shape = Image.new("L", size)
        ImageDraw.Draw(shape).polygon([(x - left, y - upper) for x, y in corners], fill=255)
        if mask is not None:
            shape.paste(0, (0, 0), seen(mask).point([255] * 128 + [0] * 128))
        columns = np.arange(size[0]) + (0.5 + u)
        depth = np.clip(f * facing / np.minimum(dz * columns - f * dx, -1e-6), 0, 2000)
        haze = (haze_share(depth, self.light.haze) * 255).astype(np.uint8)[None]
        horizon = Image.new("RGB", size, tuple(round(c) for c in self.light.horizon))
        veil = Image.fromarray(haze).resize(size, Image.Resampling.NEAREST)
        self.canvas.paste(Image.composite(horizon, seen(texture), veil), (left, upper), shape, label)


def _cut_near(start: Point2, end: Point2) -> tuple[Point2, Point2] | None:
    """Return the part of a wall's foot that is at least `_WALL_NEAR` ahead."""

    def cut(point: Point2, other: Point2) -> Point2:
        if point[1] >= _WALL_NEAR:
            return point
        return mix(point, other, (_WALL_NEAR - point[1]) / (other[1] - point[1]))[0], _WALL_NEAR

    return None if max(start[1], end[1]) < _WALL_NEAR else (cut(start, end), cut(end, start))
