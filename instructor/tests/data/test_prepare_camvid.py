"""Tests of `proj4_code.given.prepare_camvid`: what comes out, and what the command line says."""

from pathlib import Path

import numpy as np
import pytest

from instructor.tests.data.camvid_samples import (
    FRAMES,
    HEIGHT,
    NAMES,
    WIDTH,
    failure,
    picture,
    pixels,
    png,
    run,
    state,
    write,
)
from proj4_code.given.classes import COLORS
from proj4_code.given.data.contents import check_data
from proj4_code.given.data.conversion import SEGNET_NAMES
from proj4_code.given.data.splits import SPLITS, published_split, read_split
from proj4_code.given.prepare_camvid import main


def test_segnet_labels_become_the_colors_of_their_classes(segnet: Path, tmp_path: Path):
    assert run(tmp_path / "out", "--segnet", segnet) == 0
    for name in NAMES:
        assert np.array_equal(pixels(tmp_path / f"out/images/{name}.png"), picture(name))
        label = pixels(tmp_path / f"out/labels/{name}_L.png")
        assert [tuple(color) for color in label[5, ::2].tolist()] == [COLORS[name] for name in SEGNET_NAMES]
    assert {split: read_split(tmp_path / f"out/{split}.txt") for split in SPLITS} == FRAMES
    assert not list((tmp_path / "out").rglob("*.part"))


def test_official_files_keep_all_their_classes(official: tuple[Path, Path, Path], tmp_path: Path):
    stills, labels, splits = official
    assert run(tmp_path / "out", "--official", stills, labels, "--splits", splits) == 0
    for name in NAMES:
        assert (tmp_path / f"out/images/{name}.png").read_bytes() == png(picture(name))
        assert pixels(tmp_path / f"out/labels/{name}_L.png")[17, 23].tolist() == list(COLORS["SUVPickupTruck"])


def test_short_side_scales_images_smoothly_and_labels_by_nearest(segnet: Path, tmp_path: Path):
    checks = np.tile(np.uint8([[0, 255], [255, 0]]), (HEIGHT // 2, WIDTH // 2))
    write(segnet, {"CamVid/val/0016E5_07959.png": png(np.repeat(checks[..., None], 3, axis=2))})
    assert run(tmp_path / "out", "--segnet", segnet, "--short-side", 9) == 0
    image = pixels(tmp_path / "out/images/0016E5_07959.png")
    assert image.shape == (9, 12, 3)
    assert np.abs(image.astype(int) - 128).max() < 30, "a chessboard of single pixels becomes an even grey"
    label = pixels(tmp_path / "out/labels/0016E5_07959_L.png")
    assert [tuple(color) for color in label[4].tolist()] == [COLORS[name] for name in SEGNET_NAMES]


def test_enlarging_is_refused(segnet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    text = failure(capsys, tmp_path / "out", "--segnet", segnet, "--short-side", 240)
    assert "24×18" in text and "240" in text and "at most 18" in text


def test_the_report_says_when_it_is_not_all_of_camvid(segnet: Path, tmp_path: Path, capsys):
    assert run(tmp_path / "out", "--segnet", segnet) == 0
    printed = capsys.readouterr().out
    assert "train 2, val 1, test 1" in printed and "24×18" in printed and "29.32" in printed
    assert "not all of CamVid (train 367, val 101, test 233)" in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--official", "one"], "STILLS and LABELS"),
        (["--short-side", "0"], "whole number above 0"),
        (["--synthetic", "--segnet", "x"], "not allowed with"),
        (["--synthetic", "--splits", "x"], "own split"),
        (["--seed", "1"], "go with --synthetic"),
        ([], "OUT"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused(arguments: list[str], words: str, tmp_path: Path, capsys):
    with pytest.raises(SystemExit) as exited:
        main([*([str(tmp_path / "out")] if arguments else []), *arguments])
    assert exited.value.code == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_rules_give_the_published_counts():
    assert {split: len(names) for split, names in published_split().items()} == {"train": 367, "val": 101, "test": 233}
    assert len({name for names in published_split().values() for name in names}) == 701


def test_the_rules_give_the_published_lists(shared_data):
    assert published_split() == {split: read_split(shared_data / f"camvid/{split}.txt") for split in SPLITS}


def test_the_published_sample_converts(shared_data, tmp_path: Path):
    assert run(tmp_path / "out", "--segnet", shared_data / "camvid_segnet_sample", "--short-side", 240) == 0
    report = check_data(tmp_path / "out")
    assert report.frames == {"train": 4, "val": 2, "test": 4} and report.sizes == {(240, 320): 10}
    assert report.shares()[5] == pytest.approx(25, abs=2), "a quarter of the pixels is road"


def test_synthetic_scenes_are_drawn_and_completed(tmp_path: Path, capsys):
    out = tmp_path / "out"
    arguments = (out, "--synthetic", "--frames", 12, "--short-side", 48, "--seed", 3)
    assert run(*arguments) == 0
    report = check_data(out)
    assert sum(report.frames.values()) == 12 and report.sizes == {(48, 64): 12}
    assert "not all of CamVid" not in capsys.readouterr().out
    before = state(out)
    assert run(*arguments) == 0
    assert state(out) == before
    next((out / "labels").iterdir()).unlink()
    assert run(*arguments) == 0
    assert {name: data for name, (data, _) in state(out).items()} == {name: data for name, (data, _) in before.items()}
    assert "seed 3" in failure(capsys, *arguments[:-1], 4)
