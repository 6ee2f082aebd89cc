"""Taxonomies of data sets as tables: a row for each class, with the things that its masks show.

Things are named by the finest words that all tables share, CamVid's 32 classes without void (Brostow et al. 2009), so
that two classes can be compared: same things, more, fewer, some, or none in common.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from proj4_code.given.classes import CLASSES

THINGS = frozenset(c.name for c in CLASSES if c.group)
FILE = "taxonomy.csv"
COLUMNS = ("class", "things", "whole")


class TaxonomyClass(NamedTuple):
    """A row of a table."""

    name: str
    things: frozenset[str]  # of `THINGS`
    whole: bool = False  # each mask shows one thing only: who looks at it can say which, without drawing a boundary


@dataclass(frozen=True)
class Taxonomy:
    """The classes of a data set; what no class shows is not labelled there.

    Raises:
        ValueError: if a class stands there twice, shows nothing, or shows what another class shows too.
    """

    name: str
    classes: tuple[TaxonomyClass, ...]

    def __post_init__(self) -> None:
        """Check that every label means one thing."""
        owner: dict[str, str] = {}
        names: list[str] = []
        for name, things, _ in self.classes:
            if name in names:
                rows = f"rows {names.index(name) + 1} and {len(names) + 1}"
                raise ValueError(f"the taxonomy of {self.name} names the class {name} twice, in {rows}: keep one")
            if not things:
                raise ValueError(f"the taxonomy of {self.name} says of no thing that it is {name}: fill in the row")
            names.append(name)
            for thing in sorted(things):
                if thing not in THINGS:
                    known = ", ".join(sorted(THINGS))
                    raise ValueError(f"the taxonomy of {self.name}: {name} has the unknown thing {thing}; use {known}")
                if thing in owner:
                    both = f"{owner[thing]} and {name}"
                    raise ValueError(f"the taxonomy of {self.name} has {thing} in {both}: a pixel has one class")
                owner[thing] = name

    def class_of(self) -> dict[str, str]:
        """Return the class of each thing that is labelled."""
        return {thing: each.name for each in self.classes for thing in each.things}


def taxonomy(name: str, rows: dict[str, str], whole: Sequence[str] = ()) -> Taxonomy:
    """Make a table from the things of each class, in words with spaces between; `whole` names the classes that are."""
    return Taxonomy(name, tuple(TaxonomyClass(n, frozenset(words.split()), n in whole) for n, words in rows.items()))


def grouped(name: str) -> Taxonomy:
    """Make the table of CamVid's usual grouping into the 11 scored classes."""
    groups: dict[str, str] = {}
    for each in CLASSES:
        if each.group:
            groups[each.group] = f"{groups.get(each.group, '')} {each.name}"
    return taxonomy(name, groups)


ROAD = frozenset({"Road", "LaneMkgsDriv", "LaneMkgsNonDriv"})
NEVER_DRAWN = frozenset({"Archway", "Train", "Tunnel"})
"""What `scene_drawing` does not draw."""

TABLES = {
    "camvid": taxonomy("camvid", {c.name: c.name for c in CLASSES if c.group}),
    "camvid-11": grouped("camvid-11"),
    "kitti_road": taxonomy("kitti_road", {"background": " ".join(THINGS - ROAD), "road": " ".join(ROAD)}),
    "streets": taxonomy("streets", {c.name: c.name for c in CLASSES if c.group and c.name not in NEVER_DRAWN}),
    "town": taxonomy(
        "town",
        {
            "Sky": "Sky",
            "Building": "Building Wall Bridge Archway Tunnel",
            "Trees": "Tree VegetationMisc",
            "Road": "Road LaneMkgsDriv LaneMkgsNonDriv",
            "Sidewalk": "Sidewalk ParkingBlock RoadShoulder",
            "Vehicle": "Car SUVPickupTruck Truck_Bus Train OtherMoving",
            "Human": "Pedestrian Child Animal CartLuggagePram Bicyclist MotorcycleScooter",
            "Furniture": "Column_Pole TrafficCone SignSymbol Misc_Text TrafficLight",
            "Fence": "Fence",
        },
        whole=("Vehicle", "Human"),
    ),
    "village": taxonomy(
        "village",
        {
            "Sky": "Sky",
            "House": "Building Wall Bridge Archway Tunnel",
            "Tree": "Tree",
            "Bush": "VegetationMisc",
            "Road": "Road",
            "Lane_Marking": "LaneMkgsDriv LaneMkgsNonDriv",
            "Pavement": "Sidewalk ParkingBlock RoadShoulder",
            "Car": "Car SUVPickupTruck OtherMoving",
            "Truck": "Truck_Bus Train",
            "Pedestrian": "Pedestrian Child Animal CartLuggagePram",
            "Bicyclist": "Bicyclist MotorcycleScooter",
            "Pole": "Column_Pole TrafficCone",
            "Sign": "SignSymbol Misc_Text TrafficLight",
        },
    ),
}
"""CamVid's 32 classes and their grouping into 11, KITTI road's two, those of the drawn streets, and two sets of drawn
streets as two teams of annotators might have labelled them."""


def find_table(source: str | Path) -> Taxonomy:
    """Return the taxonomy of a data set: what its folder's `taxonomy.csv` says, or the one of `TABLES` of its name.

    Raises:
        FileNotFoundError: if there is no such table.
        ValueError: if the file is not such a table.
    """
    path = Path(source) / FILE
    if not path.is_file():
        if path.parent.name in TABLES:
            return TABLES[path.parent.name]
        raise FileNotFoundError(
            f"{source} has no taxonomy: write {path} with the columns {','.join(COLUMNS)} and a row for each class, "
            f"or name the folder as one of {', '.join(TABLES)}"
        )
    return read_table(path)


def read_table(path: Path) -> Taxonomy:
    """Read a CSV file with the columns class, things (with spaces between) and whole (yes or no).

    Raises:
        ValueError: if a column is missing, a cell is wrong, or the classes are (see `Taxonomy`).
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            found = ",".join(reader.fieldnames or ()) or "nothing"
            raise ValueError(f"{path} begins with {found}; expected the columns {','.join(COLUMNS)}")
        classes = []
        for row in reader:
            if row["whole"] not in ("yes", "no"):
                raise ValueError(f"{path}, line {reader.line_num}: whole is {row['whole']!r}; expected yes or no")
            classes.append(TaxonomyClass(row["class"], frozenset(row["things"].split()), row["whole"] == "yes"))
    return Taxonomy(path.parent.name, tuple(classes))


def words_of(name: str) -> frozenset[str]:
    """Split a class name into its words, in lower case and singular: "LaneMkgsDriv" into lane, mkg and driv."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return frozenset(word.lower().removesuffix("s") for word in words)
