"""Cars, vans, buses: a side profile drawn out to its width, with windows, wheels and lights."""

from collections.abc import Iterator, Sequence

from numpy.random import Generator

from proj4_code.given.scene_drawing.geometry import Color, Point2, Point3, Range, box, ellipse, mix, scaled, upright
from proj4_code.given.scene_drawing.noise import chance, pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.thing import FRONT, Shadow, Thing
from proj4_code.given.scene_drawing.vehicle_bodies import CABIN, Body

_PAINT = (
    (150, 154, 160), (196, 198, 202), (228, 230, 232), (46, 48, 54), (30, 32, 36), (96, 100, 108), (150, 34, 38),
    (190, 44, 40), (40, 70, 130), (60, 104, 160), (34, 46, 84), (46, 90, 66), (120, 30, 44), (176, 158, 120),
    (214, 176, 60), (112, 128, 140),
)  # fmt: skip
_PLATE = ((226, 196, 70), (228, 228, 222))
_GLASS = (34, 42, 50)
_RUBBER = (26, 26, 28)


class Vehicle:
    """A vehicle. Its own coordinates are metres to its right, up, and towards its front."""

    def __init__(self, rng: Generator, body: Body, place: Point2, direction: Point2):
        """Choose its colours; its middle stands at a place (X, Z), its front looks along a unit vector (X, Z)."""
        self.body, self.place, self.direction = body, place, direction
        self.paint, self.plate, self.braking = pick(rng, _PAINT), pick(rng, _PLATE), chance(rng, 0.3)
        self.size = rng.uniform(0.94, 1.05)
        (x, z), (dx, dz) = place, direction
        self.side = 1 if z * dx - x * dz > 0 else -1  # the side that is seen: 1 is the right one
        self.normal = (self.side * dz, 0.25, -self.side * dx)
        self.inside = self._world(0.0, 0.8, 0.0)

    def thing(self) -> Thing:
        """Return the vehicle with its shadows."""
        x, z = self.place
        half, along = self.body.profile[2][2], self.body.profile[1][0]
        corners = (self._world(a, 0.0, b) for a, b in box(-half, -along, half, along))
        outline = [(px, pz) for px, _, pz in corners]
        wide = [(x + (px - x) * 1.06, z + (pz - z) * 1.04) for px, pz in outline]
        cabin = [mix(corner, self.place, 0.25) for corner in outline]
        tall = max(y for _, y, _ in self.body.profile)
        return Thing(z, self.draw, [Shadow(outline, 0.15, tall * 0.62), Shadow(cabin, 0.6, tall)], [outline, wide])

    def draw(self, painter: Painter) -> None:
        """Draw the flank first: the ends overlap it where the body bulges."""
        self.painter = painter
        self.fine = painter.camera.focal / self.place[1] > 18  # pixels a metre; farther cars have no details
        self._draw_tyres()
        self._draw_side()
        self._draw_wheels()
        for i, part in enumerate(self.body.parts):
            self._draw_strip(i, part)

    def _world(self, x: float, y: float, z: float) -> Point3:
        (px, pz), (dx, dz), k = self.place, self.direction, self.size
        return px + (dz * x + dx * z) * k, y * k, pz + (dz * z - dx * x) * k

    def _face(self, points: Sequence[Point3], color: Color, normal: Point3, label: str | None = None) -> None:
        """Draw a polygon in the vehicle's coordinates."""
        self.painter.face([self._world(*point) for point in points], color, normal, label)

    def _draw_tyres(self) -> None:
        """Draw the tyres as seen under the bumpers, and the dark under the floor."""
        profile, label = self.body.profile, self.body.label
        half, top = profile[1][2], max(profile[0][1], profile[-1][1]) + 0.15
        for z in (profile[0][0] - 0.15, profile[-1][0] + 0.15):
            self._face(upright((-half, z), (half, z), 0.16, top), (22, 22, 24), FRONT, label)
        for wheel in self.body.wheels:
            for side in (-1, 1):
                for z in (wheel - 0.8 * self.body.radius, wheel + 0.8 * self.body.radius):
                    tyre = upright((side * (half - 0.22), z), (side * (half - 0.01), z), 0.0, 0.4)
                    self._face(tyre, _RUBBER, FRONT, label)

    def _draw_side(self) -> None:
        """Draw the flank: body, light from above on its shoulder, sill, gaps of the doors."""
        profile, normal, (first, last) = self.body.profile, self.normal, CABIN
        for corners in ((*profile[: first + 1], *profile[last:]), profile[first : last + 1]):
            self._face([(self.side * w, y, z) for z, y, w in corners], self.paint, normal, self.body.label)
        belt, floor = (profile[first][1] + profile[last][1]) / 2, profile[0][1]
        front, rear = profile[1][0] - 0.12, profile[-2][0] + 0.12
        half, darker = self.side * (profile[first][2] + 0.005), scaled(self.paint, 0.6)
        shoulder = upright((half, front - 0.3), (half, rear + 0.1), belt - 0.2, belt - 0.06)
        self._face(shoulder, mix(self.paint, (255, 255, 255), 0.22), normal)
        self._face(upright((half, front), (half, rear), floor, floor + 0.17), darker, normal)
        self._draw_side_windows()
        if self.fine and self.body.panes:
            for share in (0.08, 0.5):
                z, _, _ = mix(profile[first], profile[last], share)
                self._face(upright((half, z), (half, z - 0.03), floor + 0.17, belt), darker, normal)

    def _draw_side_windows(self) -> None:
        """Draw the panes of the cabin, whose upper parts mirror the sky."""
        front_low, front_high, rear_high, rear_low = self.body.profile[CABIN[0] : CABIN[1] + 1]

        def at(along: float, up: float) -> Point3:
            z, y, w = mix(mix(front_low, rear_low, along), mix(front_high, rear_high, along), up)
            return self.side * (w + 0.004), y, z

        for start, end in self.body.panes:
            self._face([at(start, 0.12), at(end, 0.12), at(end, 0.86), at(start, 0.86)], _GLASS, self.normal)
            if self.fine:
                sky = mix(_GLASS, self.painter.light.horizon, 0.3)
                self._face([at(start, 0.5), at(end, 0.62), at(end, 0.86), at(start, 0.86)], sky, self.normal)

    def _draw_wheels(self) -> None:
        """Draw the wheels as discs on the flank, under dark arches that end at the floor."""
        body, floor = self.body, self.body.profile[0][1] * 0.9
        half = self.side * body.profile[CABIN[0]][2]
        for z in body.wheels:
            for share, lowest, color, label in (
                (1.22, floor, (20, 20, 22), None),
                (1.0, 0.0, _RUBBER, body.label),
                (0.66, 0.0, (150, 152, 156), None),
                (0.3, 0.0, (70, 72, 76), None),
            ):
                ring = ellipse(z, body.radius, body.radius * share, body.radius * share)
                self._face([(half, max(b, lowest), a) for a, b in ring], color, self.normal, label)

    def _draw_strip(self, i: int, part: str) -> None:
        """Draw one strip across the vehicle, from a corner of its profile to the next, with what is on it."""
        tone = {"bumper": 0.62, "windscreen": 0.9, "rear window": 0.9}.get(part, 1.0)
        if self._patch(i, (-1, 1), (0, 1), scaled(self.paint, tone), 0.35, self.body.label):
            for across, along, color, gloss in self._details(part):
                self._patch(i, across, along, color, gloss)

    def _details(self, part: str) -> Iterator[tuple[Range, Range, Color, float]]:
        """Yield what is on a strip, from the back to the front: where, colour, gloss."""
        sky = mix(_GLASS, self.painter.light.horizon, 0.35)
        if part == "windscreen":
            yield (-0.93, 0.93), (0.04, 0.94), _GLASS, 0.5
            if self.fine:
                yield (-0.9, 0.25), (0.5, 0.94), sky, 0.0
                yield (0.1, 0.75), (0.04, 0.4), (22, 24, 28), 0.0
        elif part == "rear window":
            yield (-0.93, 0.93), (0.08, 0.95), _GLASS, 0.5
            if self.fine:
                yield (-0.9, 0.25), (0.08, 0.45), sky, 0.0
        elif part == "grille":
            yield (-0.5, 0.5), (0.1, 0.8), (30, 32, 34), 0.0
            yield (-0.97, -0.58), (0.15, 0.95), (236, 238, 232), 0.0
            yield (0.58, 0.97), (0.15, 0.95), (236, 238, 232), 0.0
            yield (-0.28, 0.28), (-0.3, 0.1), (228, 228, 222), 0.0
        elif part == "tailgate":
            lamp = (236, 40, 34) if self.braking else (168, 26, 28)
            for lamps, reflectors in (((-0.98, -0.70), (-0.96, -0.72)), ((0.70, 0.98), (0.72, 0.96))):
                yield lamps, (0.08, 0.55), lamp, 0.0
                yield reflectors, (0.55, 0.66), (230, 150, 90), 0.0
            yield (-0.3, 0.3), (0.5, 0.85), self.plate, 0.0
            if self.fine:
                yield (-0.95, 0.95), (0.92, 0.99), scaled(self.paint, 0.5), 0.0

    def _patch(self, i: int, across: Range, along: Range, color: Color, gloss: float, label: str | None = None) -> bool:
        """Draw a piece of a strip, `across` from -1 (left) to 1 and `along` from 0 to 1; return whether it is seen."""
        start, end = (mix(self.body.profile[i], self.body.profile[i + 1], share) for share in along)
        corners = [
            (a * w, y, z) for a, (z, y, w) in zip((*across, *across[::-1]), (start, start, end, end), strict=True)
        ]
        return self.painter.outer_face([self._world(*corner) for corner in corners], color, self.inside, label, gloss)
