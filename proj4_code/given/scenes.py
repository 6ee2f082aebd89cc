"""Synthetic road scenes in CamVid's form, for wherever data is needed and none is at hand.

    python -m proj4_code.given.scenes OUT --frames 300 --size 240x320 --seed 0
    python -m proj4_code.given.scenes --sheet scenes.png

`scene_drawing` draws them; this module numbers, checks and writes them.
"""

import argparse
import os
import re
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from tqdm import tqdm

from proj4_code.given.classes import CLASSES, TRAIN_NAMES
from proj4_code.given.files import png_bytes, write_whole
from proj4_code.given.scene_drawing.arguments import checked_counts, checked_seed, checked_size
from proj4_code.given.scene_drawing.camera import photograph
from proj4_code.given.scene_drawing.composition import draw_scene

_PALETTE = np.array([c.color for c in CLASSES], np.uint8)
_GROUP = np.array([TRAIN_NAMES.index(c.group) if c.group else len(TRAIN_NAMES) for c in CLASSES], np.uint8)
_FEW = 16  # so many frames are drawn faster than worker processes start


def render(
    seed: int | Sequence[int],
    size: tuple[int, int] = (240, 320),
    *,
    complete: bool = False,
    drive: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw one scene.

    Args:
        seed: whole numbers >= 0; the same seed and size give the same pixels everywhere.
        size: height and width in pixels.
        complete: draw a scene with all of the 11 scored classes in it, each on at least a thousandth of the pixels.
        drive: scenes of one number have the same weather and kind of street, as the frames of one video do; None for
            any.

    Returns:
        Image (H, W, 3) uint8 RGB, and label (H, W, 3) uint8 in CamVid's official colours.

    Raises:
        ValueError: the size or the seed is nonsense.
    """
    height, width = checked_size(size)
    words = checked_seed(seed)
    attempt = 0
    while True:
        rng = np.random.default_rng([*words, attempt] if attempt else words)
        surroundings = rng if drive is None else np.random.default_rng(drive)
        image, label = draw_scene(rng, surroundings, height, width, everything=complete)
        if not complete or _has_every_class(label):
            return photograph(image, rng), _PALETTE[label]
        attempt += 1


def write_dataset(
    root: Path | str,
    frames: int | Mapping[str, int] = 300,
    size: tuple[int, int] = (240, 320),
    seed: int = 0,
    *,
    complete: bool = False,
    drive: int | None = None,
    workers: int | None = None,
    progress: bool = True,
) -> Path:
    """Write a data set in CamVid's on-disk form: `images/NAME.png`, `labels/NAME_L.png`, `{train,val,test}.txt`.

    The first frame of each split is drawn as `render(..., complete=True)` does it, so that every scored class is in
    every split. Each file appears under its final name only when it is whole, the split files last of all; running it
    again draws only what is missing.

    Args:
        root: folder to write to; made when it is not there.
        frames: how many in all, at least 3, divided as CamVid's are; or how many in each of train, val and test.
        size: height and width in pixels.
        seed: a whole number >= 0; the same number gives the same data set.
        complete: draw all frames so, not only the first of each split.
        drive: as for `render`.
        workers: processes to draw with; None for one a core. The pixels do not depend on it.
        progress: show a progress bar.

    Returns:
        `root`.

    Raises:
        ValueError: a count, size or seed is nonsense, or `root` holds scenes of another size or seed.
    """
    counts, size, root = checked_counts(frames), checked_size(size), Path(root)
    (seed,) = checked_seed(seed)
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise ValueError(f"workers is {workers!r}; expected a whole number of at least 1, or None for one a core")
    for folder in ("images", "labels"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    names = {split: [f"{split}_{i:04d}" for i in range(count)] for split, count in counts.items()}
    jobs = [
        _Frame(root, names[split][i], (seed, number, i + 1), size, complete or i == 0, drive)
        for number, (split, count) in enumerate(counts.items())
        for i in range(count)
    ]
    there = [job for job in jobs if job.is_written()]
    if there:
        there[0].check_same()
    missing = [job for job in jobs if not job.is_written()]
    bar = tqdm(total=len(missing), desc=f"scenes → {root}", unit="frame", disable=not progress or not missing)
    with bar:
        for _ in _in_parallel(_Frame.write, missing, workers or _cores()):
            bar.update()
    for split, members in names.items():
        write_whole(root / f"{split}.txt", "".join(f"{name}\n" for name in members).encode())
    return root


def sheet(seed: int = 0, size: tuple[int, int] = (240, 320), count: int = 12, columns: int = 4) -> np.ndarray:
    """A contact sheet: `count` scenes, each with its label laid over it beneath; (rows, columns, 3) uint8."""
    cells = []
    for i in range(count):
        image, label = render((seed, 9, i + 1), size)
        overlay = (image.astype(np.uint16) * 9 + label.astype(np.uint16) * 11) // 20
        cells.append(np.concatenate([image, overlay.astype(np.uint8)]))
    cells += [np.zeros_like(cells[0])] * (-count % columns)
    rows = [np.concatenate(cells[i : i + columns], axis=1) for i in range(0, len(cells), columns)]
    return np.concatenate(rows)


class _Frame(NamedTuple):
    """One frame of a data set that is to be drawn."""

    root: Path
    name: str
    seed: tuple[int, int, int]
    size: tuple[int, int]
    complete: bool
    drive: int | None

    def paths(self) -> tuple[Path, Path]:
        return self.root / "images" / f"{self.name}.png", self.root / "labels" / f"{self.name}_L.png"

    def is_written(self) -> bool:
        return all(path.is_file() for path in self.paths())

    def write(self) -> None:
        pictures = render(self.seed, self.size, complete=self.complete, drive=self.drive)
        for path, picture in zip(self.paths(), pictures, strict=True):
            if not path.is_file():
                write_whole(path, png_bytes(Image.fromarray(picture), compress_level=1))

    def check_same(self) -> None:
        """Raise a ValueError when the files that are there were drawn with another size or seed."""
        image, _ = render(self.seed, self.size, complete=self.complete, drive=self.drive)
        with Image.open(self.paths()[0]) as there:
            size, same = (there.height, there.width), np.array_equal(np.asarray(there), image)
        advice = "choose another folder, or delete this one"
        if size != self.size:
            there, wanted = (f"{height}x{width}" for height, width in (size, self.size))
            raise ValueError(f"{self.root} holds scenes of {there}, not {wanted}: {advice}")
        if not same:
            raise ValueError(
                f"{self.root} holds scenes of another seed than {self.seed[0]}, or drive, or version: {advice}"
            )


def _in_parallel(work: Callable, jobs: Sequence, workers: int) -> Iterator:
    """Results of `work` on each job, in order."""
    if workers == 1 or len(jobs) <= _FEW:
        yield from map(work, jobs)
        return
    # A fork would copy the threads' locks of libraries that are loaded here.
    context = get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(jobs)), context, initializer=_leave_interrupts_to_parent) as pool:
        try:
            yield from pool.map(work, jobs, chunksize=4)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _has_every_class(label: np.ndarray) -> bool:
    share = np.bincount(_GROUP[label].ravel(), minlength=len(TRAIN_NAMES) + 1)[: len(TRAIN_NAMES)]
    return bool((share * 1000 >= label.size).all())


def _size_argument(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)x(\d+)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not HEIGHTxWIDTH, for example 240x320")
    return int(match[1]), int(match[2])


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: write a data set, a contact sheet, or both."""
    parser = argparse.ArgumentParser(
        prog="python -m proj4_code.given.scenes", description="Draw synthetic road scenes."
    )
    parser.add_argument("out", nargs="?", type=Path, help="folder for the data set")
    parser.add_argument("--frames", type=int, default=300, help="frames in all (default: 300)")
    parser.add_argument(
        "--size", type=_size_argument, default=(240, 320), metavar="HxW", help="pixels (default: 240x320)"
    )
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same scenes (default: 0)")
    parser.add_argument("--workers", type=int, default=None, help="processes (default: one a core)")
    parser.add_argument("--sheet", type=Path, metavar="FILE.png", help="also draw twelve scenes with their labels")
    options = parser.parse_args(arguments)
    if options.out is None and options.sheet is None:
        parser.error("nothing to do: give a folder for the data set, or --sheet FILE.png")
    try:
        if options.sheet:
            write_whole(options.sheet, png_bytes(Image.fromarray(sheet(options.seed, options.size))))
            print(f"Twelve scenes: {options.sheet}")
        if options.out:
            write_dataset(options.out, options.frames, options.size, options.seed, workers=options.workers)
            print(f"Synthetic scenes: {options.out}")
    except (ValueError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
