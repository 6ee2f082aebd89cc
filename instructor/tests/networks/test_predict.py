"""Tests of `proj4_code.given.predict` and `evaluate`: images of any size, results in the official colours."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from instructor.tests.training.samples import save_checkpoint, stopped, write_tiny_data
from proj4_code.given import evaluate, predict
from proj4_code.given.classes import IMAGENET_MEAN, IMAGENET_STD, NUM_CLASSES, TRAIN_COLORS, TRAIN_NAMES
from proj4_code.given.data.contents import check_data
from proj4_code.given.networks.build import build_network
from proj4_code.given.networks.inference import load_network, predict_train_ids
from proj4_code.given.networks.scores import evaluation_loader, frame_matrices
from proj4_code.given.pictures.labels import LEAST_LEGEND_WIDTH
from proj4_code.part3_pspnet import PSPNet

SETTINGS = {"arch": "pspnet", "depth": 18, "bins": [1, 2], "aux": False, "crop": 33, "short_side": 48, "data": None}
PICTURES = {"iou.png", "calibration.png", "confusion.png", "predictions.png", "worst.png"}
DESCRIPTION = {"settings": SETTINGS, "classes": list(TRAIN_NAMES), "epoch": 1}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("run") / "best.safetensors"
    save_checkpoint(path, DESCRIPTION, build_network("pspnet", 18, (1, 2), False, 11))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with images of several sizes and kinds, and a file that is not an image."""
    folder = tmp_path / "my images"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name, (height, width), mode in (
        ("small.png", (20, 31), "RGB"),
        ("large.JPG", (90, 130), "RGB"),
        ("gray.png", (50, 40), "L"),
        ("clear.png", (33, 41), "RGBA"),
        ("one pixel.bmp", (1, 1), "RGB"),
    ):
        pixels = rng.integers(0, 256, (height, width, 4), np.uint8)
        Image.fromarray(pixels, "RGBA").convert(mode).save(folder / name)
    (folder / "notes.txt").write_text("no image")
    return folder


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as stop:
        predict.main([str(argument) for argument in arguments])
    return stop.value.code


def test_images_of_any_size_get_labels_and_overlays_of_their_size(checkpoint: Path, folder: Path) -> None:
    out = folder / "results" / "here"
    assert run(checkpoint, folder, "--out", out) == 0
    sizes = {"small": (31, 20), "large": (130, 90), "gray": (40, 50), "clear": (41, 33), "one pixel": (1, 1)}
    assert {path.name for path in out.iterdir()} == {f"{n}_{end}.png" for n in sizes for end in ("L", "overlay")}
    for name, (width, height) in sizes.items():
        label = Image.open(out / f"{name}_L.png")
        assert (label.mode, label.size) == ("RGB", (width, height))
        assert {color for _, color in label.getcolors()} <= set(TRAIN_COLORS)
        overlay = Image.open(out / f"{name}_overlay.png")
        assert overlay.width == max(width, LEAST_LEGEND_WIDTH)
        assert overlay.height > height
        legend = overlay.crop((0, height, overlay.width, overlay.height))
        assert {color for _, color in legend.getcolors(100_000)} >= set(TRAIN_COLORS)


