"""Sun, sky light, haze: what time of day and what weather it is."""

import math
from typing import NamedTuple

import numpy as np

from proj4_code.given.scene_drawing.camera import Point3
from proj4_code.given.scene_drawing.canvas import Color
from proj4_code.given.scene_drawing.noise import pick


class Light(NamedTuple):
    """The light of one scene. Light colours are factors on a surface's colour, sky colours are RGB 0-255."""

    sun: Point3  # unit vector towards the sun
    direct: Color  # light of the sun on a surface that faces it
    ambient: Color  # light of the sky on every surface
    zenith: Color
    horizon: Color  # also the colour of haze
    haze: float  # metres at which half of the contrast is lost
    clouds: float  # share of the sky that is covered, 0-1

    def on(self, albedo: Color, normal: Point3, depth: float = 0.0) -> Color:
        """Colour of a surface (0-255) with a unit normal, seen at a depth in metres."""
        sun, direct, ambient = self.sun, self.direct, self.ambient
        facing = max(0.0, sun[0] * normal[0] + sun[1] * normal[1] + sun[2] * normal[2])
        # The sky lights what looks up more than what looks down.
        sky = 0.95 + 0.1 * normal[1]
        lit = (
            albedo[0] * (ambient[0] * sky + direct[0] * facing),
            albedo[1] * (ambient[1] * sky + direct[1] * facing),
            albedo[2] * (ambient[2] * sky + direct[2] * facing),
        )
        return self.through_haze(lit, depth)

    def through_haze(self, color: Color, depth: float) -> Color:
        """A colour (0-255) as it looks from `depth` metres away."""
        share, horizon = haze_share(depth, self.haze), self.horizon
        return (
            color[0] + (horizon[0] - color[0]) * share,
            color[1] + (horizon[1] - color[1]) * share,
            color[2] + (horizon[2] - color[2]) * share,
        )


def haze_share(depth: float | np.ndarray, half: float) -> float | np.ndarray:
    """How much of a colour haze has replaced, 0-1, at a depth; a rational stand-in for the exponential law."""
    return depth / (depth + half)


class _Weather(NamedTuple):
    sun_height: tuple[float, float]  # Y of the vector towards the sun, before it is normalised
    direct: Color
    ambient: Color
    zenith: Color
    horizon: Color
    haze: tuple[float, float]
    clouds: tuple[float, float]


_WEATHERS = (
    # clear noon, clear afternoon, golden hour, broken clouds, milky haze, overcast, rain coming
    _Weather(
        (1.0, 2.0), (0.66, 0.63, 0.56), (0.50, 0.54, 0.62), (96, 144, 204), (190, 210, 228), (300, 700), (0.0, 0.3)
    ),
    _Weather(
        (0.5, 0.9), (0.80, 0.72, 0.58), (0.42, 0.46, 0.56), (104, 150, 208), (206, 216, 224), (250, 600), (0.1, 0.45)
    ),
    _Weather(
        (0.32, 0.5), (0.86, 0.64, 0.40), (0.40, 0.40, 0.48), (104, 134, 182), (240, 212, 176), (180, 400), (0.1, 0.5)
    ),
    _Weather(
        (0.7, 1.5), (0.58, 0.56, 0.52), (0.52, 0.55, 0.60), (108, 148, 198), (208, 216, 222), (250, 500), (0.4, 0.7)
    ),
    _Weather(
        (0.6, 1.4), (0.30, 0.29, 0.27), (0.66, 0.67, 0.70), (158, 178, 200), (216, 220, 222), (90, 180), (0.2, 0.6)
    ),
    _Weather(
        (0.8, 1.6), (0.10, 0.10, 0.10), (0.80, 0.81, 0.84), (176, 184, 194), (218, 221, 224), (160, 350), (0.75, 1.0)
    ),
    _Weather(
        (0.8, 1.6), (0.05, 0.05, 0.05), (0.68, 0.71, 0.76), (126, 136, 150), (184, 190, 196), (110, 240), (0.8, 1.0)
    ),
)


def draw_light(rng: np.random.Generator) -> Light:
    """A random time of day and weather."""
    weather = pick(rng, _WEATHERS)
    x, z = rng.uniform(-1, 1, 2).tolist()
    y = rng.uniform(*weather.sun_height)
    length = math.sqrt(x * x + y * y + z * z)
    warmth, strength = rng.uniform(-0.04, 0.04), rng.uniform(1.0, 1.22)
    tint = (strength * (1 + warmth), strength, strength * (1 - warmth))
    jitter = rng.uniform(-10, 10, 3).tolist()
    return Light(
        sun=(x / length, y / length, z / length),
        direct=tuple(d * t for d, t in zip(weather.direct, tint, strict=True)),
        ambient=tuple(a * t for a, t in zip(weather.ambient, tint, strict=True)),
        zenith=tuple(c + j for c, j in zip(weather.zenith, jitter, strict=True)),
        horizon=tuple(c + j / 2 for c, j in zip(weather.horizon, jitter, strict=True)),
        haze=rng.uniform(*weather.haze),
        clouds=rng.uniform(*weather.clouds),
    )
