"""The ground: road, lane marks, kerbs, sidewalks and what lies beyond, with the shadows that fall on it."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

from proj4_code.given.scene_drawing.canvas import LABEL
from proj4_code.given.scene_drawing.geometry import Color, Outline, Point3, scaled
from proj4_code.given.scene_drawing.light import haze_share
from proj4_code.given.scene_drawing.noise import chance, pick, sample, tile
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.street import KERB, Street
from proj4_code.given.scene_drawing.thing import Shadow

_ASPHALT = ((92, 92, 96), (110, 108, 106), (78, 80, 86), (124, 120, 114), (100, 94, 92))
_PAVING = ((150, 146, 138), (136, 134, 132), (166, 156, 142), (142, 128, 118), (156, 152, 150), (120, 118, 116))
_GRASS = ((86, 108, 52), (100, 116, 58), (78, 98, 50), (112, 116, 66))
_STONE = ((172, 168, 160), (140, 138, 136))
_WHITE = (226, 226, 220)
_YELLOW = (206, 172, 60)


class _Ground:
    """The ground as seen by each pixel from the row `top`, just below the horizon, to the bottom; (rows, columns)."""

    def __init__(self, painter: Painter, street: Street):
        canvas, camera, _ = painter
        self.street, self.top = street, int(camera.horizon) + 1
        rows = np.arange(self.top + 0.5, canvas.height, dtype=np.float32)[:, None]
        columns = np.arange(0.5, canvas.width, dtype=np.float32)[None]
        # Metres ahead of the camera (rows, 1), to the right of it, and to the right of the centre line.
        self.z = camera.focal * camera.height / (rows - camera.horizon)
        self.x = (columns - camera.center) * (self.z / camera.focal)
        self.s = self.x - (street.start + self.z * (street.heading + self.z * (street.curvature / 2)))
        self.on_road = (self.s <= street.sides[1].road) & (self.s >= -street.sides[-1].road)
        self.albedo = np.zeros((3, *self.x.shape), np.float32)
        self.label = np.zeros(self.x.shape, np.uint8)

    def cover(self, where: np.ndarray, color: Color, label: str | None = None, wear: np.ndarray | None = None) -> None:
        """Paint an area; `wear` (0-1, same shape) lets what is below shine through."""
        for channel, value in zip(self.albedo, color, strict=True):
            channel[where] = value if wear is None else channel[where] + (value - channel[where]) * wear[where]
        if label:
            self.label[where] = LABEL[label]

    def texture(self, cells: int, octaves: int, texels: float, seed: int = 0) -> np.ndarray:
        """Return noise (0-1) that lies on the ground, `texels` a metre."""
        return sample(tile(cells, octaves, seed), self.x, self.z, texels)


def paint_ground(
    painter: Painter, rng: Generator, street: Street, shadows: Sequence[Shadow], contacts: Sequence[Outline]
) -> None:
    """Paint everything below the horizon; `contacts` are the places under cars and feet, dark in any weather."""
    light, ground = painter.light, _Ground(painter, street)
    _paint_strips(ground, rng)
    _paint_marks(ground, rng)

    z = ground.z
    # Grain that is finer than a pixel would flicker, so it fades with distance.
    fine = (ground.texture(256, 1, 36) - 0.5) * np.minimum(0.2, 1.2 / z)
    # Wheels draw dirt and wear out along the road.
    worn = (sample(tile(16, 5), ground.s, z * 0.22, 14) - 0.5) * 0.22
    stains = (ground.texture(8, 4, 6, seed=1) - 0.5) * np.minimum(0.22, 4 / z)
    grain = 1 + fine + worn + stains
    sun = _soft_mask(painter, _shadow_outlines(light.sun, shadows), ground, dark=0, blur=painter.canvas.width / 400)
    open_sky = _soft_mask(painter, contacts, ground, dark=90, blur=painter.canvas.width / 160)
    haze = haze_share(z, light.haze)
    image = np.empty((*ground.x.shape, 3), np.uint8)
    for i, channel in enumerate(ground.albedo):
        lit = channel * grain * open_sky * (light.ambient[i] + sun * (light.direct[i] * light.sun[1]))
        lit += (light.horizon[i] - lit) * haze
        image[..., i] = np.clip(lit, 0, 255)
    painter.canvas.paste_rows(image, ground.label, ground.top)


def _paint_strips(ground: _Ground, rng: Generator) -> None:
    """Paint road, shoulders, kerbs, sidewalks, verges and the ground beyond, with the mouths of side streets."""
    asphalt = scaled(pick(rng, _ASPHALT), rng.uniform(0.92, 1.08))
    ground.cover(ground.on_road, asphalt, "Road")
    grass = pick(rng, _GRASS)
    for side, strips in ground.street.sides.items():
        paving, s, kerb = pick(rng, _PAVING), ground.s * side, strips.kerb
        outer = s > strips.road
        if strips.verge > 1.0:
            ground.cover(outer, grass, "VegetationMisc")
        else:
            ground.cover(outer, scaled(paving, 0.92), "Sidewalk")
        on_walk = outer & (s < kerb + KERB + strips.walk)
        ground.cover(on_walk, paving, "Sidewalk")
        slab = pick(rng, (0.6, 0.9, 1.2))
        joints = (ground.z < 22) & (((ground.z % slab) < 0.03) | (((s - kerb) % slab) < 0.03))
        ground.cover(on_walk & joints, scaled(paving, 0.72))
        stone = _STONE[0] if chance(rng, 0.7) else _STONE[1]
        ground.cover(outer & (s < kerb + KERB), stone)
        ground.cover(outer & (s < kerb + 0.04), scaled(stone, 0.55))
        if strips.shoulder:
            red, green, blue = scaled(asphalt, 1.14)
            ground.cover(outer & (s < kerb), (red + 6, green + 6, blue + 6), "RoadShoulder")
        if strips.junction:
            ground.cover(outer & _between(ground.z, *strips.junction), asphalt, "Road")
    _paint_patches(ground, rng, asphalt)


def _paint_patches(ground: _Ground, rng: Generator, asphalt: Color) -> None:
    """Paint patches of newer asphalt, and the darker tracks of many tyres."""
    left, right = ground.street.sides[-1], ground.street.sides[1]
    for _ in range(int(rng.integers(0, 4))):
        s, z = rng.uniform(-left.road, right.road - 1), rng.uniform(3, 25)
        patch = _between(ground.s, s, s + rng.uniform(0.5, 2.5)) & _between(ground.z, z, z + rng.uniform(1, 9))
        ground.cover(patch & ground.on_road, scaled(asphalt, rng.uniform(0.8, 1.12)))
    for side, strips in ground.street.sides.items():
        for track in (side * strips.lane - 0.75, side * strips.lane + 0.75):
            ground.cover(np.abs(ground.s - track) < 0.25, scaled(asphalt, 0.93))


def _paint_marks(ground: _Ground, rng: Generator) -> None:
    """Paint centre line, edge lines, zebra crossing and stop line."""
    street, s, z = ground.street, ground.s, ground.z
    distance, visible = np.abs(s), z < 70
    wear = np.clip(ground.texture(64, 3, 20) * 1.8 + rng.uniform(-0.2, 0.5), 0.1, 1)
    phase = rng.uniform(0, 6)
    if street.center_line == "dashed":
        ground.cover((distance < 0.075) & ((z + phase) % 6 < 3.4) & visible, _WHITE, "LaneMkgsDriv", wear)
    elif street.center_line == "double":
        ground.cover((np.abs(distance - 0.14) < 0.065) & visible, _WHITE, "LaneMkgsDriv", wear)
    elif street.center_line == "solid":
        ground.cover((distance < 0.08) & visible, _WHITE, "LaneMkgsDriv", wear)
    for side, strips in street.sides.items():
        if street.edge_line == "none":
            continue
        edge = strips.road - (2.15 if strips.parking else 0.3)
        line = np.abs(s * side - edge) < 0.06
        if street.edge_line == "yellow":
            line |= np.abs(s * side - (edge - 0.22)) < 0.06
            ground.cover(line & visible, _YELLOW, "LaneMkgsNonDriv", wear)
        else:
            ground.cover(line & visible, _WHITE, "LaneMkgsDriv", wear)
        if strips.junction:
            give_way = (np.abs(s * side - strips.road) < 0.12) & _between(z, *strips.junction)
            ground.cover(give_way & (z % 1.0 < 0.6), _WHITE, "LaneMkgsNonDriv", wear)
    if street.crossing:
        start, left, right = street.crossing, street.sides[-1].road, street.sides[1].road
        on_road = _between(s, 0.2 - left, right - 0.2)
        stripes = on_road & _between(z, start, start + 2.8) & ((s + 20) % 1.1 < 0.55)
        ground.cover(stripes, _WHITE, "LaneMkgsDriv", wear)
        own_lane = on_road & (s * street.traffic > 0.1)
        ground.cover(own_lane & _between(z, start - 1.6, start - 1.3), _WHITE, "LaneMkgsDriv", wear)


def _between(values: np.ndarray, low: float, high: float) -> np.ndarray:
    return (values > low) & (values < high)


def _shadow_outlines(sun: Point3, shadows: Sequence[Shadow]) -> Iterator[Outline]:
    """Yield the outlines on the ground that together are out of the sun."""
    push_x, push_z = -sun[0] / sun[1], -sun[2] / sun[1]
    for outline, *heights in shadows:
        low, high = ([(x + push_x * height, z + push_z * height) for x, z in outline] for height in heights)
        yield low
        yield high
        yield from ([low[i - 1], low[i], high[i], high[i - 1]] for i in range(len(low)))


def _soft_mask(painter: Painter, outlines: Iterable[Outline], ground: _Ground, dark: int, blur: float) -> np.ndarray:
    """Return how much light reaches the ground: (rows, columns) float32, `dark` / 255 in the outlines, 1 elsewhere."""
    mask = Image.new("L", ground.x.shape[::-1], 255)
    draw = ImageDraw.Draw(mask)
    for outline in outlines:
        points = painter.camera.project_polygon([(x, 0.0, z) for x, z in outline])
        if len(points) >= 3:
            draw.polygon([(u, v - ground.top) for u, v in points], fill=dark)
    soft = mask.filter(ImageFilter.BoxBlur(max(1.0, blur)))
    return np.asarray(soft).astype(np.float32) * np.float32(1 / 255)
