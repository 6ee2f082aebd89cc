"""Tests of `proj4_code.given.train`: what a run leaves, and what decides how it learns."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader

from instructor.tests.training.samples import (
    RUN_FILES,
    TINY,
    assert_same_run,
    metrics,
    run_training,
)
from proj4_code.given import train
from proj4_code.given.classes import TRAIN_NAMES
from proj4_code.given.networks.checkpoints import load_checkpoint
from proj4_code.given.training import run_folder


def test_one_frame_is_tried_as_a_loader_gives_it_and_where_the_network_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches that are kept lie on the device: a matrix that stays elsewhere should fail before the first epoch."""
    tried: list = []
    monkeypatch.setattr(train, "evaluate_val", lambda run, batches: tried.extend(batches))
    frames = [(torch.rand(3, 9, 17), torch.zeros(9, 17, dtype=torch.int64))]
    loader = SimpleNamespace(dataset=SimpleNamespace(dataset=frames))
    train.try_evaluation(SimpleNamespace(val_loader=loader, device=torch.device("meta")))
    assert [[tensor.device.type for tensor in batch] for batch in tried] == [["cpu"] * 2, ["meta"] * 2]
    assert [[tuple(tensor.shape) for tensor in batch] for batch in tried] == [[(1, 3, 9, 17), (1, 9, 17)]] * 2


def test_a_run_leaves_settings_metrics_checkpoints_and_pictures(finished: Path) -> None:
    assert {path.name for path in finished.iterdir()} == RUN_FILES
    assert json.loads((finished / "settings.json").read_text())["settings"]["crop"] == 33
    rows = [json.loads(line) for line in (finished / "metrics.jsonl").read_text().splitlines()]
    assert [row["epoch"] for row in rows] == [1, 2]
    for row in rows:
        assert list(row["val_iou"]) == list(TRAIN_NAMES)
        assert 0 <= row["val_miou"] <= 1
        assert 0 <= row["val_pixel_accuracy"] <= 1
        assert row["loss"] > 0
        assert row["seconds"] > 0
        assert row["images_per_second"] > 0
    # The rate at the beginning of an epoch: poly with power 0.9, after 0 and 2 of 4 iterations.
    assert [row["lr"] for row in rows] == pytest.approx([0.01, 0.01 * 0.5**0.9])
    for name in ("curves.png", "iou.png", "predictions.png"):
        with Image.open(finished / name) as picture:
            picture.load()


def test_a_checkpoint_says_what_it_is_of(finished: Path) -> None:
    last, best = load_checkpoint(finished / "last.safetensors"), load_checkpoint(finished / "best.safetensors")
    assert last.description["epoch"] == 2
    assert last.description["classes"] == list(TRAIN_NAMES)
    assert last.description["settings"]["arch"] == "pspnet"
    assert last.description["settings"]["bins"] == [1, 2, 3, 6]
    assert last.optimizer
    assert not best.optimizer


