"""Tests of `proj4_code.given.train`: a run leaves what it should, goes on exactly, and stops with one line."""

import errno
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader

from instructor.tests.training_samples import (
    PACKAGE_FOLDER,
    TINY,
    assert_same_run,
    metrics,
    processes_with,
    run_training,
    start_training,
    stopped,
    wait_until,
    write_tiny_data,
)
from proj4_code.given import keeping, run, train
from proj4_code.given.checkpoints import load_checkpoint, save_checkpoint
from proj4_code.given.classes import TRAIN_NAMES
from proj4_code.given.inference import network_of
from proj4_code.given.settings import Settings, parse_command

RUN_FILES = {
    "best.safetensors",
    "curves.png",
    "iou.png",
    "last.safetensors",
    "metrics.jsonl",
    "predictions.png",
    "previous.safetensors",
    "settings.json",
    ".lock",
}


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny tensors are faster with one thread, above all on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_data(tmp_path_factory.mktemp("data") / "tiny data")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """A run of two epochs."""
    folder = tmp_path_factory.mktemp("runs") / "finished run"
    run_training("--data", data, *TINY, "--epochs", 2, "--out", folder)
    return folder


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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to whole consoles only")
def test_ctrl_c_says_how_to_go_on_and_the_run_then_ends_as_if_nothing_had_been(
    data: Path, finished: Path, tmp_path: Path
) -> None:
    """The interrupted run has two workers and the uninterrupted none: the results depend on neither."""
    folder = tmp_path / "interrupted run"
    options = ["--data", data, *TINY, "--epochs", 2, "--out", folder]
    program = start_training(*options, "--workers", 2)
    wait_until((folder / "metrics.jsonl").exists, program)
    os.killpg(program.pid, signal.SIGINT)  # to the workers too, as a terminal does
    errors = program.communicate()[0]
    assert program.returncode == 130
    if sys.platform == "linux":
        assert not processes_with(str(folder))
    assert "Traceback" not in errors
    message = errors.splitlines()[-1]
    assert f"interrupted: {folder} keeps 1 of 2 epochs, go on with: " in message
    assert message.endswith(f"-P -m proj4_code.given.train --resume --out '{folder}'")

    run_training("--resume", "--out", folder, "--workers", 0)
    assert_same_run(folder, finished)
    assert {path.name for path in folder.iterdir()} == RUN_FILES


def test_ctrl_c_before_the_first_epoch_leaves_a_run_that_can_go_on(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "train_epoch", interrupt)
    with pytest.raises(SystemExit) as stop:
        run_training("--data", data, *TINY, "--epochs", 1, "--out", tmp_path / "r")
    assert stop.value.code == 130
    assert "keeps 0 of 1 epochs, go on with: python -m proj4_code.given.train --resume" in capsys.readouterr().err
    monkeypatch.undo()
    run_training("--resume", "--out", tmp_path / "r")
    assert [row["epoch"] for row in metrics(tmp_path / "r")] == [1]


