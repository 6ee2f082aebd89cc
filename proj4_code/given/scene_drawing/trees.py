"""Trees and bushes: a trunk, branches, and a crown put together from leafy lumps."""

from functools import cache

import numpy as np
from PIL import Image

from proj4_code.given.scene_drawing.canvas import Color
from proj4_code.given.scene_drawing.ground import Shadow
from proj4_code.given.scene_drawing.light import Light, haze_share
from proj4_code.given.scene_drawing.noise import chance, clouds, pick
from proj4_code.given.scene_drawing.painter import Painter, limb
from proj4_code.given.scene_drawing.street import Street
from proj4_code.given.scene_drawing.thing import Thing, bar, disc

_LUMP = 160
_LUMPS = 8
_SUMMER = ((62, 92, 38), (84, 108, 46), (50, 78, 40), (98, 116, 54), (72, 84, 44), (58, 88, 54))
_AUTUMN = ((168, 112, 44), (150, 78, 40), (176, 142, 60))
_BARK = ((84, 70, 58), (104, 94, 82), (68, 58, 50), (120, 112, 100))


_HALF = [0] * 128 + [255] * 128


@cache
def _lump(number: int, mirrored: bool) -> tuple[Image.Image, Image.Image]:
    """One leafy lump, lit from the upper left (mirrored: right): brightness and mask, both (_LUMP, _LUMP), 0-255."""
    if mirrored:
        return tuple(part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for part in _lump(number, False))
    rng = np.random.default_rng([7, number])
    axis = (np.arange(_LUMP, dtype=np.float32) + np.float32(0.5)) / np.float32(_LUMP / 2) - 1
    x, y = axis[None], axis[:, None]
    leaves = clouds(rng, _LUMP, _LUMP, 7, 5)
    height = 1 - (x * x + y * y) * np.float32(1.15) + (leaves - np.float32(0.5)) * np.float32(1.1)
    mask = np.where(height > 0.12, np.uint8(255), np.uint8(0))
    mask[[0, -1]] = mask[:, [0, -1]] = 0
    relief = leaves - np.roll(leaves, (3, 3), (0, 1))
    twigs = clouds(rng, _LUMP, _LUMP, 44, 2) - np.float32(0.5)
    bright = (
        np.float32(0.42)
        - x * np.float32(0.13)
        - y * np.float32(0.24)
        + relief * np.float32(1.7)
        + twigs * np.float32(0.5)
    )
    return Image.fromarray(np.clip(bright * 255, 0, 255).astype(np.uint8)), Image.fromarray(mask)


def tree(rng: np.random.Generator, street: Street, s: float, z: float, height: float, autumn: bool) -> Thing:
    """A tree with its trunk at (s, z) of the street, `height` metres tall."""
    x = street.x(s, z)
    leaf = pick(rng, _AUTUMN if autumn and chance(rng, 0.7) else _SUMMER)
    leaf = tuple(c * rng.uniform(0.85, 1.15) for c in leaf)
    bark = pick(rng, _BARK)
    conifer = chance(rng, 0.12)
    clear = height * (0.12 if conifer else rng.uniform(0.16, 0.3))
    wide = height * (0.2 if conifer else rng.uniform(0.27, 0.4))
    thick = height * rng.uniform(0.014, 0.022)
    seed = int(rng.integers(1 << 30))

    def draw(painter: Painter) -> None:
        own = np.random.default_rng(seed)
        to_pixels, light = painter.figure(x, z), painter.light
        lit = light.on(bark, (light.sun[0], 0.0, -0.3), z)
        painter.canvas.polygon(
            to_pixels(limb((0, 0), (0, clear + height * 0.3), thick * 1.25, thick * 0.6)), lit, "Tree"
        )
        dark = tuple(c * 0.7 for c in lit)
        shady = -1 if light.sun[0] > 0 else 1
        edge = limb((shady * thick * 0.55, 0), (shady * thick * 0.3, clear + height * 0.3), thick * 0.6, thick * 0.3)
        painter.canvas.polygon(to_pixels(edge), dark)
        for way in (-1, 1):
            tip = (way * wide * own.uniform(0.3, 0.6), clear + height * own.uniform(0.25, 0.4))
            painter.canvas.polygon(to_pixels(limb((0, clear * 0.9), tip, thick * 0.6, thick * 0.25)), dark, "Tree")
        lumps = _crown_plan(own, height, clear, wide, conifer)
        if height * painter.camera.focal / z < 90:
            lumps = lumps[::2]  # from afar nobody sees more
        paint_leaves(painter, own, (x, z), lumps, leaf, "Tree")

    crown = disc(x, z, wide * 0.85)
    shadows = [Shadow(bar(x, z, thick), 0.0, clear + 1), Shadow(crown, clear + height * 0.1, height * 0.85)]
    return Thing(z, draw, shadows, [disc(x, z, thick * 2)])


