"""CamVid's 32 classes, their official colours, and the usual grouping into the 11 that are scored.

The colours are those of the data set (Brostow et al. 2008). The grouping is the one that published CamVid figures use.
"""

from typing import NamedTuple


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
