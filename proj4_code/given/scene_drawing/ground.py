"""The ground: road, lane marks, kerbs, sidewalks and what lies beyond, with the shadows that fall on it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from proj4_code.given.scene_drawing.canvas import LABEL, Color
from proj4_code.given.scene_drawing.light import haze_share
from proj4_code.given.scene_drawing.noise import chance, pick, sample, tile
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.street import KERB, Street

_ASPHALT = ((92, 92, 96), (110, 108, 106), (78, 80, 86), (124, 120, 114), (100, 94, 92))
_PAVING = ((150, 146, 138), (136, 134, 132), (166, 156, 142), (142, 128, 118), (156, 152, 150), (120, 118, 116))
_GRASS = ((86, 108, 52), (100, 116, 58), (78, 98, 50), (112, 116, 66))


Outline = Sequence[tuple[float, float]]


class Shadow(NamedTuple):
    """Something that keeps the sun off the ground: an outline (X, Z) in metres between two heights."""

    outline: Outline
    low: float
    high: float


class _Ground(NamedTuple):
    """The ground as seen by each pixel below the horizon; arrays broadcast to (rows, columns)."""

    s: np.ndarray  # metres right of the centre line
    x: np.ndarray
    z: np.ndarray
    albedo: list[np.ndarray]  # red, green, blue
    label: np.ndarray

    def cover(self, where: np.ndarray, color: Color, label: str | None, wear: np.ndarray | None = None) -> None:
        """Paint an area; `wear` (0-1, same shape) lets what is below shine through."""
        for channel, value in zip(self.albedo, color, strict=True):
            if wear is None:
                channel[where] = value
            else:
                channel[where] += (np.float32(value) - channel[where]) * wear[where]
        if label is not None:
            self.label[where] = LABEL[label]


def paint_ground(
    painter: Painter, rng: np.random.Generator, street: Street, shadows: Sequence[Shadow], contacts: Sequence[Outline]
) -> None:
    """Paint everything below the horizon; `contacts` are the places under cars and feet, dark in any weather."""
    canvas, camera, light = painter.canvas, painter.camera, painter.light
    top = max(0, int(camera.horizon) + 1)
    if top >= canvas.height:
        return
    rows = np.arange(top + 0.5, canvas.height, dtype=np.float32)[:, None]
    columns = np.arange(0.5, canvas.width, dtype=np.float32)[None]
    z = np.float32(camera.focal * camera.height) / np.maximum(rows - np.float32(camera.horizon), np.float32(0.25))
    x = (columns - np.float32(camera.center)) * (z / np.float32(camera.focal))
    middle = np.float32(street.start) + z * (np.float32(street.heading) + z * np.float32(street.curvature / 2))
    shape = x.shape
    ground = _Ground(x - middle, x, z, [np.zeros(shape, np.float32) for _ in range(3)], np.zeros(shape, np.uint8))

    _paint_strips(ground, rng, street)
    _paint_marks(ground, rng, street)

    # Grain that is finer than a pixel would flicker, so it fades with distance.
    fine = (sample(tile(256, 1), x, z, 36) - np.float32(0.5)) * np.minimum(np.float32(0.2), np.float32(1.2) / z)
    # Wheels draw dirt and wear out along the road.
    worn = (sample(tile(16, 5), ground.s, z * np.float32(0.22), 14) - np.float32(0.5)) * np.float32(0.22)
    stains = (sample(tile(8, 4, seed=1), x, z, 6) - np.float32(0.5)) * np.minimum(np.float32(0.22), np.float32(4.0) / z)
    grain = 1 + fine + worn + stains

    sun = _shadow_on_ground(painter, shadows, top, shape)
    open_sky = _near_contact(painter, contacts, top, shape)
    upward = [d * light.sun[1] for d in light.direct]
    haze = haze_share(z, light.haze).astype(np.float32)
    image = np.empty((*shape, 3), np.uint8)
    for i, channel in enumerate(ground.albedo):
        lit = channel * grain * open_sky * (np.float32(light.ambient[i]) + sun * np.float32(upward[i]))
        lit += (np.float32(light.horizon[i]) - lit) * haze
        image[..., i] = np.clip(lit, 0, 255)
    canvas.paste_arrays(image, ground.label, top)


def _paint_strips(ground: _Ground, rng: np.random.Generator, street: Street) -> None:
    """Road, shoulders, kerbs, sidewalks, verges and the ground beyond."""
    asphalt = pick(rng, _ASPHALT)
    tint = rng.uniform(0.92, 1.08)
    asphalt = tuple(c * tint for c in asphalt)
    on_road = (ground.s <= street.widths[1]) & (ground.s >= -street.widths[-1])
    ground.cover(on_road, asphalt, "Road")
    grass = pick(rng, _GRASS)
    for side, strips in street.sides.items():
        paving, s = pick(rng, _PAVING), ground.s * side
        kerb, walk = street.kerb(side), strips.walk
        outer = s > street.widths[side]
        if strips.verge > 1.0:
            ground.cover(outer, grass, "VegetationMisc")
        else:
            ground.cover(outer, tuple(c * 0.92 for c in paving), "Sidewalk")
        on_walk = outer & (s < kerb + KERB + walk)
        ground.cover(on_walk, paving, "Sidewalk")
        slab = pick(rng, (0.6, 0.9, 1.2))
        joints = on_walk & (ground.z < 22) & (((ground.z % slab) < 0.03) | (((s - kerb) % slab) < 0.03))
        ground.cover(joints, tuple(c * 0.72 for c in paving), None)
        stone = (172, 168, 160) if chance(rng, 0.7) else (140, 138, 136)
        ground.cover(outer & (s < kerb + KERB), stone, None)
        ground.cover(outer & (s < kerb + 0.04), tuple(c * 0.55 for c in stone), None)
        if strips.shoulder:
            ground.cover(outer & (s < kerb), tuple(c * 1.14 + 6 for c in asphalt), "RoadShoulder")
        if strips.junction:
            near, far = strips.junction
            inside = outer & (ground.z > near) & (ground.z < far)
            ground.cover(inside, asphalt, "Road")
    # Patches of newer asphalt, and the darker tracks of many tyres.
    for _ in range(int(rng.integers(0, 4))):
        s0, z0 = rng.uniform(-street.widths[-1], street.widths[1] - 1), rng.uniform(3, 25)
        patch = (
            (ground.s > s0)
            & (ground.s < s0 + rng.uniform(0.5, 2.5))
            & (ground.z > z0)
            & (ground.z < z0 + rng.uniform(1, 9))
        )
        newness = rng.uniform(0.8, 1.12)
        ground.cover(patch & on_road, tuple(c * newness for c in asphalt), None)
    for side in (-1, 1):
        center = side * street.lane(side)
        for track in (center - 0.75, center + 0.75):
            ground.cover(np.abs(ground.s - np.float32(track)) < 0.25, tuple(c * 0.93 for c in asphalt), None)


def _paint_marks(ground: _Ground, rng: np.random.Generator, street: Street) -> None:
    """Centre line, edge lines, zebra crossing, stop line."""
    s, z = ground.s, ground.z
    wear = np.clip(sample(tile(64, 3), ground.x, z, 20) * np.float32(1.8) + np.float32(rng.uniform(-0.2, 0.5)), 0.1, 1)
    white, yellow = (226, 226, 220), (206, 172, 60)
    visible = z < 70
    phase = rng.uniform(0, 6)
    distance = np.abs(s)
    if street.center_line == "dashed":
        ground.cover((distance < 0.075) & ((z + np.float32(phase)) % 6 < 3.4) & visible, white, "LaneMkgsDriv", wear)
    elif street.center_line == "double":
        ground.cover((np.abs(distance - np.float32(0.14)) < 0.065) & visible, white, "LaneMkgsDriv", wear)
    elif street.center_line == "solid":
        ground.cover((distance < 0.08) & visible, white, "LaneMkgsDriv", wear)
    for side, strips in street.sides.items():
        if street.edge_line == "none":
            continue
        edge = street.widths[side] - (2.15 if strips.parking else 0.3)
        color, label = (yellow, "LaneMkgsNonDriv") if street.edge_line == "yellow" else (white, "LaneMkgsDriv")
        lines = np.abs(s * side - np.float32(edge)) < 0.06
        if color is yellow:
            lines |= np.abs(s * side - np.float32(edge - 0.22)) < 0.06
        ground.cover(lines & visible, color, label, wear)
        if strips.junction:
            near, far = strips.junction
            give_way = (np.abs(s * side - np.float32(street.widths[side])) < 0.12) & (z > near) & (z < far)
            ground.cover(give_way & (z % 1.0 < 0.6), white, "LaneMkgsNonDriv", wear)
    if street.crossing:
        z0, on_road = np.float32(street.crossing), (s < street.widths[1] - 0.2) & (s > 0.2 - street.widths[-1])
        ground.cover(on_road & (z > z0) & (z < z0 + 2.8) & ((s + 20) % 1.1 < 0.55), white, "LaneMkgsDriv", wear)
        own = on_road & (s * street.traffic > 0.1)
        ground.cover(own & (z > z0 - 1.6) & (z < z0 - 1.3), white, "LaneMkgsDriv", wear)


def _shadow_on_ground(painter: Painter, shadows: Sequence[Shadow], top: int, shape: tuple[int, int]) -> np.ndarray:
    """How much of the sun reaches each ground pixel: (rows, columns) float32, 0-1."""
    light = painter.light
    push = (-light.sun[0] / light.sun[1], -light.sun[2] / light.sun[1])
    outlines = []
    for shadow in shadows:
        low = [(x + push[0] * shadow.low, z + push[1] * shadow.low) for x, z in shadow.outline]
        high = [(x + push[0] * shadow.high, z + push[1] * shadow.high) for x, z in shadow.outline]
        outlines += [low, high, *([low[i - 1], low[i], high[i], high[i - 1]] for i in range(len(low)))]
    return _soft_mask(painter, outlines, top, shape, dark=0, blur=shape[1] / 400)


def _near_contact(painter: Painter, contacts: Sequence[Outline], top: int, shape: tuple[int, int]) -> np.ndarray:
    """How much of the sky's light reaches each ground pixel: (rows, columns) float32, 0-1."""
    return _soft_mask(painter, contacts, top, shape, dark=90, blur=shape[1] / 160)


def _soft_mask(
    painter: Painter, outlines: Sequence[Outline], top: int, shape: tuple[int, int], dark: int, blur: float
) -> np.ndarray:
    """An image of ground outlines: (rows, columns) float32, `dark` / 255 inside, 1 elsewhere, blurred."""
    mask = Image.new("L", (shape[1], shape[0]), 255)
    draw = ImageDraw.Draw(mask)
    for outline in outlines:
        points = painter.camera.project_polygon([(x, 0.0, z) for x, z in outline])
        if len(points) >= 3:
            draw.polygon([(u, v - top) for u, v in points], fill=dark)
    soft = mask.filter(ImageFilter.BoxBlur(max(1.0, blur)))
    return np.asarray(soft).astype(np.float32) * np.float32(1 / 255)
