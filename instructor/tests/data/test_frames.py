"""Tests of `proj4_code.given.data.frames` and `messages`: resizing, loaders, and how a program ends."""

import json
import multiprocessing
from pathlib import Path

import pytest
import torch
from torchvision import tv_tensors

from instructor.tests.training.samples import failing_function, write_tiny_data
from proj4_code.given.basics.messages import RECORD, one_line_errors
from proj4_code.given.data import frames as data
from proj4_code.given.data.batches import make_loader
from proj4_code.given.scene_drawing import dataset

CPU = torch.device("cpu")


def test_frames_are_shrunk_to_the_short_side_and_never_enlarged() -> None:
    assert data.shrunk_size(720, 960, 240) == (240, 320)
    assert data.shrunk_size(960, 720, 240) == (320, 240)
    assert data.shrunk_size(100, 300, 240) == (100, 300)


def test_a_shrunk_label_stays_where_the_image_is() -> None:
    """Every third pixel is kept, and it is the middle one of three, as in the image."""
    mask = tv_tensors.Mask(torch.arange(9).expand(9, 9).clone())
    image = tv_tensors.Image((torch.arange(9, dtype=torch.uint8) * 20).expand(3, 9, 9).clone())
    small_image, small_mask = data.shrink_both(image, mask, 3)
    assert small_mask.tolist() == [[1, 4, 7]] * 3
    assert small_image.shape == (3, 3, 3)
    assert small_image[0, 1, 1] == 80
    assert isinstance(small_image, tv_tensors.Image)
    assert isinstance(small_mask, tv_tensors.Mask)
    assert small_mask.dtype == torch.int64


def test_transforms_see_the_shrunk_frame(tmp_path: Path) -> None:
    frames = data.make_dataset(write_tiny_data(tmp_path / "d"), "train", 32, lambda image, mask: (image, mask, "done"))
    image, mask, done = frames[0]
    assert (image.shape, mask.shape, done) == ((3, 32, 48), (32, 48), "done")


def test_evaluation_takes_the_last_partial_batch_too() -> None:
    assert [len(batch) for batch in make_loader(range(6), 4, 0, CPU)] == [4, 2]


def test_frames_of_several_sizes_are_evaluated_one_by_one() -> None:
    assert data.evaluation_batch([(720, 960), (360, 480)], 240) == 8
    assert data.evaluation_batch([(720, 960), (100, 300)], 240) == 1


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
def test_workers_take_transforms_that_cannot_be_pickled(tmp_path: Path) -> None:
    brightness = 3
    frames = data.make_dataset(
        write_tiny_data(tmp_path / "d"), "val", 240, lambda image, mask: (image + brightness, mask)
    )
    assert len(list(make_loader(frames, 1, 1, CPU))) == 2


def test_synthetic_scenes_are_drawn_once_where_no_data_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dataset, "SCENES", tmp_path / "data" / "scenes")
    monkeypatch.setattr(dataset, "write_dataset", lambda root, frames: write_tiny_data(root))
    assert dataset.data_folder(None) == tmp_path / "data" / "scenes"
    assert "drawing 300 synthetic scenes" in capsys.readouterr().out
    assert dataset.data_folder(None) == tmp_path / "data" / "scenes"
    assert capsys.readouterr().out == ""


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in which a program says how it failed."""
    monkeypatch.setenv(RECORD, str(tmp_path / "failure.json"))
    return tmp_path / "failure.json"


def test_an_error_in_a_part_keeps_its_traceback_and_its_place_is_on_record(record: Path) -> None:
    encode_labels = failing_function("part4_camvid.py")
    with pytest.raises(ValueError, match="mine"), one_line_errors():
        encode_labels()
    failure = {"error": "ValueError", "message": "mine", "batch_that_fits": None}
    assert json.loads(record.read_text()) == failure | {"part": 4, "file": "part4_camvid.py", "line": 2}


def test_the_place_of_wrong_syntax_is_on_record(record: Path) -> None:
    with pytest.raises(SyntaxError), one_line_errors():
        compile("def f(:", "/kit/proj4_code/part1_ppm.py", "exec")
    failure = json.loads(record.read_text())
    assert (failure["error"], failure["part"], failure["line"]) == ("SyntaxError", 1, 1)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
def test_an_error_in_a_part_that_a_worker_met_is_on_record_as_if_it_were_met_here(record: Path, tmp_path: Path) -> None:
    transforms = failing_function("part4_camvid.py")
    frames = data.make_dataset(write_tiny_data(tmp_path / "d"), "val", 240, transforms)
    with pytest.raises(ValueError, match="mine"), one_line_errors():
        list(make_loader(frames, 1, 1, CPU))
    failure = {"error": "ValueError", "message": "mine", "batch_that_fits": None}
    assert json.loads(record.read_text()) == failure | {"part": 4, "file": "part4_camvid.py", "line": 2}


def test_an_error_of_the_given_code_is_one_line(record: Path) -> None:
    with pytest.raises(SystemExit) as stop, one_line_errors():
        raise FileNotFoundError("data\n  is missing")
    assert stop.value.code == "error: data is missing"
    assert json.loads(record.read_text())["error"] == "FileNotFoundError"


def test_an_error_that_says_nothing_of_a_part_is_not_taken_for_an_unwritten_one() -> None:
    with pytest.raises(NotImplementedError), one_line_errors():
        raise NotImplementedError("not on this device")
