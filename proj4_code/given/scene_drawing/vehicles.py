"""Cars, vans, buses: a side profile drawn out to its width, with windows, wheels and lights."""

from typing import NamedTuple

import numpy as np

from proj4_code.given.scene_drawing.camera import Point2, Point3
from proj4_code.given.scene_drawing.canvas import Color
from proj4_code.given.scene_drawing.ground import Shadow
from proj4_code.given.scene_drawing.noise import chance, pick
from proj4_code.given.scene_drawing.painter import Painter, ellipse
from proj4_code.given.scene_drawing.thing import Thing
from proj4_code.given.scene_drawing.vehicle_bodies import Body

_PAINT = (
    (150, 154, 160), (196, 198, 202), (228, 230, 232), (46, 48, 54), (30, 32, 36), (96, 100, 108), (150, 34, 38),
    (190, 44, 40), (40, 70, 130), (60, 104, 160), (34, 46, 84), (46, 90, 66), (120, 30, 44), (176, 158, 120),
    (214, 176, 60), (112, 128, 140),
)  # fmt: skip
_GLASS = (34, 42, 50)
_RUBBER = (26, 26, 28)


class _Finish(NamedTuple):
    paint: Color
    plate: Color
    braking: bool


def vehicle(rng: np.random.Generator, body: Body, x: float, z: float, direction: tuple[float, float]) -> Thing:
    """A vehicle standing on the ground with its middle at (x, z) and its front towards a unit vector (X, Z)."""
    finish = _Finish(pick(rng, _PAINT), pick(rng, ((226, 196, 70), (228, 228, 222))), braking=chance(rng, 0.3))
    size = rng.uniform(0.94, 1.05)

    def draw(painter: Painter) -> None:
        _Drawing(painter, body, finish, (x, z), direction, size).draw()

    along, across = body.profile[1][0] * size, body.profile[2][2] * size
    dx, dz = direction
    outline = [
        (x + dz * a * across + dx * b * along, z - dx * a * across + dz * b * along)
        for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    cabin = [(px + (x - px) * 0.25, pz + (z - pz) * 0.25) for px, pz in outline]
    tall = max(point[1] for point in body.profile)
    shadows = [Shadow(outline, 0.15, tall * 0.62), Shadow(cabin, 0.6, tall)]
    wide = [(x + (px - x) * 1.06, z + (pz - z) * 1.04) for px, pz in outline]
    return Thing(z, draw, shadows, [outline, wide])


class _Drawing:
    """A vehicle while it is drawn: its frame of reference and its colours."""

    def __init__(
        self, painter: Painter, body: Body, finish: _Finish, place: Point2, direction: tuple[float, float], size: float
    ):
        self.painter, self.body = painter, body
        self.paint, self.plate, self.braking = finish
        self.place, self.direction, self.size = place, direction, size
        self.inside = self.world(0.0, 0.8, 0.0)
        self.fine = painter.camera.focal / place[1] > 18  # pixels a metre; details of farther cars are left out

    def world(self, x: float, y: float, z: float) -> Point3:
        (px, pz), (dx, dz), k = self.place, self.direction, self.size
        return px + (dz * x + dx * z) * k, y * k, pz + (dz * z - dx * x) * k

    def draw(self) -> None:
        self.draw_tyres()
        near_side = 1 if self.seen_side(1) else -1
        # The side first: the ends overlap it where the body bulges.
        self.draw_side(near_side)
        self.draw_wheels(near_side)
        for i in range(len(self.body.parts)):
            self.draw_strip(i)

    def seen_side(self, side: int) -> bool:
        """Whether the camera is on the right (1) or left (-1) of the vehicle."""
        (px, pz), (dx, dz) = self.place, self.direction
        return side * (-px * dz + pz * dx) > 0

    def draw_tyres(self) -> None:
        """The tyres as seen under the bumpers, and the dark under the floor."""
        profile = self.body.profile
        front, rear, half = profile[0][0], profile[-1][0], profile[1][2]
        top = max(profile[0][1], profile[-1][1]) + 0.15
        for z in (front - 0.15, rear + 0.15):
            self.upright((-half, half), (0.16, top), z, (22, 22, 24))
        for z in self.body.wheels:
            for side in (-1, 1):
                for end in (-0.8, 0.8):
                    across = (side * (half - 0.22), side * (half - 0.01))
                    self.upright(across, (0.0, 0.4), z + end * self.body.radius, _RUBBER)

    def upright(self, x: tuple[float, float], y: tuple[float, float], z: float, color: Color) -> None:
        """A rectangle across the vehicle."""
        corners = [
            self.world(x[0], y[0], z),
            self.world(x[1], y[0], z),
            self.world(x[1], y[1], z),
            self.world(x[0], y[1], z),
        ]
        self.painter.face(corners, color, (0, 0, -1), self.body.label)

    def draw_strip(self, i: int) -> None:
        """One strip across the vehicle, between two corners of its profile, with what is on it."""
        part, label = self.body.parts[i], self.body.label
        glass = part in ("windscreen", "rear window")
        color = self.paint if not glass else tuple(c * 0.9 for c in self.paint)
        if part == "bumper":
            color = tuple(c * 0.62 for c in self.paint)
        if not self.patch(i, (-1, 1), (0, 1), color, label, gloss=0.35):
            return
        if glass:
            low, high = (0.04, 0.94) if part == "windscreen" else (0.08, 0.95)
            self.patch(i, (-0.93, 0.93), (low, high), _GLASS, gloss=0.5)
            if self.fine:
                sky = tuple(g + (s - g) * 0.35 for g, s in zip(_GLASS, self.painter.light.horizon, strict=True))
                near_top = (0.5, high) if part == "windscreen" else (low, 0.45)
                self.patch(i, (-0.9, 0.25), near_top, sky)
                if part == "windscreen":
                    self.patch(i, (0.1, 0.75), (0.04, 0.4), (22, 24, 28))
        elif part == "grille" and self.body.label != "OtherMoving":
            self.patch(i, (-0.5, 0.5), (0.1, 0.8), (30, 32, 34))
            for side in (-1, 1):
                self.patch(i, tuple(sorted((side * 0.58, side * 0.97))), (0.15, 0.95), (236, 238, 232))
            self.patch(i, (-0.28, 0.28), (-0.3, 0.1), (228, 228, 222))
        elif part == "tailgate":
            lamp = (236, 40, 34) if self.braking else (168, 26, 28)
            for side in (-1, 1):
                self.patch(i, tuple(sorted((side * 0.70, side * 0.98))), (0.08, 0.55), lamp)
                self.patch(i, tuple(sorted((side * 0.72, side * 0.96))), (0.55, 0.66), (230, 150, 90))
            self.patch(i, (-0.3, 0.3), (0.5, 0.85), self.plate)
            if self.fine:
                self.patch(i, (-0.95, 0.95), (0.92, 0.99), tuple(c * 0.5 for c in self.paint))

    def patch(
        self, i: int, across: tuple, along: tuple, color: Color, label: str | None = None, gloss: float = 0.0
    ) -> bool:
        """A piece of a strip: `across` from -1 (left) to 1 (right), `along` from 0 to 1 between two profile corners."""
        (za, ya, wa), (zb, yb, wb) = self.body.profile[i], self.body.profile[i + 1]
        corners = []
        for a, t in ((across[0], along[0]), (across[1], along[0]), (across[1], along[1]), (across[0], along[1])):
            corners.append(self.world(a * (wa + (wb - wa) * t), ya + (yb - ya) * t, za + (zb - za) * t))
        return self.painter.outer_face(corners, color, self.inside, label, gloss)

    def draw_side(self, side: int) -> None:
        """The flank: body, light from above on its shoulder, sill, cabin, side windows."""
        body, profile = self.body, self.body.profile
        first, last = body.belt
        lower = [self.world(side * w, y, z) for z, y, w in (*profile[: first + 1], *profile[last:])]
        normal = self.side_normal(side)
        self.painter.face(lower, self.paint, normal, body.label)
        cabin = [self.world(side * w, y, z) for z, y, w in profile[first : last + 1]]
        self.painter.face(cabin, self.paint, normal, body.label)
        belt = (profile[first][1] + profile[last][1]) / 2
        front, rear = profile[1][0] - 0.12, profile[-2][0] + 0.12
        half = side * (profile[first][2] + 0.005)
        floor = profile[0][1]
        lighter = tuple(c + (255 - c) * 0.22 for c in self.paint)
        darker = tuple(c * 0.6 for c in self.paint)
        self.side_band(half, (front - 0.3, rear + 0.1), (belt - 0.2, belt - 0.06), lighter, normal)
        self.side_band(half, (front, rear), (floor, floor + 0.17), darker, normal)
        self.draw_side_windows(side, normal)
        if self.fine and body.panes:
            for t in (0.08, 0.5):
                z = profile[first][0] + (profile[last][0] - profile[first][0]) * t
                self.side_band(half, (z, z - 0.03), (floor + 0.17, belt), darker, normal)

    def side_band(self, x: float, z: tuple[float, float], y: tuple[float, float], color: Color, normal: Point3) -> None:
        corners = [
            self.world(x, y[0], z[0]),
            self.world(x, y[0], z[1]),
            self.world(x, y[1], z[1]),
            self.world(x, y[1], z[0]),
        ]
        self.painter.face(corners, color, normal)

    def draw_side_windows(self, side: int, normal: Point3) -> None:
        first, last = self.body.belt
        front_low, front_high = self.body.profile[first], self.body.profile[first + 1]
        rear_high, rear_low = self.body.profile[last - 1], self.body.profile[last]

        def at(along: float, up: float) -> Point3:
            low, high = (
                tuple(a + (b - a) * along for a, b in zip(front, rear, strict=True))
                for front, rear in ((front_low, rear_low), (front_high, rear_high))
            )
            z, y, w = (a + (b - a) * up for a, b in zip(low, high, strict=True))
            return self.world(side * (w + 0.004), y, z)

        for start, end in self.body.panes:
            pane = [at(start, 0.12), at(end, 0.12), at(end, 0.86), at(start, 0.86)]
            self.painter.face(pane, _GLASS, normal)
            if self.fine:
                sky = tuple(g + (s - g) * 0.3 for g, s in zip(_GLASS, self.painter.light.horizon, strict=True))
                self.painter.face([at(start, 0.5), at(end, 0.62), at(end, 0.86), at(start, 0.86)], sky, normal)

    def side_normal(self, side: int) -> Point3:
        dx, dz = self.direction
        return side * dz, 0.25, -side * dx

    def draw_wheels(self, side: int) -> None:
        """Wheels as discs on the flank."""
        body, normal = self.body, self.side_normal(side)
        half = side * body.profile[body.belt[0]][2]
        for z in body.wheels:
            for factor, color, label in (
                (1.22, (20, 20, 22), None),
                (1.0, _RUBBER, body.label),
                (0.66, (150, 152, 156), None),
                (0.3, (70, 72, 76), None),
            ):
                up = body.radius
                if factor > 1:
                    ring = [
                        (a, max(b, body.profile[0][1] * 0.9))
                        for a, b in ellipse(z, up, body.radius * factor, body.radius * factor)
                    ]
                else:
                    ring = ellipse(z, up, body.radius * factor, body.radius * factor)
                self.painter.face([self.world(half, b, a) for a, b in ring], color, normal, label)
