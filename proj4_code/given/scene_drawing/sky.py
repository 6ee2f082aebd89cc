"""The sky: a gradient, clouds, the glow of the sun, and the far skyline."""

import numpy as np
from numpy.random import Generator
from PIL import Image

from proj4_code.given.scene_drawing.canvas import LABEL
from proj4_code.given.scene_drawing.geometry import product
from proj4_code.given.scene_drawing.noise import TILE, clouds, pick, sample, tile
from proj4_code.given.scene_drawing.painter import Painter

_FAR = 220.0
"""Distance of the skyline in metres."""


def paint_sky(painter: Painter, rng: Generator) -> None:
    """Fill the picture from its top to just below the horizon with sky."""
    canvas, camera, light = painter
    bottom = int(camera.horizon) + 3
    # Half as many rows and columns are enough for a sky.
    rows = (camera.horizon - np.arange(0.5, bottom, 2, dtype=np.float32))[:, None] / camera.focal
    columns = (np.arange(0.5, canvas.width, 2, dtype=np.float32) - camera.center)[None] / camera.focal
    rows = np.maximum(rows, 0)

    # Clouds lie in a flat layer overhead, so they close up towards the horizon.
    distance = 1 / (rows + 0.12)
    offset_x, offset_z = rng.uniform(0, TILE, 2).astype(np.float32)
    texture = tile(4, 5, seed=int(rng.integers(4)))
    x, z = columns * distance * 70 + offset_x, distance * 55 + offset_z
    thickness = sample(texture, x, z, 1)
    sunward = sample(texture, x + 12 * light.sun[0], z - 6, 1)
    cover = np.clip((thickness - (0.72 - 0.45 * light.clouds)) * 5, 0, 1) * np.minimum(1, rows * 14 + 0.25)
    shade = np.clip(1.02 + (sunward - thickness) * 1.1 - cover * (0.16 * light.clouds), 0.6, 1.1)
    dimming = 1 - 0.12 * light.clouds
    glow = None
    if light.sun[2] > 0:
        glow_x, glow_y = light.sun[0] / light.sun[2], light.sun[1] / light.sun[2]
        spread = 0.05 + (columns - glow_x) ** 2 + (rows - glow_y) ** 2
        glow = np.minimum(1, 0.05 * (0.2 + light.direct[0]) / spread) * (1 - 0.6 * cover)

    climb = np.minimum(1, rows * 1.9)
    climb = climb * (2 - climb)
    image = np.empty((*cover.shape, 3), np.uint8)
    for i, sunlight in enumerate((255, 255 * 0.97, 255 * 0.88)):
        bright = min(255.0, 1.03 * max(light.horizon) + 60 * light.direct[i])
        channel = light.horizon[i] + (light.zenith[i] - light.horizon[i]) * climb
        channel = channel + (shade * (bright * dimming) - channel) * (cover * 0.9)
        if glow is not None:
            channel += (sunlight - channel) * glow
        image[..., i] = np.clip(channel, 0, 255)
    sky = Image.fromarray(image).resize((canvas.width, bottom), Image.Resampling.BILINEAR)
    canvas.paste_rows(np.asarray(sky), np.full((bottom, canvas.width), LABEL["Sky"], np.uint8), 0)


def paint_skyline(painter: Painter, rng: Generator) -> None:
    """Draw a ragged line of far trees or roofs along the horizon, pale with haze."""
    canvas, camera, light = painter
    kind, albedo = pick(rng, (("Tree", (70, 84, 58)), ("Building", (122, 108, 100)), ("Tree", (58, 76, 56))))
    steps = 64
    heights = clouds(rng, 2, steps + 1, 9, 4)[0] * 16 + 4
    if kind == "Building":
        heights = np.repeat(heights[::4], 4)[: steps + 1]
    scale = camera.focal / _FAR
    points = [(canvas.width * i / steps, camera.horizon - float(height) * scale) for i, height in enumerate(heights)]
    points += [(canvas.width + 9, points[-1][1]), (canvas.width + 9, camera.horizon + 3), (-9, camera.horizon + 3)]
    canvas.polygon(points, light.through_haze(product(albedo, light.ambient), _FAR), kind)
