"""The shapes of cars, vans, buses and trailers."""

from typing import NamedTuple

from proj4_code.given.scene_drawing.geometry import Point3, Range

CABIN = (3, 6)
"""The corners of each body's profile where its cabin begins and ends."""


class Body(NamedTuple):
    """The shape of a kind of vehicle; lengths in metres, z towards its front."""

    label: str
    radius: float  # of the wheels
    wheels: tuple[float, float]
    profile: tuple[Point3, ...]
    """Corners of the side view from the front's lower edge over the roof to the rear's: z, y, half the width there."""
    panes: tuple[Range, ...] = ()  # side windows, from the front (0) to the rear (1) of the cabin
    parts: tuple[str, ...] = ("bumper", "grille", "bonnet", "windscreen", "roof", "rear window", "tailgate", "bumper")
    """What lies between each corner of the profile and the next."""


HATCHBACK = Body(
    "Car", 0.31, (1.28, -1.25),
    ((1.95, 0.22, 0.72), (2.02, 0.52, 0.80), (1.92, 0.72, 0.82), (1.02, 0.95, 0.84), (0.28, 1.42, 0.62),
     (-1.35, 1.45, 0.62), (-1.88, 0.98, 0.80), (-1.98, 0.55, 0.83), (-1.93, 0.24, 0.76)),
    ((0.10, 0.46), (0.50, 0.90)),
)  # fmt: skip
SALOON = Body(
    "Car", 0.32, (1.42, -1.38),
    ((2.20, 0.22, 0.74), (2.28, 0.50, 0.84), (2.16, 0.72, 0.86), (1.05, 0.92, 0.88), (0.30, 1.39, 0.64),
     (-0.95, 1.40, 0.64), (-1.60, 0.98, 0.86), (-2.20, 0.93, 0.84), (-2.28, 0.50, 0.84), (-2.22, 0.24, 0.76)),
    ((0.10, 0.48), (0.52, 0.90)),
    ("bumper", "grille", "bonnet", "windscreen", "roof", "rear window", "boot", "tailgate", "bumper"),
)  # fmt: skip
ESTATE = Body(
    "SUVPickupTruck", 0.37, (1.42, -1.38),
    ((2.20, 0.30, 0.80), (2.28, 0.66, 0.90), (2.16, 0.92, 0.92), (1.15, 1.10, 0.93), (0.55, 1.68, 0.72),
     (-1.85, 1.72, 0.72), (-2.18, 1.12, 0.90), (-2.28, 0.66, 0.92), (-2.22, 0.32, 0.84)),
    ((0.08, 0.36), (0.39, 0.66), (0.69, 0.94)),
)  # fmt: skip
VAN = Body(
    "Truck_Bus", 0.36, (1.62, -1.55),
    ((2.50, 0.30, 0.86), (2.58, 0.75, 0.95), (2.42, 1.02, 0.97), (2.05, 1.15, 0.98), (1.40, 2.05, 0.84),
     (-2.40, 2.15, 0.86), (-2.48, 1.15, 0.98), (-2.55, 0.65, 0.98), (-2.50, 0.32, 0.92)),
    ((0.06, 0.28),),
)  # fmt: skip
BUS = Body(
    "Truck_Bus", 0.48, (3.2, -2.9),
    ((5.20, 0.35, 1.20), (5.30, 0.80, 1.25), (5.28, 1.10, 1.25), (5.26, 1.25, 1.25), (5.10, 2.75, 1.20),
     (-5.10, 2.85, 1.20), (-5.26, 1.30, 1.25), (-5.30, 0.80, 1.25), (-5.22, 0.35, 1.20)),
    ((0.03, 0.15), (0.17, 0.32), (0.34, 0.49), (0.51, 0.66), (0.68, 0.83), (0.85, 0.97)),
)  # fmt: skip
TRAILER = Body(
    "OtherMoving", 0.33, (0.1, 0.1),
    ((1.20, 0.45, 0.80), (1.22, 0.60, 0.82), (1.22, 0.80, 0.82), (1.22, 1.00, 0.82), (1.20, 1.75, 0.80),
     (-1.20, 1.75, 0.80), (-1.22, 1.00, 0.82), (-1.22, 0.70, 0.82), (-1.20, 0.45, 0.80)),
    parts=("bumper", "panel", "panel", "panel", "roof", "panel", "tailgate", "bumper"),
)  # fmt: skip

CARS = (HATCHBACK, HATCHBACK, SALOON, SALOON, ESTATE)
"""As often as they are to occur."""
