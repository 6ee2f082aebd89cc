"""A run that is killed at any moment, and resumed, ends as one that never was; damaged checkpoints are refused."""

import json
import os
import random
import shutil
import signal
import statistics
import sys
import time
from pathlib import Path

import pytest
import torch

from instructor.tests.training.samples import (
    TINY,
    assert_same_run,
    metrics,
    processes_with,
    run_training,
    save_checkpoint,
    start_training,
    stopped,
    wait_until,
)
from proj4_code.given import train
from proj4_code.given.networks.checkpoints import load_checkpoint, write_checkpoint
from proj4_code.given.training import run_folder

# What is in use, and not what the process has: that goes up and down with how freed memory is kept for later.
TELLING_MEMORY = """
import ctypes
import gc
import sys

from proj4_code.given import train
from proj4_code.given.training import run_folder


class Mallinfo2(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    ]


mallinfo2 = ctypes.CDLL(None).mallinfo2
mallinfo2.restype = Mallinfo2


class Keeper(run_folder.Keeper):
    def add(self, row):
        super().add(row)
        gc.collect()  # charts that were drawn
        memory = mallinfo2()
        print("\\nin use:", memory.uordblks + memory.hblkhd, flush=True)


train.Keeper = Keeper
train.main(sys.argv[1:])
"""
unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")


@unix
def test_a_run_killed_while_it_writes_a_checkpoint_ends_as_if_nothing_had_been(
    data: Path, finished: Path, tmp_path: Path
) -> None:
    """The killed run has workers, which end with it."""
    folder = tmp_path / "killed"
    program = start_training("--data", data, *TINY, "--epochs", 2, "--workers", 2, "--out", folder)
    wait_until((folder / "metrics.jsonl").exists, program)  # the first epoch is kept
    wait_until((folder / "last.safetensors.part").exists, program)
    program.kill()
    program.communicate()
    assert load_checkpoint(folder / "last.safetensors").description["epoch"] == 1
    if sys.platform == "linux":
        wait_until(lambda: not processes_with(str(folder)))
    run_training("--resume", "--out", folder)
    assert_same_run(folder, finished)


def test_a_run_killed_in_its_first_epoch_begins_again_from_its_settings(
    data: Path, finished: Path, tmp_path: Path
) -> None:
    """While nothing is trained, its settings may change: after memory ran out, to a smaller batch."""
    folder = tmp_path / "r"
    folder.mkdir()
    settings = json.loads((finished / "settings.json").read_text())
    settings["settings"]["batch"] = 4
    (folder / "settings.json").write_text(json.dumps(settings))
    run_training("--resume", "--out", folder, "--batch", 2)
    assert_same_run(folder, finished)
    assert json.loads((folder / "settings.json").read_text())["settings"]["batch"] == 2


def test_settings_that_are_damaged_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("", "{", "[]", '{"settings": 3}', '{"settings": {}}'):
        (tmp_path / "settings.json").write_text(text)
        assert "settings" in stopped(train.main, capsys, "--resume", "--out", tmp_path)


