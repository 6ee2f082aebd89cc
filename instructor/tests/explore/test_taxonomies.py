"""Taxonomies of data sets, and the decision tree that merges them."""

import statistics

import numpy as np
import pytest

from proj4_code.given.classes import CLASSES, TRAIN_NAMES
from proj4_code.given.explore.taxonomies.pictures import draw_merge
from proj4_code.given.explore.taxonomies.published import MSEG, TESTS
from proj4_code.given.explore.taxonomies.tables import NEVER_DRAWN, TABLES, THINGS, find_table, taxonomy
from proj4_code.given.explore.taxonomies.tree import ANSWERS, NEW, PART, SAME, SPLIT, SUPERSET, UNLABELLED, merge
from proj4_code.given.scene_drawing.scene import render


def decide(*taxonomies):
    decisions, merged = merge(taxonomies)
    return {f"{d.dataset}:{d.name}": (d.answer, d.becomes) for d in decisions}, [c.name for c in merged.classes]


def test_each_branch_of_the_tree_is_taken_for_the_reason_that_it_is_there_for():
    """A minimal pair of tables for each answer."""
    one = taxonomy("one", {"Sky": "Sky", "Car": "Car", "Truck": "Truck_Bus"})
    assert decide(one, taxonomy("two", {"Heaven": "Sky"}))[0]["two:Heaven"] == (SAME, ("Sky",))
    assert decide(one, taxonomy("two", {"Fence": "Fence"}))[0]["two:Fence"] == (NEW, ("Fence",))
    both = {"Vehicle": "Car Truck_Bus"}
    assert decide(one, taxonomy("two", both, whole=["Vehicle"]))[0]["two:Vehicle"] == (SPLIT, ("Car", "Truck"))
    assert decide(one, taxonomy("two", both))[0]["two:Vehicle"] == (UNLABELLED, ())
    decisions, merged = decide(one, taxonomy("two", {"Cars": "Car Truck_Bus"}))
    assert decisions["two:Cars"] == (SUPERSET, ("Cars",))
    assert decisions["one:Truck"] == (PART, ("Cars",))
    assert merged == ["Sky", "Cars"]


def test_camvid_with_its_grouping_and_kitti_road_merges_into_the_eleven_classes_of_the_assignment():
    """The 11 classes of published figures are what the tree makes of the 32, since all names are alike."""
    decisions, merged = decide(TABLES["camvid"], TABLES["camvid-11"], TABLES["kitti_road"])
    assert sorted(merged) == sorted(TRAIN_NAMES)
    assert {c.name: decisions[f"camvid:{c.name}"][1] for c in CLASSES if c.group} == {
        c.name: (c.group,) for c in CLASSES if c.group
    }
    assert decisions["kitti_road:road"] == (SUPERSET, ("Road",))
    assert decisions["kitti_road:background"] == (UNLABELLED, ())


def test_what_shows_less_than_a_class_that_is_not_kept_is_no_part_of_it():
    """KITTI's background is left unlabelled: CamVid's classes but road, which both have, are new ones."""
    decisions, _ = decide(TABLES["camvid-11"], TABLES["kitti_road"])
    expected = {f"camvid-11:{name}": (SAME if name == "Road" else NEW, (name,)) for name in TRAIN_NAMES}
    assert {name: said for name, said in decisions.items() if name.startswith("camvid-11")} == expected


def test_the_two_teams_of_annotators_need_every_answer():
    """The tables of the quick experiment show the whole tree."""
    decisions, merged = decide(TABLES["town"], TABLES["village"])
    assert {said for said, _ in decisions.values()} == set(ANSWERS)
    assert decisions["town:Vehicle"] == (SPLIT, ("Car", "Truck"))
    assert decisions["town:Furniture"] == (UNLABELLED, ())
    assert decisions["village:Lane_Marking"] == (PART, ("Road",))
    assert len(merged) == 12


