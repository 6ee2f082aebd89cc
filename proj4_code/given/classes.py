"""CamVid's 32 classes, their official colours, and the usual grouping into the 11 that are scored.

The colours are those of the data set (Brostow et al. 2008). The grouping is the one that published CamVid figures use.
"""

from functools import cache
from typing import NamedTuple

import numpy as np


class CamVidClass(NamedTuple):
    """One of the 32 classes that CamVid's annotators painted."""

    name: str
    color: tuple[int, int, int]  # R, G, B, 0-255
    group: str | None  # the scored class that it counts as; None: void, not scored


CLASSES = (
    CamVidClass("Animal", (64, 128, 64), "Pedestrian"),
    CamVidClass("Archway", (192, 0, 128), "Building"),
    CamVidClass("Bicyclist", (0, 128, 192), "Bicyclist"),
    CamVidClass("Bridge", (0, 128, 64), "Building"),
    CamVidClass("Building", (128, 0, 0), "Building"),
    CamVidClass("Car", (64, 0, 128), "Car"),
    CamVidClass("CartLuggagePram", (64, 0, 192), "Pedestrian"),
    CamVidClass("Child", (192, 128, 64), "Pedestrian"),
    CamVidClass("Column_Pole", (192, 192, 128), "Column_Pole"),
    CamVidClass("Fence", (64, 64, 128), "Fence"),
    CamVidClass("LaneMkgsDriv", (128, 0, 192), "Road"),
    CamVidClass("LaneMkgsNonDriv", (192, 0, 64), "Road"),
    CamVidClass("Misc_Text", (128, 128, 64), "SignSymbol"),
    CamVidClass("MotorcycleScooter", (192, 0, 192), "Bicyclist"),
    CamVidClass("OtherMoving", (128, 64, 64), "Car"),
    CamVidClass("ParkingBlock", (64, 192, 128), "Sidewalk"),
    CamVidClass("Pedestrian", (64, 64, 0), "Pedestrian"),
    CamVidClass("Road", (128, 64, 128), "Road"),
    CamVidClass("RoadShoulder", (128, 128, 192), "Sidewalk"),
    CamVidClass("Sidewalk", (0, 0, 192), "Sidewalk"),
    CamVidClass("SignSymbol", (192, 128, 128), "SignSymbol"),
    CamVidClass("Sky", (128, 128, 128), "Sky"),
    CamVidClass("SUVPickupTruck", (64, 128, 192), "Car"),
    CamVidClass("TrafficCone", (0, 0, 64), "Column_Pole"),
    CamVidClass("TrafficLight", (0, 64, 64), "SignSymbol"),
    CamVidClass("Train", (192, 64, 128), "Car"),
    CamVidClass("Tree", (128, 128, 0), "Tree"),
    CamVidClass("Truck_Bus", (192, 128, 192), "Car"),
    CamVidClass("Tunnel", (64, 0, 64), "Building"),
    CamVidClass("VegetationMisc", (192, 192, 0), "Tree"),
    CamVidClass("Void", (0, 0, 0), None),
    CamVidClass("Wall", (64, 192, 0), "Building"),
)

COLORS = {c.name: c.color for c in CLASSES}

TRAIN_NAMES = (
    "Building",
    "Tree",
    "Sky",
    "Car",
    "SignSymbol",
    "Road",
    "Pedestrian",
    "Fence",
    "Column_Pole",
    "Sidewalk",
    "Bicyclist",
)
"""The scored classes; the place of a name is its train id."""

TRAIN_COLORS = tuple(COLORS[name] for name in TRAIN_NAMES)
NUM_CLASSES = len(TRAIN_NAMES)
VOID = 255
"""The train id of a pixel that is not scored."""

ROWS = (*TRAIN_NAMES, "void")
"""The rows of a table that counts every pixel: the scored classes by train id, then void."""
UNKNOWN_ROW = len(ROWS)
"""What `rows_of` gives for a colour that is not one of CamVid's."""

IMAGENET_MEAN = (0.485, 0.456, 0.406)
"""Of R, G and B between 0 and 1, over ImageNet, with which the backbone's weights were trained."""
IMAGENET_STD = (0.229, 0.224, 0.225)
MEAN_COLOR = tuple(round(255 * mean) for mean in IMAGENET_MEAN)
"""ImageNet's mean colour, R, G, B, 0-255: what lies outside a frame."""


@cache
def _rows_by_color() -> np.ndarray:
    """Return the row of every colour, packed as 0xRRGGBB: (2**24,) uint8."""
    table = np.full(2**24, UNKNOWN_ROW, np.uint8)
    for _, (red, green, blue), group in CLASSES:
        table[red << 16 | green << 8 | blue] = ROWS.index(group or "void")
    return table


def rows_of(label: np.ndarray) -> np.ndarray:
    """Look up the row of every pixel of a label (H, W, 3) uint8 in the official colours: (H, W) uint8."""
    red, green, blue = label.astype(np.uint32).transpose(2, 0, 1)
    return _rows_by_color()[red << 16 | green << 8 | blue]


def colors_of(train_ids: np.ndarray) -> np.ndarray:
    """Paint train ids, (H, W) uint8, in the official colours, void in black: (H, W, 3) uint8."""
    table = np.zeros((VOID + 1, 3), np.uint8)
    table[:NUM_CLASSES] = TRAIN_COLORS
    return table[train_ids]
