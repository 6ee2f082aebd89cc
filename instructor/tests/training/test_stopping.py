"""What stops a training: each reason has its sentence, nothing is lost, and no process stays."""

import errno
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from instructor.tests.training.samples import (
    RUN_FILES,
    TINY,
    assert_same_run,
    failing_function,
    metrics,
    processes_with,
    run_training,
    start_training,
    stopped,
    wait_until,
)
from proj4_code.given import train
from proj4_code.given.basics.messages import RECORD
from proj4_code.given.networks.checkpoints import load_checkpoint


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
    monkeypatch.setenv(RECORD, str(tmp_path / "failure.json"))
    message = stopped(train.main, capsys, *command, "--batch", 4)
    assert json.loads((tmp_path / "failure.json").read_text())["batch_that_fits"] == 2
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
    monkeypatch.setattr("proj4_code.part4_camvid.train_transforms", lambda _: failing_function("part4_camvid.py"))
    with pytest.raises(ValueError, match="mine"):
        run_training("--data", data, *TINY, "--workers", 2, "--out", tmp_path / "r")
    assert not multiprocessing.active_children()


def test_two_runs_cannot_work_in_one_folder(
    data: Path, finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "r"
    shutil.copytree(finished, folder)
    code = f"import filelock; lock = filelock.FileLock({str(folder / '.lock')!r}); lock.acquire(); print(); input()"
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
