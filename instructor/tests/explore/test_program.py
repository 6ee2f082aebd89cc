"""The program: what it accepts, what it writes, and that it goes on where it was stopped."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image

from instructor.tests.explore.samples import explore
from proj4_code.given.explore.__main__ import explore as run_experiment
from proj4_code.given.explore.__main__ import main
from proj4_code.given.explore.apparatus.experiment import Experiment, Result
from proj4_code.given.explore.apparatus.report import as_table
from proj4_code.given.explore.apparatus.streets import load_frames, normalised
from proj4_code.given.explore.apparatus.study import Size, Study, slug
from proj4_code.given.explore.index import NAMES, load_experiment
from proj4_code.given.scene_drawing.dataset import write_dataset


def study(out: Path, data: Path | None = None, size: Size = Size.QUICK) -> Study:
    return Study(size, data, out, torch.device("cpu"))


def squares(numbers: list[int], measured: list[int], stop_at: int | None = None) -> Experiment:
    """An experiment that squares numbers, and may be interrupted at one of them."""

    def measure(number: int) -> dict:
        if number == stop_at:
            raise KeyboardInterrupt
        measured.append(number)
        return {"square": number**2}

    def run(study: Study) -> Result:
        rows = study.rows(numbers, measure)
        table = [(f"{n}|", row["square"] / 3) for n, row in zip(numbers, rows, strict=True)]
        picture = Image.new("RGB", (2, 3))
        return Result(
            {"number": "", "a third": ".2f"}, table, Figure(), {"it grows": True}, {"small": picture}, ("end",)
        )

    return Experiment("squares", "Squares", "how much?", "guess", "that much", run)


def test_an_experiment_that_is_stopped_goes_on_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    measured: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        run_experiment(squares([1, 2, 3], measured, stop_at=3), study(tmp_path))
    assert measured == [1, 2]
    run_experiment(squares([1, 2, 3], measured), study(tmp_path))
    assert measured == [1, 2, 3]
    assert "| 3\\| | 3.00 |" in capsys.readouterr().out
    run_experiment(squares([1, 2, 3], measured), study(tmp_path), again=True)
    assert measured == [1, 2, 3, 1, 2, 3]


def test_table_chart_and_pictures_are_written(tmp_path: Path) -> None:
    run_experiment(squares([1, 2], []), study(tmp_path))
    assert sorted(path.name for path in tmp_path.glob("*.*") if not path.name.startswith(".")) == [
        *("chart.png", "settings.json", "small.png", "table.csv", "table.md")
    ]
    page = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert page.startswith("# Squares\n\nquick, drawn streets, measured in 0 s on ")
    assert page.endswith("- ✓ as the lecture says: it grows\n\nend\n")
    with (tmp_path / "table.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [["number", "a third"], ["1|", str(1 / 3)], ["2|", str(4 / 3)]]


def test_the_page_says_what_else_was_read(tmp_path: Path) -> None:
    experiment = replace(squares([1], []), takes=("pairs", "weights"))
    run_experiment(experiment, replace(study(tmp_path), pairs=Path("roads"), weights="resnet18.pth"))
    page = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert "\n\nquick, drawn streets and roads, weights resnet18.pth, measured in " in page


def test_nothing_is_claimed_of_seconds(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    run_experiment(squares([1], []), study(tmp_path, size=Size.QUICKEST))
    assert "it grows" not in capsys.readouterr().out


def test_a_folder_of_another_setting_is_refused(tmp_path: Path) -> None:
    run_experiment(squares([1], []), study(tmp_path))
    with pytest.raises(ValueError, match=r"another setting \(data None\): choose another --out, or replace them"):
        run_experiment(squares([1], []), study(tmp_path, tmp_path))


def test_a_damaged_row_is_named(tmp_path: Path) -> None:
    run_experiment(squares([1], []), study(tmp_path))
    (tmp_path / "rows" / "1.json").write_text("{")
    with pytest.raises(ValueError, match=r"rows.1\.json is damaged: delete it"):
        run_experiment(squares([1], []), study(tmp_path))


def test_no_two_rows_share_a_file(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="same name: 1, 1"):
        study(tmp_path).rows([1, 1], lambda number: {})
    assert slug("ResNet-56, seed 1") == "resnet-56-seed-1"


def test_a_value_that_is_missing_is_a_dash() -> None:
    assert as_table(Result({"a": ".1f"}, [(None,), (0.25,)], Figure())).splitlines()[2:] == ["| - |", "| 0.2 |"]


def test_an_unknown_experiment_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=f"^error: there is no experiment dept: choose one of {', '.join(NAMES)}$"):
        main(["dept", "--out", str(tmp_path)])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("complexity", ("--data", ".")),
        ("losses", ("--weights", "resnet18.pth")),
        ("depth", ("--pairs", ".", "--weights", "imagenet")),
        ("decoders", ("--pairs", ".")),
        ("merging", ("--weights", "imagenet")),
        ("context", ("--pairs", ".")),
    ],
)
def test_what_an_experiment_would_ignore_is_refused(name: str, options: tuple[str, ...], tmp_path: Path) -> None:
    unused = " and ".join(option for option in options if option.startswith("--"))
    with pytest.raises(SystemExit, match=f"^error: the experiment {name} does not use {unused}: leave it out$"):
        main([name, *options, "--quickest", "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_weights_for_the_small_backbone_of_context_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no weights for the small backbone of a quick run"):
        load_experiment("context").run(replace(study(tmp_path), weights="imagenet"))


@pytest.mark.parametrize("name", NAMES)
def test_every_experiment_has_its_texts(name: str) -> None:
    experiment = load_experiment(name)
    assert experiment.name == name
    assert all(len(text) > 60 for text in (experiment.question, experiment.prediction, experiment.conclusions))
    assert "?" in experiment.question + experiment.prediction


@pytest.mark.parametrize("name", [name for name in NAMES if load_experiment(name).parts])
def test_on_skeletons_it_is_said_which_part_an_experiment_needs(name: str, tmp_path: Path) -> None:
    ended = explore(name, "--quickest", "--out", tmp_path / "out")
    number = load_experiment(name).parts[0]
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert f"part {number} is not written yet: write proj4_code/part{number}_" in line


def test_streets_are_drawn_once_and_read_back(tmp_path: Path) -> None:
    train, val = load_frames(study(tmp_path), train=3, val=2, short_side=48)
    assert (train.images.shape, train.masks.shape, len(val)) == ((3, 3, 48, 64), (3, 48, 64), 2)
    assert set(val.masks.unique().tolist()) <= {*range(11), 255}
    again, _ = load_frames(study(tmp_path), train=3, val=2, short_side=48)
    assert torch.equal(again.images, train.images)
    assert normalised(train.images).std() < 3


def test_frames_of_a_data_folder_are_those_of_its_splits(tmp_path: Path) -> None:
    data = write_dataset(tmp_path / "data", {"train": 4, "val": 2, "test": 1}, (48, 64), progress=False)
    train, val = load_frames(study(tmp_path / "out", data), train=2, val=9, short_side=24)
    assert (train.images.shape, len(val)) == ((2, 3, 24, 32), 2)
    from proj4_code.part4_camvid import CamVid

    image, mask = CamVid(data, "train")[3]
    assert torch.equal(load_frames(study(tmp_path, data), 2, 1, 48)[0].images[1], image.as_subclass(torch.Tensor))
    whole = load_frames(study(tmp_path, data), 2, 1, 48)[0].masks[1]
    assert torch.equal(whole.long(), mask.as_subclass(torch.Tensor))


def test_settings_name_the_parts_that_rows_depend_on(tmp_path: Path) -> None:
    run_experiment(squares([1], []), study(tmp_path))
    assert json.loads((tmp_path / "settings.json").read_text()) == {
        **{"experiment": "squares", "parts": {}, "size": "quick", "data": None, "device": "cpu"}
    }
