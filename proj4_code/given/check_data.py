"""Check a prepared data set, thoroughly and in seconds, so that training never meets a broken file.

`python -m proj4_code.given.check_data DIR` prints what the folder holds, or the first thing that is wrong with it.
It needs NumPy and Pillow only.
"""

import argparse
import os
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from tqdm import tqdm

from proj4_code.given.classes import CLASSES, NUM_CLASSES, TRAIN_NAMES
from proj4_code.given.data.contents import DataReport, format_report
from proj4_code.given.data.splits import SPLITS, read_split, split_path

IMAGE_SUFFIXES = (".png", ".jpg")
DECODING_ERRORS = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)
"""What Pillow raises on a damaged file, whatever the damage."""

_AGAIN = "delete it and prepare the data again (python -m proj4_code.given.prepare_camvid does only what is missing)"
_UNKNOWN = NUM_CLASSES + 1


class Frame(NamedTuple):
    """Where the two files of a frame are."""

    image: Path
    label: Path


def check_data(root: Path, splits: Sequence[str] = SPLITS, show_progress: bool = True) -> DataReport:
    """Check every file of a data set in the kit's on-disk form and count its pixels.

    Args:
        root: the folder that holds `images/NAME.{png,jpg}`, `labels/NAME_L.png` and `{train,val,test}.txt`.
        splits: the splits to check.
        show_progress: draw a progress bar on stderr.

    Raises:
        FileNotFoundError: the folder, a split file, an image or a label is missing.
        ValueError: a split is empty or lists a frame twice; a file is damaged; a label has not its image's size, is not
            RGB, or has a colour that is none of CamVid's 32. The message names the file and what to do.
    """
    root = Path(root)
    if not root.is_dir():
        raise FileNotFoundError(
            f"{root}: there is no such folder; expected prepared data (images, labels, train.txt, val.txt, test.txt); "
            f"correct the path, or make it with python -m proj4_code.given.prepare_camvid {root}"
        )
    names = {split: read_split(split_path(root, split)) for split in splits}
    _check_listed_once(root, names)
    frames = [(split, frame) for split in splits for frame in find_frames(root, split, names[split])]

    sizes: Counter[tuple[int, int]] = Counter()
    pixels = {split: np.zeros(NUM_CLASSES + 1, np.int64) for split in splits}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(_check_frame, [frame for _, frame in frames])
        bar = tqdm(found, "checking", len(frames), unit="frame", disable=not show_progress, leave=False)
        for (split, _), (size, counts) in zip(frames, bar, strict=True):
            sizes[size] += 1
            pixels[split] += counts
    return DataReport(root, {split: len(names[split]) for split in splits}, dict(sizes), pixels)


def _check_listed_once(root: Path, names: dict[str, list[str]]) -> None:
    """Raise ValueError when a frame is listed twice, in one split or in two."""
    first_seen: dict[str, str] = {}
    for split, listed in names.items():
        for name in listed:
            if name in first_seen:
                where = "twice" if first_seen[name] == split else f"and {split_path(root, first_seen[name])} does too"
                raise ValueError(
                    f"{split_path(root, split)}: it lists {name} {where}; expected every frame once, in one split, "
                    "or the scores mean nothing; delete one of the two lines"
                )
            first_seen[name] = split