def test_files_that_cannot_be_read_are_named_and_the_others_done(
    checkpoint: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = (folder / "large.JPG").read_bytes()
    (folder / "cut.jpg").write_bytes(cut[: len(cut) // 2])
    out = tmp_path / "out"
    assert run(checkpoint, folder / "notes.txt", folder, tmp_path / "nothing.png", "--out", out) == 1
    captured = capsys.readouterr()
    for path in (folder / "notes.txt", folder / "cut.jpg", tmp_path / "nothing.png"):
        assert captured.err.count(f"error: {path} cannot be read") == 1
    assert "5 of 8 images" in captured.out
    assert len(list(out.iterdir())) == 10


def test_what_a_folder_holds_besides_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "more").mkdir()
    for name in ("a.HEIC", "b.HEIC", "notes.txt", "README"):
        (tmp_path / name).write_text("")
    with pytest.raises(FileNotFoundError, match=r"holds no image .*only \.HEIC \(2\), \.txt \(1\), folder \(1\)"):
        predict.find_images([tmp_path])
    Image.new("RGB", (9, 9)).save(tmp_path / "c.png")
    assert predict.find_images([tmp_path]) == [tmp_path / "c.png"]
    said = capsys.readouterr().out
    assert f"{tmp_path}: left out .HEIC (2), .txt (1), folder (1), no suffix (1); images are .bmp" in said


def test_an_image_is_turned_as_the_camera_was_held(tmp_path: Path) -> None:
    image = Image.new("RGB", (30, 20))
    exif = image.getexif()
    exif[0x0112] = 6  # orientation: turn by 90°
    image.save(tmp_path / "phone.jpg", exif=exif)
    assert predict.read_image(tmp_path / "phone.jpg").shape == (3, 30, 20)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (["empty"], "empty holds no image"),
        (["one/a.png", "two/a.jpg"], "their results would have the same name"),
    ],
)
def test_inputs_that_make_no_sense_are_refused(
    checkpoint: Path, tmp_path: Path, inputs: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / name for name in inputs]
    assert expected in stopped(predict.main, capsys, checkpoint, *paths, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_that_is_damaged_or_of_other_classes_is_refused(
    checkpoint: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(checkpoint.read_bytes()[:-100])
    assert "bad.safetensors is damaged" in stopped(predict.main, capsys, bad, folder, "--out", tmp_path / "out")

    network = build_network("pspnet", 18, (1, 2), False, 3)
    save_checkpoint(bad, DESCRIPTION | {"classes": ["Road", "Sky", "Tree"]}, network)
    message = stopped(predict.main, capsys, bad, folder, "--out", tmp_path / "out")
    assert "is of a network for 3 classes (Road, Sky, Tree); expected the 11" in message
    save_checkpoint(bad, DESCRIPTION, network)
    message = stopped(predict.main, capsys, bad, folder, "--out", tmp_path / "out")
    assert "does not fit the network: classifier.4.weight is (3, 128, 1, 1) and not (11, 128, 1, 1)" in message


class FirstChannels(nn.Module):
    """Its logits are the colours of the pixels, and of sizes other than 8n+1 it wants nothing to know."""

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        assert all(side % 8 == 1 for side in x.shape[-2:])
        return {"out": x}


def test_padding_is_cropped_so_that_every_pixel_keeps_its_place() -> None:
    image = torch.zeros(3, 21, 30, dtype=torch.uint8)
    classes = torch.randint(0, 3, (21, 30), generator=torch.Generator().manual_seed(0))
    image.scatter_(0, classes[None], 255)
    assert torch.equal(predict_train_ids(FirstChannels(), image, None, torch.device("cpu")).long(), classes)


def test_a_large_image_is_shrunk_for_the_network_and_its_result_enlarged() -> None:
    image = torch.zeros(3, 80, 120, dtype=torch.uint8)
    image[0, :, :60] = image[1, :, 60:] = 255
    train_ids = predict_train_ids(FirstChannels(), image, 40, torch.device("cpu"))
    expected = torch.cat([torch.zeros(80, 60), torch.ones(80, 60)], dim=1)
    assert torch.equal(train_ids.float(), expected)


def test_pspnet_predicts_an_image_of_8n_plus_1_as_it_does_alone() -> None:
    torch.manual_seed(0)
    network = build_network("pspnet", 18, (1, 2), False, 11).eval()
    assert isinstance(network, PSPNet)
    image = torch.randint(0, 256, (3, 33, 41), dtype=torch.uint8)
    mean, std = (torch.tensor(v)[:, None, None] for v in (IMAGENET_MEAN, IMAGENET_STD))
    with torch.no_grad():
        expected = network(((image / 255 - mean) / std)[None])["out"][0].argmax(0)
    assert torch.equal(predict_train_ids(network, image, 240, torch.device("cpu")).long(), expected)


def test_evaluate_scores_another_split_and_draws_it(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_tiny_data(tmp_path / "data")
    evaluate.main([str(checkpoint), "--data", str(data), "--split", "test", "--device", "cpu"])
    printed = capsys.readouterr().out
    assert "test, 1 frames" in printed
    folder = checkpoint.parent / "test"
    assert {path.name for path in folder.iterdir()} == PICTURES | {"scores.json"}
    results = json.loads((folder / "scores.json").read_text())
    assert results["short_side"] == 48
    assert results["parameters"] == sum(p.numel() for p in build_network("pspnet", 18, (1, 2), False, 11).parameters())
    assert 0 <= results["scores"]["boundary_f1"] <= 1
    assert f"mean IoU {results['scores']['miou']:.3f}" in printed
    matrix = np.array(results["confusion_matrix"])
    right, union = matrix.diagonal(), matrix.sum(0) + matrix.sum(1) - matrix.diagonal()
    assert results["scores"]["miou"] == pytest.approx((right / union)[union > 0].mean())


def test_evaluate_scores_as_part_6_does(checkpoint: Path, tmp_path: Path) -> None:
    """Training scores with the student's loop; `evaluate` needs each frame's matrix, and sums them."""
    from proj4_code.part6_training import evaluate

    data, device = check_data(write_tiny_data(tmp_path / "data"), ("val",)), torch.device("cpu")
    network, _ = load_network(checkpoint, device)
    loader = evaluation_loader(data, "val", 48, 0, device)
    expected = evaluate(network, loader, NUM_CLASSES, device)
    assert torch.equal(frame_matrices(network, loader, device).sum(0), expected)


def test_evaluate_sees_frames_as_published(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = write_tiny_data(tmp_path / "data"), tmp_path / "out"
    common = [str(checkpoint), "--data", str(data), "--device", "cpu", "--out", str(out)]
    evaluate.main([*common, "--multi-scale", "--short-side", "0"])
    seen = "seen: window 33, scales 0.5 0.75 1 1.25 1.5 1.75, mirrored, at a short side of 64 pixels"
    assert seen in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == PICTURES | {"scores.json"}
    results = json.loads((out / "scores.json").read_text())
    assert results["views"] == {"window": 33, "scales": [0.5, 0.75, 1, 1.25, 1.5, 1.75], "mirror": True}
    assert sum(map(sum, results["confusion_matrix"])) == 64 * 88, "eleven bars of twelve are scored, at full size"
    message = stopped(evaluate.main, capsys, *common, "--multi-scale", "--window", 17)
    assert "leave those out" in message
    assert "--window 20 is not 8n+1" in stopped(evaluate.main, capsys, *common, "--window", 20)


def test_evaluate_names_what_is_missing(checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no such folder" in stopped(evaluate.main, capsys, checkpoint, "--data", tmp_path / "nowhere")
    assert "--short-side 3: expected" in stopped(evaluate.main, capsys, checkpoint, "--short-side", 3)
    assert "is missing: give the path of a checkpoint" in stopped(evaluate.main, capsys, tmp_path / "no.safetensors")
    said = f"{tmp_path} is a folder: give the path of a checkpoint, such as {tmp_path / 'best.safetensors'}"
    assert said in stopped(evaluate.main, capsys, tmp_path)
