"""Merged training: which label a pixel gets, and which prediction counts as right."""

from pathlib import Path

import pytest
import torch
from torch import nn

from proj4_code.given.classes import VOID
from proj4_code.given.explore.__main__ import main
from proj4_code.given.explore.apparatus.streets import Frames
from proj4_code.given.explore.merging import Training, by_name, by_tree, score
from proj4_code.given.explore.taxonomies.sources import Source, drawn_source, own_ids, translation
from proj4_code.given.explore.taxonomies.tables import TABLES, taxonomy

CPU = torch.device("cpu")


class Says(nn.Module):
    """A network that says what the red of a pixel is."""

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        red = torch.round((x[:, 0] * 0.229 + 0.485) * 255).long().clamp(0, 15)
        return {"out": nn.functional.one_hot(red, 16).movedim(-1, 1).float()}


def streets(name: str) -> Source:
    return drawn_source(TABLES[name], 3, 2, 1, (48, 64))


def ids_by_thing(source: Source, ids: list[int], training: Training) -> dict[str, str]:
    """Return the class that each thing becomes; what becomes void is left out."""
    return {next(iter(t)): training.classes[i].name for t, i in zip(source.values, ids, strict=True) if i != VOID}


def test_by_the_tree_a_thing_has_one_label_whichever_team_labelled_it_and_by_name_it_has_two():
    town, village = streets("town"), streets("village")
    tree, _ = by_tree((town, village))
    of_town, of_village = (ids_by_thing(s, tree.ids[s.taxonomy.name], tree) for s in (town, village))
    assert all(of_town[thing] == of_village[thing] for thing in of_town.keys() & of_village.keys())
    assert of_town["Truck_Bus"] == "Truck"  # a vehicle whose mask somebody has looked at
    assert "Column_Pole" not in of_town and of_village["Column_Pole"] == "Pole"
    named = by_name((town, village))
    of_town, of_village = (ids_by_thing(s, named.ids[s.taxonomy.name], named) for s in (town, village))
    assert (of_town["LaneMkgsDriv"], of_village["LaneMkgsDriv"]) == ("Road", "Lane_Marking")
    assert (of_town["Car"], of_village["Car"]) == ("Vehicle", "Car")


def test_where_nobody_has_looked_a_class_that_is_split_is_void():
    coarse = Source(
        TABLES["town"], tuple(each.things for each in TABLES["town"].classes), *([Frames(*[torch.empty(0)] * 2)] * 2)
    )
    tree, _ = by_tree((coarse, streets("village")))
    names = [each.name for each in TABLES["town"].classes]
    ids = dict(zip(names, tree.ids["town"], strict=True))
    assert ids["Vehicle"] == VOID
    assert tree.classes[ids["Trees"]].name == "Trees"


def test_a_prediction_is_translated_into_the_words_of_the_test_or_is_wrong():
    words = translation(TABLES["village"].classes, TABLES["town"])
    pairs = {v.name: w for v, w in zip(TABLES["village"].classes, words, strict=True)}
    towns = [each.name for each in TABLES["town"].classes]
    assert {name: towns[place] for name, place in pairs.items()} | {"House": "Building"} == {
        **{"Sky": "Sky", "House": "Building", "Tree": "Trees", "Bush": "Trees", "Road": "Road", "Lane_Marking": "Road"},
        **{"Pavement": "Sidewalk", "Car": "Vehicle", "Truck": "Vehicle", "Pedestrian": "Human", "Bicyclist": "Human"},
        **{"Pole": "Furniture", "Sign": "Furniture"},
    }
    back = dict(zip(towns, translation(TABLES["town"].classes, TABLES["village"]), strict=True))
    assert back["Vehicle"] == len(TABLES["village"].classes)  # has no word for it


def test_a_score_is_the_mean_iou_over_the_classes_of_the_test():
    """By hand: four pixels of sky, two of car, two of truck; a network that says three of sky, five of vehicle."""
    test = taxonomy("test", {"Sky": "Sky", "Car": "Car", "Truck": "Truck_Bus", "Fence": "Fence"})
    masks = torch.tensor([[[0, 0, 0, 0, 1, 1, 2, 2]]], dtype=torch.uint8)
    said = torch.zeros(1, 3, 1, 8, dtype=torch.uint8)
    said[0, 0, 0] = torch.tensor([0, 0, 0, 1, 1, 1, 1, 1])
    source = Source(test, tuple(each.things for each in test.classes), Frames(said, masks), Frames(said, masks))
    coarse = taxonomy("coarse", {"Sky": "Sky", "Vehicle": "Car Truck_Bus"}).classes
    assert own_ids(source) == [0, 1, 2, 3]
    assert score(Says(), Training(coarse, {}), source, CPU) == pytest.approx((3 / 4 + 0 + 0) / 3)
    fine = taxonomy("fine", {"Sky": "Sky", "Car": "Car"}).classes
    assert score(Says(), Training(fine, {}), source, CPU) == pytest.approx((3 / 4 + 2 / 5 + 0) / 3)


def test_one_of_two_data_sets_is_too_few(tmp_path: Path):
    with pytest.raises(SystemExit, match=r"^error: merging needs --data and --pairs, or neither"):
        main(["merging", "--quickest", "--pairs", str(tmp_path), "--out", str(tmp_path / "out")])


def test_a_folder_of_pairs_without_a_taxonomy_is_refused(tmp_path: Path):
    from proj4_code.given.scene_drawing.dataset import write_dataset

    data = write_dataset(tmp_path / "data", 3, (48, 64), progress=False)
    command = ["merging", "--quickest", "--data", str(data), "--pairs", str(tmp_path), "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit, match=r"^error: .* has no taxonomy: write .*taxonomy\.csv with the columns"):
        main(command)