def find_frames(root: Path, split: str, names: Sequence[str]) -> list[Frame]:
    """Return the image and the label of each name; raise FileNotFoundError for the first that is missing."""
    images, labels = ({path.name for path in (root / folder).glob("*")} for folder in ("images", "labels"))
    frames, missing = [], []
    for name in names:
        candidates = [name + suffix for suffix in IMAGE_SUFFIXES if name + suffix in images]
        if len(candidates) == 2:
            raise ValueError(
                f"{root / 'images' / candidates[0]}: {candidates[1]} is there too; expected one image a frame; "
                "delete one of the two"
            )
        if not candidates:
            missing.append((root / "images" / f"{name}.png", f"the image of {name} is missing (nor is there a .jpg)"))
        elif f"{name}_L.png" not in labels:
            missing.append((root / "labels" / f"{name}_L.png", f"the label of {name} is missing"))
        else:
            frames.append(Frame(root / "images" / candidates[0], root / "labels" / f"{name}_L.png"))
    if missing:
        path, what = missing[0]
        others = f" and files of {len(missing) - 1} more frames" if len(missing) > 1 else ""
        raise FileNotFoundError(
            f"{path}: {what}{others}; {split}.txt lists {len(names)} frames, each with an image and a label; "
            "prepare the data again (python -m proj4_code.given.prepare_camvid does only what is missing)"
        )
    return frames


def _check_frame(frame: Frame) -> tuple[tuple[int, int], np.ndarray]:
    """Return a frame's (height, width) and its (12,) pixel counts; raise ValueError when something is wrong with it."""
    size = _decode(frame.image).size
    label = _decode(frame.label)
    if label.mode != "RGB":
        raise ValueError(
            f"{frame.label}: this label is an image of Pillow's mode {label.mode}; expected RGB, one of CamVid's 32 "
            "colours a pixel; labels that hold class numbers are converted by prepare_camvid --segnet"
        )
    if label.size != size:
        raise ValueError(
            f"{frame.label}: this label is {label.width}×{label.height} and its image {frame.image.name} is "
            f"{size[0]}×{size[1]}; expected the same size; {_AGAIN}"
        )
    return (size[1], size[0]), _count_classes(np.asarray(label), frame.label)


def _decode(path: Path) -> Image.Image:
    """Decode a whole image; raise ValueError when that fails."""
    try:
        with Image.open(path) as image:
            image.load()
            return image
    except Image.UnidentifiedImageError:
        raise ValueError(f"{path}: this file is not an image; expected a PNG or JPEG; {_AGAIN}") from None
    except DECODING_ERRORS as error:
        raise ValueError(f"{path}: this image is damaged ({error}); expected a whole PNG or JPEG; {_AGAIN}") from None


@cache
def rows_by_color() -> np.ndarray:
    """Return (2**24,) uint8: for a colour packed as 0xRRGGBB, its train id, 11 for void, 12 for an unknown colour."""
    table = np.full(2**24, _UNKNOWN, np.uint8)
    for camvid_class in CLASSES:
        red, green, blue = camvid_class.color
        row = NUM_CLASSES if camvid_class.group is None else TRAIN_NAMES.index(camvid_class.group)
        table[red << 16 | green << 8 | blue] = row
    return table


def _count_classes(label: np.ndarray, path: Path) -> np.ndarray:
    """Return (12,) int64 pixel counts of an (H, W, 3) uint8 label; raise ValueError for an unknown colour."""
    red, green, blue = (label[..., channel].astype(np.uint32) for channel in range(3))
    rows = rows_by_color()[red << 16 | green << 8 | blue]
    counts = np.bincount(rows.ravel(), minlength=_UNKNOWN + 1)
    if counts[_UNKNOWN]:
        y, x = np.argwhere(rows == _UNKNOWN)[0]
        raise ValueError(
            f"{path}: the colour {tuple(label[y, x].tolist())} at row {y}, column {x} ({counts[_UNKNOWN]} such pixels "
            "of unknown colour) is none of CamVid's 32; labels may only be resized with nearest neighbour and saved as "
            f"PNG, because blending makes colours that mean nothing; {_AGAIN}"
        )
    return counts[:_UNKNOWN]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the folder named on the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="check_data", description="Check a prepared data set and print what it holds."
    )
    parser.add_argument(
        "root", type=Path, metavar="DIR", help="folder with images, labels, train.txt, val.txt, test.txt"
    )
    try:
        print(format_report(check_data(parser.parse_args(arguments).root)))
    except (OSError, ValueError) as error:
        print(f"check_data: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
