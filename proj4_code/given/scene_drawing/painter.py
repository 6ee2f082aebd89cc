"""Draws surfaces of the world: flat faces, walls with a texture on them, and figures that face the camera."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from proj4_code.given.scene_drawing.camera import Camera, Point2, Point3
from proj4_code.given.scene_drawing.canvas import Canvas, Color
from proj4_code.given.scene_drawing.light import Light, haze_share

WALL_NEAR = 0.9
_CIRCLE = tuple((round(math.cos(math.pi * i / 8), 9), round(math.sin(math.pi * i / 8), 9)) for i in range(16))
"""Sixteen points of the unit circle, rounded: the last digit of a sine differs between machines."""


class Painter:
    """Camera, light and canvas of one scene."""

    def __init__(self, canvas: Canvas, camera: Camera, light: Light):
        self.canvas, self.camera, self.light = canvas, camera, light

    def face(self, points: Sequence[Point3], albedo: Color, normal: Point3, label: str | None = None) -> None:
        """A flat polygon of the world with one colour (0-255), lit by its unit normal and seen through haze."""
        depth = max(0.0, sum(point[2] for point in points) / len(points))
        self.canvas.polygon(self.camera.project_polygon(points), self.light.on(albedo, normal, depth), label)

    def outer_face(
        self, points: Sequence[Point3], albedo: Color, inside: Point3, label: str | None = None, gloss: float = 0.0
    ) -> bool:
        """A face of a solid that has `inside` in it: drawn, and True, only when its outside is turned to the camera.

        `gloss` (0-1) is how much of the sky it mirrors.
        """
        normal = outward_normal(points, inside)
        x, y, z = points[0]
        if normal[0] * x + normal[1] * (y - self.camera.height) + normal[2] * z >= 0:
            return False
        if gloss:
            sky = self.light.horizon if normal[1] < 0.7 else self.light.zenith
            albedo = tuple(c + (s - c) * gloss * max(0.0, 0.3 + normal[1]) for c, s in zip(albedo, sky, strict=True))
        self.face(points, albedo, normal, label)
        return True

    def cuboid(self, center: Point2, half: Point2, bottom: float, top: float, albedo: Color, label: str | None) -> None:
        """An upright box around a point (X, Z), with half its widths along X and Z."""
        (x, z), (hx, hz) = center, half
        ring = [(x - hx, z - hz), (x + hx, z - hz), (x + hx, z + hz), (x - hx, z + hz)]
        inside = (x, (bottom + top) / 2, z)
        self.outer_face([(a, top, b) for a, b in ring], albedo, inside, label)
        for (xa, za), (xb, zb) in zip(ring, ring[1:] + ring[:1], strict=True):
            side = [(xa, bottom, za), (xb, bottom, zb), (xb, top, zb), (xa, top, za)]
            self.outer_face(side, albedo, inside, label)

    def lit(self, picture: Image.Image, normal: Point3) -> Image.Image:
        """An RGB picture as this light shows it on a wall with this normal; without haze."""
        factors = np.array(self.light.on((1.0, 1.0, 1.0), normal), np.float32)
        return Image.fromarray(np.minimum(np.asarray(picture) * factors, 255).astype(np.uint8))

    def sees_wall(self, start: Point2, end: Point2) -> bool:
        """Whether a wall from `start` to `end` (X, Z) turns its face to the camera and is in the picture."""
        visible = _cut_near(start, end)
        if visible is None or start[0] * (end[1] - start[1]) - start[1] * (end[0] - start[0]) >= 0:
            return False
        left, right = (self.camera.project(x, 0.0, z)[0] for x, z in visible)
        return left < self.canvas.width and right > 0 and right - left > 0.5

    def wall(
        self, texture: Image.Image, start: Point2, end: Point2, bottom: float, top: float, label: str,
        mask: Image.Image | None = None,
    ) -> None:  # fmt: skip
        """A vertical wall from `start` to `end` (X, Z), left to right as seen; not drawn when seen from behind.

        Args:
            texture: RGB picture of the whole wall, already lit; stretched over it.
            start: X and Z of its left end in metres.
            end: X and Z of its right end.
            bottom: height of its lower edge in metres.
            top: height of its upper edge.
            label: class name.
            mask: picture of mode L of the texture's size; the wall has holes where it is less than 128.
        """
        (xa, za), (xb, zb) = start, end
        if not self.sees_wall(start, end):
            return
        camera, dx, dz = self.camera, xb - xa, zb - za
        facing, visible = xa * dz - za * dx, _cut_near(start, end)
        corners = [camera.project(x, y, z) for (x, z), y in zip(
            (visible[0], visible[1], visible[1], visible[0]), (top, top, bottom, bottom), strict=True)]  # fmt: skip
        left, right = max(0, int(corners[0][0])), min(self.canvas.width, int(corners[1][0]) + 2)
        upper = max(0, int(min(corner[1] for corner in corners)))
        lower = min(self.canvas.height, int(max(corner[1] for corner in corners)) + 2)
        if right - left < 1 or lower - upper < 1:
            return

        # The depth along a row of the picture is f·facing / (dz·u - f·dx), with u the column from the optical axis;
        # both coordinates on the wall have the same denominator, which is what PERSPECTIVE wants.
        f, u, v = camera.focal, left - camera.center, upper - camera.horizon
        denominator = (dz, 0.0, dz * u - f * dx)
        along = (-za, 0.0, f * xa - za * u)
        rise = top - camera.height
        down = tuple(rise * d + extra for d, extra in zip(denominator, (0.0, facing, v * facing), strict=True))
        along_scale, down_scale = texture.width, texture.height / (top - bottom)
        whole = denominator[2] or 1e-9
        coefficients = [c * along_scale / whole for c in along] + [c * down_scale / whole for c in down]
        coefficients += [denominator[0] / whole, denominator[1] / whole]
        size = (right - left, lower - upper)
        patch = texture.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR)

        shape = Image.new("L", size)
        ImageDraw.Draw(shape).polygon([(x - left, y - upper) for x, y in corners], fill=255)
        if mask is not None:
            holes = mask.transform(size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BILINEAR)
            shape.paste(0, (0, 0), holes.point([255] * 128 + [0] * 128))
        columns = np.arange(size[0]) + (0.5 + u)
        depth = np.clip(f * facing / np.minimum(dz * columns - f * dx, -1e-6), 0, 2000)
        haze = (haze_share(depth, self.light.haze) * 255).astype(np.uint8)[None]
        horizon = Image.new("RGB", size, tuple(round(c) for c in self.light.horizon))
        patch = Image.composite(horizon, patch, Image.fromarray(haze).resize(size, Image.Resampling.NEAREST))
        self.canvas.paste(patch, (left, upper), shape, label)

    def figure(self, x: float, z: float, stretch: float = 1.0) -> Callable[[Sequence[Point2]], list[Point2]]:
        """A function from figure coordinates (metres right of and above the point (x, 0, z)) to pixels."""
        camera = self.camera

        def to_pixels(points: Sequence[Point2]) -> list[Point2]:
            return [camera.project(x + right * stretch, up, z) for right, up in points]

        return to_pixels


def outward_normal(points: Sequence[Point3], inside: Point3) -> Point3:
    """Unit normal of a flat polygon that points away from `inside`."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = points[0], points[1], points[2]
    ux, uy, uz, vx, vy, vz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = math.sqrt(nx * nx + ny * ny + nz * nz) or 1.0
    if nx * (ax - inside[0]) + ny * (ay - inside[1]) + nz * (az - inside[2]) < 0:
        length = -length
    return nx / length, ny / length, nz / length


