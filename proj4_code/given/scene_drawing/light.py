"""Sun, sky light, haze: what time of day and what weather it is."""

import math

from numpy.random import Generator

from proj4_code.given.scene_drawing.geometry import Color, Point3, Range, mix, product
from proj4_code.given.scene_drawing.noise import pick

_WEATHERS: tuple[tuple[Range, Color, Color, Color, Color, Range, Range], ...] = (
    # Height of the sun (Y, before the vector is normalised), direct, ambient, zenith, horizon, haze, clouds.
    # Clear noon, clear afternoon, golden hour, broken clouds, milky haze, overcast, rain coming.
    ((1.0, 2.0), (0.66, 0.63, 0.56), (0.50, 0.54, 0.62), (96, 144, 204), (190, 210, 228), (300, 700), (0.0, 0.3)),
    ((0.5, 0.9), (0.80, 0.72, 0.58), (0.42, 0.46, 0.56), (104, 150, 208), (206, 216, 224), (250, 600), (0.1, 0.45)),
    ((0.32, 0.5), (0.86, 0.64, 0.40), (0.40, 0.40, 0.48), (104, 134, 182), (240, 212, 176), (180, 400), (0.1, 0.5)),
    ((0.7, 1.5), (0.58, 0.56, 0.52), (0.52, 0.55, 0.60), (108, 148, 198), (208, 216, 222), (250, 500), (0.4, 0.7)),
    ((0.6, 1.4), (0.30, 0.29, 0.27), (0.66, 0.67, 0.70), (158, 178, 200), (216, 220, 222), (90, 180), (0.2, 0.6)),
    ((0.8, 1.6), (0.10, 0.10, 0.10), (0.80, 0.81, 0.84), (176, 184, 194), (218, 221, 224), (160, 350), (0.75, 1.0)),
    ((0.8, 1.6), (0.05, 0.05, 0.05), (0.68, 0.71, 0.76), (126, 136, 150), (184, 190, 196), (110, 240), (0.8, 1.0)),
)


class Light:
    """The light of one scene: a random time of day and weather."""

    def __init__(self, rng: Generator):
        height, direct, ambient, zenith, horizon, haze, clouds = pick(rng, _WEATHERS)
        x, z = rng.uniform(-1, 1, 2).tolist()
        y = rng.uniform(*height)
        length = math.sqrt(x * x + y * y + z * z)
        warmth, strength = rng.uniform(-0.04, 0.04), rng.uniform(1.0, 1.22)
        tint = (strength * (1 + warmth), strength, strength * (1 - warmth))
        jitter = rng.uniform(-10, 10, 3)
        self.sun: Point3 = (x / length, y / length, z / length)  # unit vector
        # Factors on the red, green and blue of a surface that faces the sun, and of every surface.
        self.direct, self.ambient = product(direct, tint), product(ambient, tint)
        self.zenith: Color = tuple((jitter + zenith).tolist())
        self.horizon: Color = tuple((jitter / 2 + horizon).tolist())  # also the colour of haze
        self.haze = rng.uniform(*haze)  # metres at which half of the contrast is lost
        self.clouds = rng.uniform(*clouds)  # share of the sky that is covered, 0-1

    def on(self, albedo: Color, normal: Point3, depth: float = 0.0) -> Color:
        """Return the colour (0-255) of a surface with a unit normal, seen at a depth in metres."""
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
        """Return a colour (0-255) as it looks from `depth` metres away."""
        return mix(color, self.horizon, haze_share(depth, self.haze))


def haze_share(depth, half: float):
    """Return how much of a colour haze has replaced, 0-1, at a depth; a rational stand-in for the exponential law."""
    return depth / (depth + half)
