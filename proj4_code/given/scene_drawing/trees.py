"""Trees and bushes: a trunk, branches, and a crown put together from leafy lumps."""

from functools import cache

import numpy as np
from numpy.random import Generator
from PIL import Image

from proj4_code.given.scene_drawing.geometry import Color, Point2, disc, limb, product, scaled, square
from proj4_code.given.scene_drawing.light import Light, haze_share
from proj4_code.given.scene_drawing.noise import chance, clouds, fork, pick
from proj4_code.given.scene_drawing.painter import Painter
from proj4_code.given.scene_drawing.thing import Figure, Shadow, Thing

_SUMMER = ((62, 92, 38), (84, 108, 46), (50, 78, 40), (98, 116, 54), (72, 84, 44), (58, 88, 54))
_AUTUMN = ((168, 112, 44), (150, 78, 40), (176, 142, 60))
_BARK = ((84, 70, 58), (104, 94, 82), (68, 58, 50), (120, 112, 100))
_LUMP = 160
"""Side in pixels of the picture of a lump."""
_LUMPS = 8

_Lump = tuple[float, float, float]
"""Right of the trunk, up, radius; in metres."""
_CONIFER = (0.12, 0.3, 0.48, 0.66, 0.84, 0.95)
"""Where the lumps of a conifer are, from the lower end of the crown (0) to the upper (1)."""
_CROWN = ((-0.62, -0.15), (0.62, -0.2), (-0.45, 0.45), (0.48, 0.42), (0.0, 0.62), (-0.1, -0.35), (0.25, 0.1))
"""Where the lumps of other trees are, from -1 to 1 across and up the crown."""


def tree(rng: Generator, place: Point2, height: float, autumn: bool) -> Thing:
    """Return a tree with its trunk at a place (X, Z), `height` metres tall."""
    season = _AUTUMN if autumn and chance(rng, 0.7) else _SUMMER
    leaf = product(pick(rng, season), rng.uniform(0.85, 1.15, 3).tolist())
    bark = pick(rng, _BARK)
    conifer = chance(rng, 0.12)
    clear = height * (0.12 if conifer else rng.uniform(0.16, 0.3))
    wide = height * (0.2 if conifer else rng.uniform(0.27, 0.4))
    thick = height * rng.uniform(0.014, 0.022)
    own = fork(rng)

    def draw(painter: Painter) -> None:
        figure, light, canvas = Figure(painter, place, "Tree"), painter.light, painter.canvas
        fork_height = clear + height * 0.3
        lit = light.on(bark, (light.sun[0], 0.0, -0.3), place[1])
        dark = scaled(lit, 0.7)
        canvas.polygon(figure.pixels(limb((0, 0), (0, fork_height), thick * 1.25, thick * 0.6)), lit, "Tree")
        shady = -figure.sunny * thick
        edge = limb((shady * 0.55, 0), (shady * 0.3, fork_height), thick * 0.6, thick * 0.3)
        canvas.polygon(figure.pixels(edge), dark)
        for way in (-1, 1):
            tip = (way * wide * own.uniform(0.3, 0.6), clear + height * own.uniform(0.25, 0.4))
            branch = limb((0, clear * 0.9), tip, thick * 0.6, thick * 0.25)
            canvas.polygon(figure.pixels(branch), dark, "Tree")
        lumps = _crown(own, height, clear, wide, conifer)
        # From afar nobody sees more than every second lump.
        far = height * painter.camera.focal / place[1] < 90
        _paint_leaves(painter, own, place, lumps[::2] if far else lumps, leaf, "Tree")

    trunk, crown = square(*place, thick), disc(*place, wide * 0.85)
    shadows = [Shadow(trunk, 0.0, clear + 1), Shadow(crown, clear + height * 0.1, height * 0.85)]
    return Thing(place[1], draw, shadows, [disc(*place, thick * 2)])


def bush(rng: Generator, place: Point2) -> Thing:
    """Return a bush of a metre or two."""
    radius, leaf, own = rng.uniform(0.5, 1.1), pick(rng, _SUMMER), fork(rng)

    def draw(painter: Painter) -> None:
        lumps = [(x * radius, radius * own.uniform(0.5, 0.7), radius * own.uniform(0.7, 0.9)) for x in (-0.6, 0.6, 0)]
        _paint_leaves(painter, own, place, lumps, leaf, "VegetationMisc")

    outline = disc(*place, radius)
    return Thing(place[1], draw, [Shadow(outline, 0.0, radius)], [outline])