def test_in_a_merged_taxonomy_a_thing_has_one_class_whatever_the_order_of_the_data_sets():
    """Random tables: no thing twice, nothing lost but what is split or unlabelled, and the order decides names only."""
    draw, things = np.random.default_rng(0), sorted(THINGS)
    for _ in range(50):
        tables = []
        for name in "abc":
            owner = draw.integers(-1, 6, len(things))  # -1: not labelled there
            rows = {f"C{i}": " ".join(t for t, o in zip(things, owner, strict=True) if o == i) for i in range(6)}
            rows = {key: words for key, words in rows.items() if words}
            tables.append(taxonomy(name, rows, whole=[key for key in rows if draw.random() < 0.5]))
        decisions, merged = merge(tables)  # Taxonomy itself refuses a thing in two classes
        kept = {thing for each in merged.classes for thing in each.things}
        claimed = {(d.dataset, d.name) for d in decisions if d.answer not in (SPLIT, UNLABELLED)}
        rows = [each for table in tables for each in table.classes if (table.name, each.name) in claimed]
        assert kept == {thing for each in rows for thing in each.things}
        other = merge(tables[::-1])[1]
        assert {each.things for each in merged.classes} == {each.things for each in other.classes}


def test_the_drawn_streets_show_the_things_of_their_table_and_no_others():
    """Forty scenes hold nearly all of it; what is never drawn is in none."""
    table = TABLES["streets"].class_of()
    colors = {c.color: c.name for c in CLASSES}
    seen = set()
    for seed in range(40):
        label = render(seed, (72, 96))[1].reshape(-1, 3)
        seen |= {colors[tuple(map(int, color))] for color in np.unique(label, axis=0)}
    assert seen - {"Void"} <= set(table)
    assert not seen & NEVER_DRAWN
    assert len(set(table) - seen) <= 4


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("Sky,Sky,no\nCar,Car,no\nSky,Tree,no", "names the class Sky twice, in rows 1 and 3"),
        ("Sky,Sky,no\nCar,Car Sky,no", "has Sky in Sky and Car"),
        ("Sky,Heaven,no", "unknown thing Heaven"),
        ("Sky,,no", "says of no thing that it is Sky"),
        ("Sky,Sky,maybe", "line 2: whole is 'maybe'; expected yes or no"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused_in_a_sentence(tmp_path, rows, message):
    """What a student's own table gets wrong."""
    (tmp_path / "taxonomy.csv").write_text(f"class,things,whole\n{rows}\n")
    with pytest.raises(ValueError, match=message):
        find_table(tmp_path)


def test_a_data_set_without_a_table_is_refused_and_one_with_a_table_is_read(tmp_path):
    """The message says what to write where."""
    with pytest.raises(FileNotFoundError, match=r"has no taxonomy: write .*taxonomy.csv with the columns class,things"):
        find_table(tmp_path)
    (tmp_path / "taxonomy.csv").write_text("class,things,whole\nWay,Road Sidewalk,no\nAuto,Car Truck_Bus,yes\n")
    table = find_table(tmp_path)
    assert find_table("elsewhere/kitti_road") is TABLES["kitti_road"]
    assert table.class_of() == {"Road": "Way", "Sidewalk": "Way", "Car": "Auto", "Truck_Bus": "Auto"}
    with pytest.raises(ValueError, match="called alike"):
        merge([table, table])


def test_the_published_means_follow_from_the_published_scores():
    """The harmonic mean of six scores rounded to 0.1 is the printed one, within what rounding can do."""
    for row in MSEG:
        assert len(row.miou) == len(TESTS)
        low, high = (statistics.harmonic_mean(max(0, value + shift) for value in row.miou) for shift in (-0.05, 0.05))
        assert low - 0.1 <= row.mean <= high + 0.05, row.trained_on


def test_the_picture_has_every_class_of_every_data_set():
    """Names at the left, in the middle and at the right."""
    decisions, merged = merge([TABLES["camvid"], TABLES["kitti_road"], TABLES["streets"]])
    words = [text.get_text() for text in draw_merge(decisions, merged).axes[0].texts]
    for decision in decisions:
        assert decision.name in words
    assert {"camvid", "kitti_road", "streets", "merged"} <= set(words)