def test_the_end_prints_scores_and_the_paths_of_pictures(
    finished: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again"
    shutil.copytree(finished, again)
    run_training("--resume", "--out", again)
    printed = capsys.readouterr().out
    assert "val, 2 frames" in printed
    assert "mean IoU 0." in printed
    assert "pixel accuracy 0." in printed
    assert all(name in printed for name in TRAIN_NAMES)
    for name in ("curves.png", "iou.png", "predictions.png"):
        assert str(again / name) in printed
    assert_same_run(again, finished)


def test_a_program_that_starts_the_training_can_say_how_it_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    assert train.resume_command(Path("r"), []) == "python -m proj4_code.given.train --resume --out r"
    monkeypatch.setenv("PROJ4_COMMAND", "python -m instructor run DIR proj4_code.given.train")
    assert train.resume_command(Path("r"), []).startswith(
        "python -m instructor run DIR proj4_code.given.train --resume"
    )


def test_a_run_with_a_scaler_goes_on_with_it_as_it_was(data: Path, tmp_path: Path) -> None:
    def scaler(name: str) -> dict:
        return load_checkpoint(tmp_path / name / "last.safetensors").description["scaler"]

    run_training("--data", data, *TINY, "--skip-nan", "--epochs", 2, "--out", tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "half")
    (tmp_path / "half" / "previous.safetensors").replace(tmp_path / "half" / "last.safetensors")
    assert scaler("half")["_growth_tracker"] == 2
    run_training("--resume", "--out", tmp_path / "half")
    assert scaler("half") == scaler("whole")
    assert scaler("whole")["_growth_tracker"] == 4
    assert_same_run(tmp_path / "half", tmp_path / "whole")


def test_the_network_learns_in_the_precision_that_is_asked_for(data: Path, finished: Path, tmp_path: Path) -> None:
    """In bf16, which has three digits, a loss is nearly that of float32 and not quite."""
    run_training("--data", data, *TINY, "--precision", "bf16", "--epochs", 1, "--out", tmp_path / "r")
    ours, theirs = (metrics(folder)[0]["loss"] for folder in (tmp_path / "r", finished))
    assert ours != theirs
    assert ours == pytest.approx(theirs, rel=0.02)


@pytest.mark.deep
def test_a_compiled_network_learns_what_the_other_does(data: Path, tmp_path: Path) -> None:
    for name, options in (("plain", []), ("compiled", ["--compile"])):
        run_training("--data", data, *TINY, "--epochs", 1, *options, "--out", tmp_path / name)
    losses = [metrics(tmp_path / name)[0]["loss"] for name in ("plain", "compiled")]
    assert losses[1] == pytest.approx(losses[0], rel=1e-3)


def test_torchvisions_fcn_trains_in_the_same_loop(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes a crop that is not 8n+1, which PSPNet would not."""
    monkeypatch.setattr(run_folder, "write_checkpoint", lambda *_, **__: None)  # 300 MB to write
    options = ["--arch", "fcn_resnet50", "--weights", "none", "--crop", 32, "--batch", 2, "--workers", 0, "--epochs", 1]
    run_training("--data", data, *options, "--device", "cpu", "--out", tmp_path / "r")
    assert [row["epoch"] for row in metrics(tmp_path / "r")] == [1]
    assert json.loads((tmp_path / "r" / "settings.json").read_text())["settings"]["depth"] == 50


def test_only_every_nth_epoch_and_the_last_are_evaluated(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_folder, "write_checkpoint", lambda *_, **__: None)
    options = ["--epochs", 3, "--eval-every", 2, "--bins", "none", "--no-aux"]
    run_training("--data", data, *TINY, *options, "--out", tmp_path / "r")
    assert [row["val_miou"] is None for row in metrics(tmp_path / "r")] == [True, False, False]


def test_a_watched_loader_is_still_the_loader() -> None:
    """A student's loop may ask a loader for its length or its data set."""
    from proj4_code.given.training.progress import WatchedLoader

    loader = DataLoader(range(5), batch_size=2)
    watched = WatchedLoader(loader, None, None)
    assert len(watched) == 3
    assert watched.dataset is loader.dataset
    assert watched.batch_size == 2


def test_plain_crops_are_neither_scaled_nor_rotated(tmp_path):
    """With --no-augment a crop is a piece of the frame as it is, or of its mirror image."""
    from torchvision import tv_tensors

    from proj4_code.given.data.frames import plain_transforms

    mask = tv_tensors.Mask(torch.arange(40 * 48).reshape(40, 48) % 200)
    image = tv_tensors.Image(mask.expand(3, -1, -1).to(torch.uint8))
    cropped_image, cropped = plain_transforms((17, 25))(image, mask)
    windows = torch.stack([mask, mask.flip(-1)]).unfold(1, 17, 1).unfold(2, 25, 1).reshape(-1, 17, 25)
    assert (windows == cropped).all(dim=(1, 2)).any()
    assert cropped_image.shape == (3, 17, 25)
    assert cropped_image.dtype == torch.float32
