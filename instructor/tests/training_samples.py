"""A tiny data set, and running the given programs on it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import proj4_code
from proj4_code.given import train
from proj4_code.given.classes import COLORS, TRAIN_COLORS

PACKAGE_FOLDER = Path(proj4_code.__file__).resolve().parents[1]
FRAMES = {"train": 4, "val": 2, "test": 1}
SIZE = (64, 96)  # height, width
TINY = ("--depth", "18", "--weights", "none", "--crop", "33", "--batch", "2", "--workers", "0", "--device", "cpu")


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