def _crown(rng: Generator, height: float, clear: float, wide: float, conifer: bool) -> list[_Lump]:
    """Return the lumps of a crown from the back to the front."""
    if conifer:
        return [(0.0, clear + (height - clear) * t, wide * (1.25 - 1.05 * t)) for t in _CONIFER]
    middle, tall = (clear + height) / 2 + height * 0.04, (height - clear) / 2
    lumps = [(0.0, middle, min(wide, tall) * 0.95)]
    for across, up in _CROWN:
        x, y = wide * (across + rng.uniform(-0.15, 0.15)), middle + tall * (up + rng.uniform(-0.12, 0.12))
        lumps.append((x, y, wide * rng.uniform(0.42, 0.62)))
    return lumps


def _paint_leaves(painter: Painter, rng: Generator, place: Point2, lumps: list[_Lump], leaf: Color, label: str) -> None:
    """Paint leafy lumps over a place (X, Z), the first one farthest back."""
    (canvas, camera, light), (x, z) = painter, place
    circles = [(*camera.project(x + right, up, z), radius * camera.focal / z) for right, up, radius in lumps]
    left = max(int(min(u - r for u, _, r in circles)), -canvas.width)
    top = max(int(min(v - r for _, v, r in circles)), -canvas.height)
    right, bottom = int(max(u + r for u, _, r in circles)) + 2, int(max(v + r for _, v, r in circles)) + 2
    size = (min(right, canvas.width) - left, min(bottom, canvas.height) - top)
    if min(*size, right, bottom) <= 0:
        return
    bright, mask = Image.new("L", size), Image.new("L", size)
    for u, v, radius in circles:
        side = max(2, round(2 * radius))
        corner = (round(u - radius) - left, round(v - radius) - top)
        lump, outline = (
            part.resize((side, side), Image.Resampling.BILINEAR)
            for part in _lump(int(rng.integers(_LUMPS)), light.sun[0] > 0)
        )
        bright.paste(lump, corner, outline)
        mask.paste(255, corner, outline)
    picture = Image.fromarray(_leaf_colors(light, leaf, z)[np.asarray(bright)])
    canvas.paste(picture, (left, top), mask.point([0] * 128 + [255] * 128), label)


@cache
def _lump(number: int, mirrored: bool) -> tuple[Image.Image, Image.Image]:
    """Return brightness and mask, both (_LUMP, _LUMP), 0-255, of a lump lit from the upper left (mirrored: right)."""
    if mirrored:
        bright, mask = (part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for part in _lump(number, False))
        return bright, mask
    rng = np.random.default_rng([7, number])
    axis = (np.arange(_LUMP, dtype=np.float32) + 0.5) / (_LUMP / 2) - 1
    x, y = axis[None], axis[:, None]
    leaves = clouds(rng, _LUMP, _LUMP, 7, 5)
    height = 1 - (x * x + y * y) * 1.15 + (leaves - 0.5) * 1.1
    shape = np.where(height > 0.12, np.uint8(255), np.uint8(0))
    shape[[0, -1]] = shape[:, [0, -1]] = 0
    relief = leaves - np.roll(leaves, (3, 3), (0, 1))
    twigs = clouds(rng, _LUMP, _LUMP, 44, 2) - 0.5
    light = 0.42 - x * 0.13 - y * 0.24 + relief * 1.7 + twigs * 0.5
    return Image.fromarray(np.clip(light * 255, 0, 255).astype(np.uint8)), Image.fromarray(shape)


def _leaf_colors(light: Light, leaf: Color, depth: float) -> np.ndarray:
    """Return the colour of every brightness 0-255, (256, 3) uint8: shaded leaves are lit by the sky alone."""
    t = np.arange(256)[:, None] / 255
    lit = np.array(leaf) * (np.array(light.ambient) * (0.25 + 1.3 * t) + np.array(light.direct) * 1.9 * t * t)
    lit += (np.array(light.horizon) - lit) * haze_share(depth, light.haze)
    return np.clip(lit, 0, 255).astype(np.uint8)
