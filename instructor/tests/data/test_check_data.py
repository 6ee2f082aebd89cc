"""Tests of `data.contents` and `check_data`: a good folder is described, and damage is named with its remedy."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from instructor.tests.training.samples import stopped
from proj4_code.given import predict
from proj4_code.given.check_data import main
from proj4_code.given.classes import COLORS, ROWS
from proj4_code.given.data.contents import CAMVID_SHARES, check_data
from proj4_code.part4_camvid import CamVid
from proj4_unit_tests.harness.submission import KIT

SIZE = (16, 12)  # width, height


def colors(*names: str) -> np.ndarray:
    """Return (12, 16, 3) uint8: horizontal stripes of equal height, one a class."""
    rows = np.repeat([COLORS[name] for name in names], SIZE[1] // len(names), axis=0)
    return np.repeat(rows[:, None], SIZE[0], axis=1).astype(np.uint8)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a good data folder: two frames to train on, one to validate, one to test."""
    folder = tmp_path / "my data"
    for split, names in {"train": ["a_1", "a_2"], "val": ["b_1"], "test": ["c_1"]}.items():
        for name in names:
            for path, pixels in {
                f"images/{name}.png": np.random.default_rng(0).integers(0, 255, (*SIZE[::-1], 3), np.uint8),
                f"labels/{name}_L.png": colors("Road", "Sky", "Void"),
            }.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(pixels).save(folder / path)
        (folder / f"{split}.txt").write_text("".join(f"{name}\n" for name in names))
    return folder


def message(root: Path, error: type[Exception], **options) -> str:
    """Return what check_data says, after asserting the type and that it is one line."""
    with pytest.raises(error) as raised:
        check_data(root, **options)
    assert raised.type is error
    text = str(raised.value)
    assert "\n" not in text
    return text


def cut(path: Path) -> None:
    """Cut a file to 60 % of its length."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])


def test_a_good_folder_is_counted(root: Path):
    Image.fromarray(colors("LaneMkgsDriv", "Child")).save(root / "labels/c_1_L.png")
    report = check_data(root)
    assert report.frames == {"train": 2, "val": 1, "test": 1}
    assert report.sizes == {(12, 16): 4}
    assert report.pixels["train"].tolist() == [0, 0, 128, 0, 0, 128, 0, 0, 0, 0, 0, 128]
    assert dict(zip(ROWS, report.shares("test"), strict=True))["Pedestrian"] == 50
    assert report.shares().sum() == pytest.approx(100)


def test_a_jpeg_image_and_windows_line_ends_are_fine(root: Path):
    Image.open(root / "images/b_1.png").save(root / "images/b_1.jpg")
    (root / "images/b_1.png").unlink()
    (root / "val.txt").write_bytes(b"\xef\xbb\xbfb_1\r\n\r\n")
    assert check_data(root).frames["val"] == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_read_and_remarked_on(root: Path, encoding: str):
    """Notepad writes one, and PowerShell's `>`."""
    (root / "val.txt").write_bytes("b_1\r\n".encode(encoding))
    report = check_data(root)
    assert report.frames["val"] == 1
    assert "val.txt begins with a byte order mark: part 4 must read it with `read_split`." in str(report)
    assert len(CamVid(root, "val")) == 1
    assert check_data(root, ("train",)).remarks == ()


@pytest.mark.parametrize(
    "line",
    [
        "my frame",
        "a_1.png",
        "a_1.JPG",
        "images/a_1",
        "train\\a_1",
        "/SegNet/CamVid/train/a_1.png /SegNet/trainannot/a_1.png",
    ],
)
def test_a_line_that_is_not_a_name_is_refused_by_all_readers(root: Path, line: str):
    (root / "train.txt").write_text(f"a_2\n{line}\n")
    text = message(root, ValueError)
    assert str(root / "train.txt") in text and "line 2" in text and "expected one NAME a line" in text
    with pytest.raises(ValueError, match="one NAME a line"):
        CamVid(root, "train")


