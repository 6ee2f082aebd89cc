"""Synthetic scenes: reproducible, in CamVid's form, with every class, aligned to the pixel, and never half written."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from proj4_code.given import scenes
from proj4_code.given.classes import CLASSES, COLORS, TRAIN_NAMES
from proj4_code.given.scene_drawing import dataset as drawing
from proj4_code.given.scene_drawing.arguments import checked_counts
from proj4_code.given.scene_drawing.dataset import write_dataset
from proj4_code.given.scene_drawing.scene import render, sheet

SMALL = (96, 128)
FRAMES = {"train": 2, "val": 2, "test": 1}


def class_numbers(label):
    """Return the numbers in CLASSES of a label image (H, W, 3); fail on a colour that is not official."""
    numbers = np.full(label.shape[:2], -1)
    for i, entry in enumerate(CLASSES):
        numbers[(label == entry.color).all(-1)] = i
    assert (numbers >= 0).all(), "not a CamVid colour"
    return numbers


def groups_in(label):
    return {CLASSES[i].group for i in np.unique(class_numbers(label))} - {None}


def files_in(root):
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    root = tmp_path_factory.mktemp("scenes") / "road scenes"
    return write_dataset(root, FRAMES, SMALL, seed=5, workers=1, progress=False)


@pytest.fixture(scope="module")
def many():
    return [render(seed, SMALL) for seed in range(1, 25)]


def test_the_same_seed_gives_the_same_pixels():
    for a, b in zip(render([3, 4], SMALL), render((3, 4), SMALL), strict=True):
        assert np.array_equal(a, b)


def test_the_same_seed_gives_the_same_pixels_in_another_process():
    program = (
        "import hashlib; from proj4_code.given.scene_drawing.scene import render;"
        "print(*(hashlib.sha256(part.tobytes()).hexdigest() for part in render(7, (96, 128))))"
    )
    elsewhere = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    render(8, SMALL)  # what was drawn before must not matter
    here = [hashlib.sha256(part.tobytes()).hexdigest() for part in render(7, SMALL)]
    assert elsewhere.split() == here


def test_different_seeds_give_different_scenes(many):
    assert len({image.tobytes() for image, _ in many}) == len(many)
    assert len({label.tobytes() for _, label in many}) == len(many)


def test_processes_and_one_process_write_the_same_bytes(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "_FEW", 0)
    root = write_dataset(tmp_path, FRAMES, SMALL, seed=5, workers=2, progress=False)
    assert files_in(root) == files_in(dataset)


def test_another_seed_writes_other_bytes(dataset, tmp_path):
    other = files_in(write_dataset(tmp_path, 3, SMALL, seed=6, progress=False))
    assert other["images/train_0000.png"] != files_in(dataset)["images/train_0000.png"]


def test_image_and_label_have_the_form_that_was_promised(many):
    for image, label in many:
        assert image.shape == label.shape == (*SMALL, 3)
        assert image.dtype == label.dtype == np.uint8


def test_every_label_colour_is_official_and_at_least_twenty_of_them_occur(many):
    assert len({number for _, label in many for number in np.unique(class_numbers(label))}) >= 20


def test_shares_are_those_of_streets(many):
    numbers = np.concatenate([class_numbers(label).ravel() for _, label in many])
    count = np.bincount(numbers, minlength=len(CLASSES)) / len(numbers)
    share = {name: sum(count[i] for i, c in enumerate(CLASSES) if c.group == name) for name in (*TRAIN_NAMES, None)}
    assert 0.005 < share[None] < 0.05
    assert 0.2 < share["Road"] < 0.4
    assert 0.15 < share["Building"] < 0.32
    assert 0.08 < share["Sky"] < 0.25
    for name in ("SignSymbol", "Pedestrian", "Fence", "Column_Pole", "Bicyclist"):
        assert share[name] > 0.007, name


@pytest.mark.parametrize("size", [(48, 48), (65, 97), (64, 96), (101, 303), (200, 90), (241, 321)])
def test_any_size_works(size):
    image, label = render(2, size)
    assert image.shape == label.shape == (*size, 3)
    class_numbers(label)


def test_a_scene_is_the_same_scene_at_another_size():
    """Geometry is in metres: the label of a small picture is that of a large one, subsampled, almost everywhere."""
    small, large = render(11, (96, 128))[1], render(11, (288, 384))[1]
    same = (small == large[1::3, 1::3]).all(-1)
    assert same.mean() > 0.8


def test_a_complete_scene_has_every_scored_class():
    for seed in (1, 2):
        assert groups_in(render(seed, SMALL, complete=True)[1]) == set(TRAIN_NAMES)


def test_label_borders_lie_on_image_edges(many):
    """Across a label border the image changes more than across the same border shifted by a few pixels."""
    sky = COLORS["Sky"]

    def steps(shift):
        values = []
        for image, label in many:
            grey = image.astype(np.float64).mean(-1)
            change = np.abs(grey[:, 1:] - grey[:, :-1])[:, 8:-8]
            is_sky = (label == sky).all(-1)
            border = np.roll(is_sky[:, 1:] != is_sky[:, :-1], shift, 1)[:, 8:-8]
            values.append(change[border])
        return np.concatenate(values).mean()

    at = {shift: steps(shift) for shift in (-4, -2, -1, 0, 1, 2, 4)}
    assert max(at, key=at.get) == 0
    assert at[0] > 2 * at[-4]
    assert at[0] > 2 * at[4]


def test_labels_are_not_anti_aliased_and_the_image_is(many):
    """A label map has only classes; a drawing at twice the size leaves in-between colours in the image."""
    image, label = many[0]
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 1000 > len(np.unique(label.reshape(-1, 3), axis=0))


def test_the_data_set_is_in_the_official_form(dataset):
    listed = {split: (dataset / f"{split}.txt").read_text().split() for split in FRAMES}
    assert {split: len(names) for split, names in listed.items()} == FRAMES
    names = [name for split in listed.values() for name in split]
    assert len(set(names)) == len(names)
    assert {path.name for path in (dataset / "images").iterdir()} == {f"{name}.png" for name in names}
    assert {path.name for path in (dataset / "labels").iterdir()} == {f"{name}_L.png" for name in names}
    for path in (*(dataset / "images").iterdir(), *(dataset / "labels").iterdir()):
        with Image.open(path) as picture:
            assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", SMALL[::-1])


def test_every_scored_class_is_in_every_split(dataset):
    for split in FRAMES:
        present = set()
        for name in (dataset / f"{split}.txt").read_text().split():
            present |= groups_in(np.asarray(Image.open(dataset / "labels" / f"{name}_L.png")))
        assert present == set(TRAIN_NAMES), split


def test_splits_are_divided_as_camvid_is():
    assert checked_counts(701) == {"train": 367, "val": 101, "test": 233}
    assert checked_counts(3) == {"train": 1, "val": 1, "test": 1}
    for frames in range(3, 60):
        counts = checked_counts(frames)
        assert sum(counts.values()) == frames
        assert min(counts.values()) >= 1


def test_a_second_run_draws_only_what_is_missing(tmp_path, monkeypatch):
    root = write_dataset(tmp_path, FRAMES, SMALL, seed=5, progress=False)
    before = files_in(root)
    gone = root / "labels" / "val_0001_L.png"
    gone.unlink()
    times = {path: path.stat().st_mtime_ns for path in root.rglob("*.png")}
    drawn = []
    write = drawing._Frame.write
    monkeypatch.setattr(drawing._Frame, "write", lambda frame: (drawn.append(frame.name), write(frame)))
    write_dataset(tmp_path, FRAMES, SMALL, seed=5, progress=False)
    assert drawn == ["val_0001"]
    assert files_in(root) == before
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())


def test_more_frames_keep_those_that_are_there(dataset, tmp_path):
    few = files_in(write_dataset(tmp_path, {"train": 1, "val": 1, "test": 1}, SMALL, seed=5, progress=False))
    for name, content in files_in(dataset).items():
        if name in few and not name.endswith(".txt"):
            assert content == few[name]


def test_an_interrupted_run_leaves_no_half_file(tmp_path, monkeypatch):
    replace, calls = Path.replace, []

    def interrupt_the_third(path, target):
        calls.append(path)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", interrupt_the_third)
    with pytest.raises(KeyboardInterrupt):
        write_dataset(tmp_path, FRAMES, SMALL, seed=5, workers=1, progress=False)
    there = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(there) == 2
    for path in there:
        Image.open(path).load()
    monkeypatch.undo()
    write_dataset(tmp_path, FRAMES, SMALL, seed=5, workers=1, progress=False)
    assert len(list(tmp_path.rglob("*.png"))) == 2 * sum(FRAMES.values())
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_with_other_scenes_is_refused(dataset):
    before = files_in(dataset)
    with pytest.raises(ValueError, match="another seed than 6"):
        write_dataset(dataset, FRAMES, SMALL, seed=6, progress=False)
    with pytest.raises(ValueError, match="96x128, not 64x96"):
        write_dataset(dataset, FRAMES, (64, 96), seed=5, progress=False)
    assert files_in(dataset) == before


@pytest.mark.parametrize(
    "size", [(0, 100), (-240, 320), (240,), (240, 320, 3), (240.5, 320), "240x320", 240, (5000, 4000), (64, 200), None]
)
def test_a_nonsense_size_is_a_value_error(size):
    with pytest.raises(ValueError, match="expected height and width"):
        render(0, size)


@pytest.mark.parametrize("seed", [-1, 1.5, "0", [], [1, -2], None])
def test_a_nonsense_seed_is_a_value_error(seed):
    with pytest.raises(ValueError, match="expected whole numbers"):
        render(seed, SMALL)


@pytest.mark.parametrize("frames", [0, 2, -5, 3.5, "300", True, {"train": 5}, {"train": 5, "val": 0, "test": 2}])
def test_a_nonsense_count_is_a_value_error(tmp_path, frames):
    with pytest.raises(ValueError, match="at least"):
        write_dataset(tmp_path / "new", frames, SMALL, progress=False)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("workers", [0, -1, 1.5])
def test_a_nonsense_number_of_workers_is_a_value_error(tmp_path, workers):
    with pytest.raises(ValueError, match="workers is"):
        write_dataset(tmp_path, 3, SMALL, workers=workers, progress=False)


def test_a_sheet_shows_each_scene_over_its_label():
    picture = sheet(1, SMALL, count=3, columns=2)
    assert picture.shape == (4 * SMALL[0], 2 * SMALL[1], 3)
    assert not picture[2 * SMALL[0] :, SMALL[1] :].any()


def test_the_command_line_writes_a_data_set_and_a_sheet(tmp_path, capsys):
    picture = tmp_path / "sheet.png"
    scenes.main([str(tmp_path / "data"), "--frames", "3", "--size", "48x64", "--seed", "2", "--sheet", str(picture)])
    assert Image.open(picture).size == (4 * 64, 6 * 48)
    assert (tmp_path / "data" / "test.txt").read_text() == "test_0000\n"


@pytest.mark.parametrize(
    "arguments", [[], ["OUT", "--size", "big"], ["OUT", "--frames", "1"], ["OUT", "--seed", "-1"], ["a file"]]
)
def test_the_command_line_explains_bad_arguments(tmp_path, capsys, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a file").touch()
    with pytest.raises(SystemExit) as stopped:
        scenes.main(arguments)
    assert stopped.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def spread_of_sky_hues(drive):
    """Return how much the hue of the sky differs between twelve scenes, whatever their exposure."""
    pictures = [render((7, number), SMALL, drive=drive) for number in range(12)]
    skies = [image[(label == COLORS["Sky"]).all(-1)] for image, label in pictures]
    colors = np.array([sky.mean(axis=0) for sky in skies if len(sky)])
    return (colors / colors.sum(axis=1, keepdims=True)).std(axis=0).mean()


def test_scenes_of_one_drive_share_the_weather():
    assert spread_of_sky_hues(drive=3) < spread_of_sky_hues(drive=None) / 2


def test_all_frames_can_be_complete(tmp_path):
    root = write_dataset(tmp_path / "scenes", 4, SMALL, complete=True, drive=3, workers=1, progress=False)
    for path in (root / "labels").iterdir():
        with Image.open(path) as label:
            assert groups_in(np.asarray(label)) == set(TRAIN_NAMES)
