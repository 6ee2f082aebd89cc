"""The sky: a gradient, clouds, the glow of the sun, and the far skyline."""

import numpy as np
from PIL import Image

from proj4_code.given.scene_drawing.canvas import LABEL
from proj4_code.given.scene_drawing.noise import TILE, clouds, pick, sample, tile
from proj4_code.given.scene_drawing.painter import Painter

_FAR = 220.0
"""Distance of the skyline in metres."""


def paint_sky(painter: Painter, rng: np.random.Generator) -> None:
    """Fill the picture from its top to just below the horizon with sky."""
    canvas, camera, light = painter.canvas, painter.camera, painter.light
    bottom = min(canvas.height, max(1, int(camera.horizon) + 3))
    # Half as many rows and columns are enough for a sky.
    rows = (camera.horizon - np.arange(0.5, bottom, 2, dtype=np.float32))[:, None] / np.float32(camera.focal)
    columns = (np.arange(0.5, canvas.width, 2, dtype=np.float32) - camera.center)[None] / np.float32(camera.focal)
    rows = np.maximum(rows, 0)

    climb = np.minimum(1, rows * np.float32(1.9))
    climb = climb * (2 - climb)
    layers = [h + (z - h) * climb for h, z in zip(light.horizon, light.zenith, strict=True)]

    # Clouds lie in a flat layer overhead, so they close up towards the horizon.
    distance = 1 / (rows + np.float32(0.12))
    offset_x, offset_z = rng.uniform(0, TILE, 2).astype(np.float32)
    texture = tile(4, 5, seed=int(rng.integers(4)))
    x, z = columns * distance * 70 + offset_x, distance * 55 + offset_z
    thickness = sample(texture, x, z, 1)
    beside = sample(texture, x + np.float32(12 * light.sun[0]), z - 6, 1)
    cover = np.clip((thickness - np.float32(0.72 - 0.45 * light.clouds)) * np.float32(5.0), 0, 1)
    cover *= np.minimum(1, rows * 14 + np.float32(0.25))
    shade = np.clip(
        np.float32(1.02) + (beside - thickness) * np.float32(1.1) - cover * np.float32(0.16 * light.clouds), 0.6, 1.1
    )
    bright = [min(255.0, 1.03 * max(light.horizon) + 60 * d) for d in light.direct]
    dimming = 1 - 0.12 * light.clouds
    layers = [
        layer + (shade * np.float32(b * dimming) - layer) * (cover * np.float32(0.9))
        for layer, b in zip(layers, bright, strict=True)
    ]

    if light.sun[2] > 0:
        glow_x, glow_y = light.sun[0] / light.sun[2], light.sun[1] / light.sun[2]
        spread = np.float32(0.05) + (columns - np.float32(glow_x)) ** 2 + (rows - np.float32(glow_y)) ** 2
        glow = np.minimum(1, np.float32(0.05 * (0.2 + light.direct[0])) / spread) * (1 - np.float32(0.6) * cover)
        layers = [
            layer + (np.float32(255 * tint) - layer) * glow for layer, tint in zip(layers, (1, 0.97, 0.88), strict=True)
        ]

    sky = Image.fromarray(np.clip(np.stack(layers, -1), 0, 255).astype(np.uint8))
    sky = sky.resize((canvas.width, bottom), Image.Resampling.BILINEAR)
    canvas.paste_arrays(np.asarray(sky), np.full((bottom, canvas.width), LABEL["Sky"], np.uint8), 0)


def paint_skyline(painter: Painter, rng: np.random.Generator) -> None:
    """A ragged line of far trees or roofs along the horizon, pale with haze."""
    camera, light, canvas = painter.camera, painter.light, painter.canvas
    kind, albedo = pick(rng, (("Tree", (70, 84, 58)), ("Building", (122, 108, 100)), ("Tree", (58, 76, 56))))
    color = light.through_haze(tuple(a * b for a, b in zip(albedo, light.ambient, strict=True)), _FAR)
    steps = 64
    heights = clouds(rng, 2, steps + 1, 9, 4)[0] * 16 + 4
    if kind == "Building":
        heights = np.repeat(heights[::4], 4)[: steps + 1]
    scale = camera.focal / _FAR
    points = [(canvas.width * i / steps, camera.horizon - float(heights[i]) * scale) for i in range(len(heights))]
    points += [(canvas.width + 9, points[-1][1]), (canvas.width + 9, camera.horizon + 3), (-9, camera.horizon + 3)]
    canvas.polygon(points, color, kind)