def test_after_a_damaged_checkpoint_a_run_goes_on_from_the_one_before(
    data: Path, finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "r"
    shutil.copytree(finished, folder)
    last = folder / "last.safetensors"
    last.write_bytes(last.read_bytes()[:-100])
    run_training("--resume", "--out", folder)
    assert f"{last} is damaged: going on from the checkpoint before it" in capsys.readouterr().err
    assert_same_run(folder, finished)


def test_a_run_killed_between_two_names_of_a_checkpoint_goes_on_without_a_word(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "r"
    shutil.copytree(finished, folder)
    (folder / "last.safetensors").rename(folder / "last.safetensors.part")
    run_training("--resume", "--out", folder)
    assert "damaged" not in capsys.readouterr().err
    assert_same_run(folder, finished)


def test_saving_takes_a_small_share_of_the_time_and_the_last_epoch_is_always_kept(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first epoch is kept, since it is the first; after that, a minute of saving earns twenty of training."""
    clock, kept = [0.0], []

    def write(path: Path, description: dict, *_: object, **__: object) -> None:
        if path.name == "last.safetensors":
            kept.append(description["epoch"])
            clock[0] += 60

    def train_epoch(run: object, epoch: int, *_: object) -> dict:
        clock[0] += 300
        return {"epoch": epoch, "loss": 1.0, "lr": 1, "seconds": 1, "images_per_second": 1} | {
            f"val_{name}": None for name in ("miou", "pixel_accuracy")
        }

    monkeypatch.setattr(run_folder, "write_checkpoint", write)
    monkeypatch.setattr(run_folder.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(run_folder, "draw_curves", lambda *_: None)
    monkeypatch.setattr(train, "train_epoch", train_epoch)
    monkeypatch.setattr(train, "finish", lambda _: None)
    run_training("--data", data, *TINY, "--epochs", 12, "--out", tmp_path / "r")
    assert kept == [1, 5, 9, 12]


KINDS = ("cut", "bit", "empty", "noise", "shape", "lacks", "architecture", "description", "optimizer")


def damage(whole: Path, path: Path, kind: str, dice: random.Random) -> None:
    """Write a checkpoint that is damaged, or whole and of something else."""
    content = whole.read_bytes()
    if kind in ("cut", "empty", "noise", "bit"):
        at = dice.randrange(len(content))
        one_bit = content[:at] + bytes([content[at] ^ 1 << dice.randrange(8)]) + content[at + 1 :]
        path.write_bytes({"cut": content[:at], "empty": b"", "noise": dice.randbytes(1000), "bit": one_bit}[kind])
        return
    description, model, optimizer = load_checkpoint(whole)
    tensors = {f"model/{name}": value for name, value in model.items()}
    tensors |= {f"optimizer/{name}": value for name, value in optimizer.items()}
    weight = dice.choice([name for name, value in tensors.items() if value.ndim == 4 and name.startswith("model")])
    state = dice.choice([name for name in tensors if name.startswith("optimizer")])
    if kind == "shape":
        tensors[weight] = tensors[weight][:-1].contiguous()
    elif kind == "lacks":
        del tensors[weight]
    elif kind == "optimizer":
        tensors[state] = torch.zeros(2, 3, 5)
    elif kind == "architecture":
        description["settings"] |= {"depth": dice.choice((34, 50)), "bins": [1, 2]}
    else:
        description.pop(dice.choice(("settings", "classes", "history", "scaler")))
    write_checkpoint(path, description, tensors)


def refuse(count: int, finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dice = random.Random(count)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        damage(finished / "last.safetensors", tmp_path / "last.safetensors", kind, dice)
        before = (tmp_path / "last.safetensors").read_bytes()
        message = stopped(train.main, capsys, "--resume", "--out", tmp_path)
        assert "last.safetensors" in message or str(tmp_path) in message, (kind, message)
        assert any(w in message for w in ("damaged", "no checkpoint of", "does not fit")), (kind, message)
        assert (tmp_path / "last.safetensors").read_bytes() == before
        assert not (tmp_path / "metrics.jsonl").exists()


def test_each_kind_of_damaged_checkpoint_is_refused_with_a_sentence(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse(len(KINDS), finished, tmp_path, capsys)


@pytest.mark.deep
def test_a_hundred_damaged_checkpoints_are_refused(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refuse(100, finished, tmp_path, capsys)


@unix
@pytest.mark.deep
def test_a_run_killed_twenty_times_at_random_moments_ends_as_if_nothing_had_been(data: Path, tmp_path: Path) -> None:
    """One run is killed again and again, so that an error in any of the twenty resumes would show at its end."""
    epochs, dice = 80, random.Random()
    settings = ("--data", data, *TINY, "--epochs", epochs, "--workers", 1)
    run_training(*settings, "--out", tmp_path / "whole")
    folder, moments = tmp_path / "killed", []
    began = time.monotonic()
    program = start_training(*settings, "--out", folder)
    wait_until((folder / "metrics.jsonl").exists, program)
    first_epoch = time.monotonic() - began
    while len(moments) < 20:
        moments.append(dice.uniform(0, 2 * first_epoch))
        time.sleep(moments[-1])
        assert program.poll() is None, f"it was done, or failed, before its twentieth kill: {program.communicate()[0]}"
        os.killpg(program.pid, signal.SIGKILL if dice.random() < 0.8 else signal.SIGTERM)
        program.communicate()
        program = start_training("--resume", "--out", folder)
    output = program.communicate()[0]
    assert program.returncode == 0, output
    assert len(metrics(folder)) == epochs
    assert_same_run(folder, tmp_path / "whole")


@pytest.mark.deep
@pytest.mark.skipif(sys.platform != "linux", reason="glibc tells what is in use")
def test_memory_does_not_grow_over_200_epochs(data: Path, tmp_path: Path) -> None:
    """Medians of epochs 21 to 60, since until then caches fill, and of epochs 161 to 200."""
    script = tmp_path / "train_and_tell_memory.py"
    script.write_text(TELLING_MEMORY)
    options = ("--data", data, *TINY, "--workers", 1, "--epochs", 200, "--out", tmp_path / "r")
    program = start_training(command=[sys.executable, script, *options], PYTHONMALLOC="malloc")
    sizes = [float(line.split()[2]) / 2**20 for line in program.stdout if line.startswith("in use: ")]
    assert program.wait() == 0
    assert len(sizes) == 200
    seconds = [json.loads(line)["seconds"] for line in (tmp_path / "r" / "metrics.jsonl").read_text().splitlines()]
    early, late = (statistics.median(sizes[first : first + 40]) for first in (20, 160))
    quick, slow = (statistics.median(seconds[first : first + 40]) for first in (20, 160))
    print(f"an epoch: {seconds[0]:.2f} s, the first; later {quick:.2f} s and {slow:.2f} s")
    print(f"in use: {early:.1f} MB, then {late:.1f} MB")
    assert late < early + 2


def test_a_checkpoint_never_holds_numbers_that_are_not_finite(tmp_path: Path) -> None:
    model = torch.nn.Linear(2, 2)
    save_checkpoint(tmp_path / "c", {}, model)
    before = (tmp_path / "c").read_bytes()
    with torch.no_grad():
        model.weight[0, 1] = float("nan")
    with pytest.raises(FloatingPointError, match="weight holds numbers that are NaN or infinite"):
        save_checkpoint(tmp_path / "c", {}, model)
    assert (tmp_path / "c").read_bytes() == before