def ellipse(x: float, y: float, radius_x: float, radius_y: float) -> list[Point2]:
    """Sixteen points of an ellipse with upright axes."""
    return [(x + radius_x * c, y + radius_y * s) for c, s in _CIRCLE]


def box(left: float, bottom: float, right: float, top: float) -> list[Point2]:
    """The corners of an upright rectangle."""
    return [(left, bottom), (right, bottom), (right, top), (left, top)]


def limb(start: Point2, end: Point2, start_radius: float, end_radius: float) -> list[Point2]:
    """Outline of a limb: a rounded, tapered bar."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.sqrt(dx * dx + dy * dy) or 1e-6
    dx, dy = dx / length, dy / length
    outline = []
    for (x, y), radius, first in ((start, start_radius, 4), (end, end_radius, 12)):
        for step in range(0, 9, 2):
            c, s = _CIRCLE[(first + step) % 16]
            outline.append((x + radius * (c * dx - s * dy), y + radius * (c * dy + s * dx)))
    return outline


def _cut_near(start: Point2, end: Point2) -> tuple[Point2, Point2] | None:
    """The part of a wall's foot that is at least `WALL_NEAR` ahead."""
    if start[1] < WALL_NEAR and end[1] < WALL_NEAR:
        return None
    ends = [start, end]
    for i, (point, other) in enumerate(((start, end), (end, start))):
        if point[1] < WALL_NEAR:
            t = (WALL_NEAR - point[1]) / (other[1] - point[1])
            ends[i] = (point[0] + (other[0] - point[0]) * t, WALL_NEAR)
    return ends[0], ends[1]