def _crown_plan(
    rng: np.random.Generator, height: float, clear: float, wide: float, conifer: bool
) -> list[tuple[float, float, float]]:
    """Lumps from the back to the front: right of the trunk, up, radius, in metres."""
    if conifer:
        return [
            (0.0, clear + (height - clear) * t, wide * (1.25 - 1.05 * t)) for t in (0.12, 0.3, 0.48, 0.66, 0.84, 0.95)
        ]
    middle = (clear + height) / 2 + height * 0.04
    tall = (height - clear) / 2
    plan = [(0.0, middle, min(wide, tall) * 0.95)]
    for ring_x, ring_y in (
        (-0.62, -0.15),
        (0.62, -0.2),
        (-0.45, 0.45),
        (0.48, 0.42),
        (0.0, 0.62),
        (-0.1, -0.35),
        (0.25, 0.1),
    ):
        right = wide * (ring_x + rng.uniform(-0.15, 0.15))
        up = middle + tall * (ring_y + rng.uniform(-0.12, 0.12))
        plan.append((right, up, wide * rng.uniform(0.42, 0.62)))
    return plan


def paint_leaves(
    painter: Painter,
    rng: np.random.Generator,
    place: tuple[float, float],
    lumps: list[tuple[float, float, float]],
    leaf: Color,
    label: str,
) -> None:
    """Paint leafy lumps (right of the place (X, Z), up, radius; metres), the first one farthest back."""
    camera, canvas, light = painter.camera, painter.canvas, painter.light
    scale = camera.focal / place[1]
    circles = [(*camera.project(place[0] + right, up, place[1]), radius * scale) for right, up, radius in lumps]
    left, top = int(min(u - r for u, _, r in circles)), int(min(v - r for _, v, r in circles))
    right, bottom = int(max(u + r for u, _, r in circles)) + 2, int(max(v + r for _, v, r in circles)) + 2
    left, top = max(left, -canvas.width), max(top, -canvas.height)
    size = (min(right, canvas.width) - left, min(bottom, canvas.height) - top)
    if size[0] <= 0 or size[1] <= 0 or right <= 0 or bottom <= 0:
        return
    bright, mask = Image.new("L", size), Image.new("L", size)
    for u, v, radius in circles:
        side = max(2, round(2 * radius))
        lump, outline = _lump(int(rng.integers(_LUMPS)), light.sun[0] > 0)
        corner = (round(u - radius) - left, round(v - radius) - top)
        outline = outline.resize((side, side), Image.Resampling.BILINEAR)
        bright.paste(lump.resize((side, side), Image.Resampling.BILINEAR), corner, outline)
        mask.paste(255, (*corner, corner[0] + side, corner[1] + side), outline)
    picture = _leaf_colors(light, leaf, place[1])[np.asarray(bright)]
    canvas.paste(Image.fromarray(picture), (left, top), mask.point(_HALF), label)


def _leaf_colors(light: Light, leaf: Color, depth: float) -> np.ndarray:
    """The colour of every brightness 0-255, (256, 3) uint8: shaded leaves are lit by the sky alone."""
    share, t = haze_share(depth, light.haze), np.arange(256) / 255
    channels = []
    for albedo, ambient, direct, horizon in zip(leaf, light.ambient, light.direct, light.horizon, strict=True):
        value = albedo * (ambient * (0.25 + 1.3 * t) + direct * 1.9 * t * t)
        channels.append(value + (horizon - value) * share)
    return np.clip(np.stack(channels, -1), 0, 255).astype(np.uint8)


def bush(rng: np.random.Generator, street: Street, s: float, z: float) -> Thing:
    """A bush of a metre or two."""
    x, radius = street.x(s, z), rng.uniform(0.5, 1.1)
    leaf = pick(rng, _SUMMER)
    seed = int(rng.integers(1 << 30))

    def draw(painter: Painter) -> None:
        own = np.random.default_rng(seed)
        lumps = [
            (right * radius, radius * own.uniform(0.5, 0.7), radius * own.uniform(0.7, 0.9))
            for right in (-0.6, 0.6, 0.0)
        ]
        paint_leaves(painter, own, (x, z), lumps, leaf, "VegetationMisc")

    return Thing(z, draw, [Shadow(disc(x, z, radius), 0.0, radius)], [disc(x, z, radius)])
