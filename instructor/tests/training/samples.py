"""A tiny data set, and running the given programs on it."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torch.optim import Optimizer

import proj4_code
from proj4_code.given import train
from proj4_code.given.classes import COLORS, TRAIN_COLORS
from proj4_code.given.networks.checkpoints import copy_model, copy_optimizer, load_checkpoint, write_checkpoint

PACKAGE_FOLDER = Path(proj4_code.__file__).resolve().parents[1]
FRAMES = {"train": 4, "val": 2, "test": 1}
SIZE = (64, 96)  # height, width
TINY = ("--depth", "18", "--weights", "none", "--crop", "33", "--batch", "2", "--workers", "0", "--device", "cpu")
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


def write_tiny_data(root: Path) -> Path:
    """Write frames that show their label: twelve upright bars, one a class and one void, in noise."""
    (root / "images").mkdir(parents=True)
    (root / "labels").mkdir()
    rng = np.random.default_rng(0)
    for split, frames in FRAMES.items():
        names = [f"{split}_{number}" for number in range(frames)]
        (root / f"{split}.txt").write_text("\n".join(names) + "\n")
        for name in names:
            bars = rng.permutation([*TRAIN_COLORS, COLORS["Void"]]).astype(np.uint8)
            label = np.tile(np.repeat(bars, SIZE[1] // 12, axis=0), (SIZE[0], 1, 1))
            image = label // 2 + rng.integers(0, 128, label.shape, np.uint8)
            Image.fromarray(label).save(root / "labels" / f"{name}_L.png")
            Image.fromarray(image).save(root / "images" / f"{name}.png")
    return root


def save_checkpoint(path: Path, description: dict, model: nn.Module, optimizer: Optimizer | None = None) -> None:
    """Write a checkpoint of a model, and of its optimizer if one is given."""
    tensors: dict[str, torch.Tensor] = {}
    copy_model(model, tensors)
    if optimizer is not None:
        copy_optimizer(model, optimizer, tensors)
    write_checkpoint(path, description, tensors)


def failing_function(part: str) -> Callable:
    """Return a function of a part's file that raises a ValueError in line 2."""
    code = "def fail(*_):\n    raise ValueError('mine')"
    names: dict = {}
    exec(compile(code, f"/kit/proj4_code/{part}", "exec"), names)
    return names["fail"]


def run_training(*arguments: object) -> None:
    train.main([str(argument) for argument in arguments])


def stopped(program: Callable[..., None], capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Return the only line that a program says when it stops with status 1."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        program([str(argument) for argument in arguments])
    # With a text as status, Python prints the text on stderr and ends with status 1.
    assert isinstance(stop.value.code, str)
    assert "\n" not in stop.value.code
    return stop.value.code


def metrics(folder: Path) -> list[dict]:
    """Read a run's metrics without the times, which differ from run to run."""
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return [{key: row[key] for key in row if key not in ("seconds", "images_per_second")} for row in rows]


def train_command(*arguments: object) -> list[str]:
    return [sys.executable, "-P", "-m", "proj4_code.given.train", *map(str, arguments)]


def start_training(*arguments: object, command: Sequence[object] = (), **environment: str) -> subprocess.Popen:
    """Start the training program, or another command, in a session of its own."""
    return subprocess.Popen(
        [str(word) for word in command or train_command(*arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONPATH": str(PACKAGE_FOLDER), "OMP_NUM_THREADS": "1"} | environment,
        start_new_session=True,
    )


def wait_until(happened: Callable[[], bool], program: subprocess.Popen | None = None) -> None:
    """Wait, for minutes at most, until something has happened while a program runs."""
    ends = time.monotonic() + 240
    while not happened():
        assert program is None or program.poll() is None, program.communicate()[0]
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.005)


def processes_with(word: str) -> list[int]:
    """List the processes whose command has a word in it, on Linux."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if word.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return sorted(found)


def same_tensors(first: Path, second: Path) -> bool:
    """Return whether two checkpoints hold the same bits, of the optimizer too."""
    one, two = (load_checkpoint(path) for path in (first, second))
    return all(
        ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)
        for ours, theirs in ((one.model, two.model), (one.optimizer, two.optimizer))
    )


def assert_same_run(folder: Path, expected: Path) -> None:
    """Check that two runs ended in the same weights, metrics and curves, bit for bit."""
    assert metrics(folder) == metrics(expected)
    for name in ("last.safetensors", "best.safetensors"):
        assert same_tensors(folder / name, expected / name), name
    assert (folder / "curves.png").read_bytes() == (expected / "curves.png").read_bytes()