def test_a_split_file_in_another_encoding_is_refused(root: Path):
    (root / "train.txt").write_bytes("stra\xdfe\n".encode("latin-1"))
    assert "UTF-8" in message(root, ValueError)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_that_is_stored_turned_is_read_alike_by_all(root: Path, orientation: int):
    pixels = np.kron(np.random.default_rng(1).integers(0, 255, (2, 3, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    upright = Image.fromarray(pixels)
    stored = upright
    for turn in {2: [0], 3: [3], 4: [1], 5: [5], 6: [2], 7: [6], 8: [4]}.get(orientation, []):
        stored = stored.transpose(Image.Transpose(turn))
    exif = Image.Exif()
    exif[0x0112] = orientation
    (root / "images/b_1.png").unlink()
    stored.save(root / "images/b_1.jpg", exif=exif, quality=95)
    Image.fromarray(np.zeros(pixels.shape, np.uint8)).save(root / "labels/b_1_L.png")
    report = check_data(root, ("val",))
    image, mask = CamVid(root, "val")[0]
    assert report.sizes == {(16, 24): 1}
    assert image.shape[1:] == mask.shape == (16, 24)
    assert torch.equal(image, predict.read_image(root / "images/b_1.jpg"))
    assert np.abs(image.permute(1, 2, 0).numpy().astype(int) - pixels).mean() < 12, "JPEG is not exact"
    assert bool(report.remarks) == (orientation != 1)


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_an_image_with_more_than_8_bits_is_refused_by_all(root: Path, mode: str):
    """Pillow would make all of it white."""
    suffix = "png" if mode == "I;16" else "tiff"
    values = np.linspace(0, 60000, 192).reshape(12, 16)
    image = Image.fromarray(values.astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]))
    assert image.mode == mode
    image.save(root / f"images/a_1.{suffix}")
    (root / f"images/a_1.{suffix}").rename(root / "images/a_1.png")
    assert "a_1.png" in (text := message(root, ValueError)) and "more than 8 bits" in text
    with pytest.raises(ValueError, match="more than 8 bits"):
        CamVid(root, "train")[0]
    with pytest.raises(ValueError, match="more than 8 bits"):
        predict.read_image(root / "images/a_1.png")


@pytest.mark.parametrize(
    ("mode", "advice"),
    [
        ("P", "it has a palette"),
        ("RGBA", "it has an alpha channel"),
        ("L", "class numbers"),
        ("LA", "is it the label?"),
    ],
)
def test_labels_of_other_modes_get_the_advice_that_fits_them(root: Path, mode: str, advice: str):
    label = Image.open(root / "labels/a_1_L.png")
    if mode == "L":
        label = Image.fromarray(np.arange(192, dtype=np.uint8).reshape(12, 16) % 12)
    elif mode == "LA":
        label = label.convert("LA")
    elif mode == "P":
        label = label.quantize(8)
    else:
        label = label.convert(mode)
    label.save(root / "labels/a_1_L.png")
    text = message(root, ValueError)
    assert f"Pillow's mode {mode}" in text and advice in text


def test_grey_values_of_other_numbers_are_not_called_class_numbers(root: Path):
    Image.fromarray(np.full((12, 16), 200, np.uint8)).save(root / "labels/a_1_L.png")
    assert "is it the label?" in message(root, ValueError)


def test_only_the_splits_asked_for_are_checked(root: Path):
    (root / "test.txt").unlink()
    assert check_data(root, splits=("train", "val")).frames == {"train": 2, "val": 1}


def test_a_missing_folder_is_named(tmp_path: Path):
    text = message(tmp_path / "nowhere", FileNotFoundError)
    assert "nowhere" in text and f"prepare_camvid {tmp_path / 'nowhere'}" in text


def test_a_missing_split_file_is_named(root: Path):
    (root / "val.txt").unlink()
    text = message(root, FileNotFoundError)
    assert str(root / "val.txt") in text and "missing" in text and "prepare_camvid" in text


def test_an_empty_split_is_named(root: Path):
    (root / "val.txt").write_text("\n \n")
    text = message(root, ValueError)
    assert str(root / "val.txt") in text and "empty" in text and "delete it" in text


def test_a_frame_listed_twice_is_named(root: Path):
    (root / "train.txt").write_text("a_1\na_2\na_1\n")
    text = message(root, ValueError)
    assert str(root / "train.txt") in text and "a_1 twice" in text and "delete one of the two lines" in text


def test_a_frame_in_two_splits_is_named_with_both(root: Path):
    (root / "test.txt").write_text("c_1\na_2\n")
    text = message(root, ValueError)
    assert str(root / "test.txt") in text and "a_2" in text and str(root / "train.txt") in text and "delete" in text


def test_a_missing_image_is_named(root: Path):
    (root / "images/a_2.png").unlink()
    text = message(root, FileNotFoundError)
    assert str(root / "images/a_2.png") in text and ".jpg" in text and "prepare_camvid" in text


def test_missing_folders_are_missing_images(root: Path):
    for image in (root / "images").iterdir():
        image.unlink()
    (root / "images").rmdir()
    assert "1 more frame" in message(root, FileNotFoundError)


def test_a_missing_label_is_named(root: Path):
    (root / "labels/b_1_L.png").unlink()
    text = message(root, FileNotFoundError)
    assert str(root / "labels/b_1_L.png") in text and "missing" in text and "prepare_camvid" in text


def test_two_images_of_one_frame_are_named(root: Path):
    Image.open(root / "images/b_1.png").save(root / "images/b_1.jpg")
    text = message(root, ValueError)
    assert str(root / "images/b_1.png") in text and "b_1.jpg" in text and "delete one" in text


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_truncated_image_is_named(root: Path, suffix: str):
    image = Image.open(root / "images/a_1.png").resize((400, 300))
    (root / "images/a_1.png").unlink()
    image.save(root / f"images/a_1{suffix}")
    cut(root / f"images/a_1{suffix}")
    text = message(root, ValueError)
    assert str(root / f"images/a_1{suffix}") in text and "damaged" in text and "delete it" in text


def test_a_file_that_is_no_image_is_named(root: Path):
    (root / "images/c_1.png").write_text("<html>404</html>")
    text = message(root, ValueError)
    assert str(root / "images/c_1.png") in text and "not an image" in text and "delete it" in text


def test_an_empty_file_is_named(root: Path):
    (root / "images/c_1.png").write_bytes(b"")
    assert str(root / "images/c_1.png") in message(root, ValueError)


def test_a_truncated_label_is_named(root: Path):
    cut(root / "labels/a_1_L.png")
    text = message(root, ValueError)
    assert str(root / "labels/a_1_L.png") in text and "damaged" in text and "delete it" in text


def test_a_label_of_another_size_is_named_with_both_sizes(root: Path):
    Image.fromarray(colors("Road")[:6]).save(root / "labels/a_1_L.png")
    text = message(root, ValueError)
    assert str(root / "labels/a_1_L.png") in text and "16×6" in text and "16×12" in text and "delete it" in text


def test_a_label_of_class_numbers_is_named(root: Path):
    Image.fromarray(np.zeros(SIZE[::-1], np.uint8)).save(root / "labels/a_1_L.png")
    text = message(root, ValueError)
    assert str(root / "labels/a_1_L.png") in text and "mode L" in text and "--segnet" in text


def test_an_unknown_color_is_named_with_its_place(root: Path):
    pixels = colors("Road", "Sky", "Void")
    pixels[7, 3] = (128, 96, 128)
    pixels[9, 1] = (1, 2, 3)
    Image.fromarray(pixels).save(root / "labels/b_1_L.png")
    text = message(root, ValueError)
    assert str(root / "labels/b_1_L.png") in text
    assert "(128, 96, 128) at row 7, column 3 (2 such pixels" in text
    assert "nearest" in text and "delete it" in text


def test_the_command_prints_the_report_or_one_line(root: Path, capsys: pytest.CaptureFixture[str]):
    main([str(root)])
    printed = capsys.readouterr().out
    assert "train 2, val 1, test 1" in printed and "16×12" in printed
    assert all(name in printed for name in ROWS)
    (root / "val.txt").unlink()
    assert "val.txt" in stopped(main, capsys, root)
    assert capsys.readouterr().out == ""


def test_it_needs_neither_torch_nor_a_part():
    program = (
        "import sys, proj4_code.given.prepare_camvid as p; "
        "print([m for m in sys.modules if m.startswith(('torch', 'proj4_code.part'))])"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=KIT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_camvid_itself_passes_and_has_the_shares_in_the_report(shared_data):
    report = check_data(shared_data / "camvid")
    assert report.frames == {"train": 367, "val": 101, "test": 233}
    assert report.sizes == {(360, 480): 701}
    assert np.round(report.shares(), 2).tolist() == list(CAMVID_SHARES)
    assert "480×360" in str(report)