def test_a_full_disk_keeps_the_last_checkpoint_and_says_so(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def train_epoch(*_: object) -> dict:
        monkeypatch.setattr(os, "fsync", full)
        return {"epoch": 1, "loss": 1.0, "val_miou": 0.5, "val_pixel_accuracy": 0.5, "val_iou": {}}

    monkeypatch.setattr(train, "train_epoch", train_epoch)
    folder = tmp_path / "r"
    message = stopped(train.main, capsys, "--data", data, *TINY, "--epochs", 1, "--out", folder)
    assert "could not be written (No space left on device)" in message
    assert f"{folder} keeps 0 of 1 epochs, go on with: " in message
    assert {path.name for path in folder.iterdir()} == {"settings.json", ".lock"}


def test_a_program_that_starts_the_training_can_say_how_it_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    assert train.resume_command(Path("r"), []) == "python -m proj4_code.given.train --resume --out r"
    monkeypatch.setenv("PROJ4_COMMAND", "python -m instructor run DIR proj4_code.given.train")
    assert train.resume_command(Path("r"), []).startswith(
        "python -m instructor run DIR proj4_code.given.train --resume"
    )


def test_a_second_run_into_a_folder_is_refused(finished: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (finished / "last.safetensors").read_bytes()
    message = stopped(train.main, capsys, "--data", data, *TINY, "--out", finished)
    assert f"{finished} holds a run already: choose another --out, or go on with it: " in message
    assert (finished / "last.safetensors").read_bytes() == before


def test_a_resumed_run_keeps_its_settings(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = stopped(train.main, capsys, "--resume", "--out", finished, "--arch", "fcn_resnet50", "--crop", 33)
    assert "--arch fcn_resnet50 (the run's: pspnet); leave them out" in message
    assert "--crop" not in message


def test_a_checkpoint_that_does_not_fit_is_refused(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = finished / "last.safetensors"
    checkpoint = load_checkpoint(last)
    model, description = network_of(checkpoint, last), checkpoint.description
    for changes, expected in (
        ({"settings": description["settings"] | {"depth": 34}}, "does not fit the network: it lacks"),
        ({"classes": ["Road", "Sky"]}, "a network for 2 classes (Road, Sky); expected the 11 of this kit"),
    ):
        save_checkpoint(tmp_path / "last.safetensors", description | changes, model)
        assert expected in stopped(train.main, capsys, "--resume", "--out", tmp_path)


def test_a_damaged_checkpoint_is_refused(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = (finished / "last.safetensors").read_bytes()
    (tmp_path / "last.safetensors").write_bytes(whole[: len(whole) // 3])
    message = stopped(train.main, capsys, "--resume", "--out", tmp_path)
    assert "last.safetensors is damaged" in message


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--optimizer", "adam"], "--optimizer adam is not known: choose one of sgd, adamw"),
        (["--depth", 42], "--depth 42: there is no such ResNet, choose one of 18, 34, 50, 101, 152"),
        (["--crop", 200], "--crop 200 is not 8n+1, which PSPNet needs: choose 193 or 201"),
        (["--crop", 8], "--crop 8 is not 8n+1, which PSPNet needs: choose 9 or 17"),
        (["--batch", 1], "--batch 1: batch norm needs at least 2 images in a batch"),
        (["--batch", 5], "--batch 5 is more than the 4 frames of the train split: choose less"),
        (["--arch", "unet"], "--arch unet is not known: choose one of pspnet, fcn_resnet50"),
        (["--arch", "fcn_resnet50", "--depth", 18], "--depth 18 does not go with fcn_resnet50"),
        (["--arch", "fcn_resnet101", "--bins", 1, 2], "--bins does not go with fcn_resnet101"),
        (["--bins", "two"], '--bins two: expected numbers such as 1 2 3 6, or "none"'),
        (["--bins", 0], "--bins 0: numbers of cells are 1 or more"),
        (["--epochs", 0], "--epochs 0: expected 1 or more"),
        (["--lr", 0], "--lr 0.0"),
        (["--data", "nowhere"], "nowhere: there is no such folder"),
        (["--weights", "nothing.pth"], "nothing.pth is missing"),
        (["--resume"], "nothing.safetensors is missing"),
    ],
)
def test_a_wrong_option_is_named_with_what_was_expected(
    options: list, expected: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = TINY if "--arch" not in options else TINY[2:]
    out = tmp_path / "r"
    message = stopped(train.main, capsys, "--data", data, *tiny, "--out", out, *options)
    assert expected.replace("nothing.safetensors", "last.safetensors") in message
    assert not out.exists()


def test_an_unknown_option_ends_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        run_training("--dept", 18, "--nonsense")
    assert stop.value.code == 2
    assert "unrecognized arguments: --nonsense" in capsys.readouterr().err


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_an_error(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = stopped(train.main, capsys, "--data", data, *TINY, "--device", "cuda", "--out", tmp_path / "r")
    assert "--device cuda: PyTorch finds no GPU here" in message


def test_a_loss_that_is_no_number_stops_the_run(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "r"
    message = stopped(train.main, capsys, "--data", data, *TINY, "--lr", 1e30, "--epochs", 2, "--out", folder)
    assert "the loss was nan at step 2 of 4 (at step 1 it was 3." in message
    assert f", at a learning rate of 7.7e+29: train again with a lower --lr; {folder} keeps 0 of 2 epochs" in message


def losses_with_a_nan(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Let the loss of one training step be NaN."""
    from proj4_code import part6_training

    loss_of, steps = part6_training.segmentation_loss, []

    def loss_with_a_nan(*arguments: object, **options: object) -> torch.Tensor:
        loss = loss_of(*arguments, **options)
        if loss.requires_grad:  # and not the progress bar's
            steps.append(loss)
        return loss * float("nan") if loss.requires_grad and len(steps) == step else loss

    monkeypatch.setattr(part6_training, "segmentation_loss", loss_with_a_nan)


def test_a_nan_that_no_progress_bar_saw_stops_the_run_after_the_epoch(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    losses_with_a_nan(monkeypatch, 3)
    folder = tmp_path / "r"
    message = stopped(train.main, capsys, "--data", data, *TINY, "--epochs", 2, "--out", folder)
    assert "the loss was nan at step 4 of 4 (at step " in message
    assert f"{folder} keeps 1 of 2 epochs, and goes on from there, without such steps, with: " in message
    assert message.endswith(f"--resume --out {folder} --skip-nan")
    assert load_checkpoint(folder / "last.safetensors").description["epoch"] == 1


def test_a_run_told_to_skip_steps_that_are_nan_goes_on_without_them(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses_with_a_nan(monkeypatch, 2)
    run_training("--data", data, *TINY, "--epochs", 2, "--skip-nan", "--out", tmp_path / "r")
    losses = [row["loss"] for row in metrics(tmp_path / "r")]
    assert losses[0] is None
    assert losses[1] > 0
    assert load_checkpoint(tmp_path / "r" / "last.safetensors").description["scaler"]["scale"] == 0.5


def only_fits(monkeypatch: pytest.MonkeyPatch, largest: int) -> None:
    """Let memory run out in the middle of an epoch when a batch is larger than this."""
    from proj4_code import part6_training

    train_one_epoch = part6_training.train_one_epoch

    def with_little_memory(model: object, loader: object, *arguments: object, **options: object) -> float:
        batches = list(loader)
        if len(batches[0][0]) > largest:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has")
        return train_one_epoch(model, batches, *arguments, **options)

    monkeypatch.setattr(part6_training, "train_one_epoch", with_little_memory)


def test_out_of_memory_says_which_batch_fits_and_the_same_command_then_works_with_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    only_fits(monkeypatch, 3)
    command = ["--data", data, *TINY, "--epochs", 1, "--out", tmp_path / "r"]
    message = stopped(train.main, capsys, *command, "--batch", 4)
    assert message == (
        "error: out of memory with --batch 4 on the CPU: --batch 2 fits; nothing was trained yet, so run the same "
        "command with it"
    )
    run_training(*command, "--batch", 2)
    assert len(metrics(tmp_path / "r")) == 1


def test_out_of_memory_in_a_later_epoch_loses_nothing(
    data: Path, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "r"
    shutil.copytree(finished, folder)
    (folder / "previous.safetensors").replace(folder / "last.safetensors")
    only_fits(monkeypatch, 1)
    message = stopped(train.main, capsys, "--resume", "--out", folder)
    assert message == (
        "error: out of memory with --batch 2 on the CPU: not even --batch 2 fits, choose a smaller --crop or --depth; "
        f"{folder} keeps 1 of 2 epochs"
    )
    assert load_checkpoint(folder / "last.safetensors").description["epoch"] == 1


@pytest.mark.skipif(sys.platform != "linux", reason="there are workers on Linux only")
def test_a_worker_that_dies_ends_the_run_with_a_sentence_and_leaves_no_other_behind(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)  # as the system does to a process when memory is short

    monkeypatch.setattr("proj4_code.part4_camvid.train_transforms", lambda _: die)
    folder = tmp_path / "r"
    message = stopped(train.main, capsys, "--data", data, *TINY, "--workers", 2, "--out", folder)
    assert "error: DataLoader worker (pid" in message
    assert ": one that prepares frames died, as when memory is short (--workers 0 does without them); " in message
    assert f"{folder} keeps 0 of 50 epochs, go on with: " in message
    assert not multiprocessing.active_children()


def test_an_error_of_a_part_in_a_worker_leaves_no_worker_behind(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("part4_camvid.py has a mistake")

    monkeypatch.setattr("proj4_code.part4_camvid.train_transforms", lambda _: fail)
    with pytest.raises(ValueError, match="has a mistake"):
        run_training("--data", data, *TINY, "--workers", 2, "--out", tmp_path / "r")
    assert not multiprocessing.active_children()


@pytest.mark.skipif(sys.platform == "win32", reason="locks are others there")
def test_two_runs_cannot_work_in_one_folder(
    data: Path, finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "r"
    shutil.copytree(finished, folder)
    code = f"import fcntl; f = open({str(folder / '.lock')!r}, 'a'); fcntl.lockf(f, fcntl.LOCK_EX); print(); input()"
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    other.stdout.readline()
    before = {path: path.read_bytes() for path in folder.iterdir()}
    refused = f"error: another run works in {folder}: choose another --out, or wait until it ends"
    assert stopped(train.main, capsys, "--resume", "--out", folder) == refused
    for name in ("last", "previous"):
        (folder / f"{name}.safetensors").rename(tmp_path / name)
    assert stopped(train.main, capsys, "--data", data, *TINY, "--out", folder) == refused
    for name in ("last", "previous"):
        (tmp_path / name).rename(folder / f"{name}.safetensors")
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    other.kill()  # however it ends
    other.communicate()
    run_training("--resume", "--out", folder)


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
    monkeypatch.setattr(keeping, "write_checkpoint", lambda *_, **__: None)  # 300 MB to write
    options = ["--arch", "fcn_resnet50", "--weights", "none", "--crop", 32, "--batch", 2, "--workers", 0, "--epochs", 1]
    run_training("--data", data, *options, "--device", "cpu", "--out", tmp_path / "r")
    assert [row["epoch"] for row in metrics(tmp_path / "r")] == [1]
    assert json.loads((tmp_path / "r" / "settings.json").read_text())["settings"]["depth"] == 50


def test_only_every_nth_epoch_and_the_last_are_evaluated(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "write_checkpoint", lambda *_, **__: None)
    options = ["--epochs", 3, "--eval-every", 2, "--bins", "none", "--no-aux"]
    run_training("--data", data, *TINY, *options, "--out", tmp_path / "r")
    assert [row["val_miou"] is None for row in metrics(tmp_path / "r")] == [True, False, False]


def test_the_defaults_are_the_courses() -> None:
    expected = {"arch": "pspnet", "depth": 50, "bins": (1, 2, 3, 6), "aux": True, "weights": "imagenet", "epochs": 50}
    expected |= {"lr": 0.01, "crop": 201, "batch": 32, "short_side": 240, "aux_weight": 0.4}
    assert asdict(Settings()).items() >= expected.items()
    assert (run.MOMENTUM, run.WEIGHT_DECAY) == (0.9, 1e-4)


@pytest.mark.parametrize(("words", "bins"), [(["none"], ()), ([], ()), (["1", "2"], (1, 2))])
def test_bins_can_be_left_out(words: list[str], bins: tuple[int, ...]) -> None:
    assert Settings(**parse_command(["--bins", *words])[0]).bins == bins


def test_a_part_that_is_not_written_yet_is_named_before_anything_is_trained(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unwritten(_: object) -> None:
        raise NotImplementedError("TODO: part 5, average the IoU of the classes that are present")

    monkeypatch.setattr("proj4_code.part5_iou.mean_iou", unwritten)
    monkeypatch.setattr(train, "train_epoch", lambda *_: pytest.fail("it began to train"))
    message = stopped(train.main, capsys, "--data", data, *TINY, "--out", tmp_path / "r")
    assert message == (
        "part 5 is not written yet (to do: average the IoU of the classes that are present): write it first, "
        "pytest proj4_unit_tests -k part5 tells when it is right"
    )


def test_importing_the_programs_needs_no_part(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE_FOLDER / "proj4_code" / "given", tmp_path / "proj4_code" / "given")
    (tmp_path / "proj4_code" / "__init__.py").touch()
    code = "from proj4_code.given import evaluate, predict, train; train.main(['--help'])"
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    result = subprocess.run([sys.executable, "-P", "-c", code], env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "--short-side" in result.stdout


def test_a_watched_loader_is_still_the_loader() -> None:
    """A student's loop may ask a loader for its length or its data set."""
    from proj4_code.given.progress import WatchedLoader

    loader = DataLoader(range(5), batch_size=2)
    watched = WatchedLoader(loader, None, None)
    assert len(watched) == 3
    assert watched.dataset is loader.dataset
    assert watched.batch_size == 2


def test_plain_crops_are_neither_scaled_nor_rotated(tmp_path):
    """With --no-augment a crop is a piece of the frame as it is, or of its mirror image."""
    from torchvision import tv_tensors

    from proj4_code.given.data import plain_transforms

    mask = tv_tensors.Mask(torch.arange(40 * 48).reshape(40, 48) % 200)
    image = tv_tensors.Image(mask.expand(3, -1, -1).to(torch.uint8))
    cropped_image, cropped = plain_transforms((17, 25))(image, mask)
    windows = torch.stack([mask, mask.flip(-1)]).unfold(1, 17, 1).unfold(2, 25, 1).reshape(-1, 17, 25)
    assert (windows == cropped).all(dim=(1, 2)).any()
    assert cropped_image.shape == (3, 17, 25)
    assert cropped_image.dtype == torch.float32
