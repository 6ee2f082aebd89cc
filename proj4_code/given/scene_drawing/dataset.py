"""A data set of synthetic scenes in CamVid's form, for wherever data is needed and none is at hand."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from tqdm import tqdm

from proj4_code.given.files import png_bytes, write_whole
from proj4_code.given.scene_drawing.arguments import SPLITS, checked_counts, checked_seed, checked_size
from proj4_code.given.scene_drawing.scene import render

SCENES = Path("data") / "scenes"
"""Where the scenes lie that stand in for data when none is given."""
SCENE_COUNT = 300
_FEW = 16  # so many frames are drawn faster than worker processes start
_OTHER_FOLDER = "choose another folder, or delete this one"


def data_folder(name: str | Path | None) -> Path:
    """Return the data folder of that name; None: that of the synthetic scenes, which are drawn if they are missing."""
    if name is not None:
        return Path(name)
    if not all((SCENES / f"{split}.txt").is_file() for split in SPLITS):  # these files are written last
        print(f"No --data is given: drawing {SCENE_COUNT} synthetic scenes into {SCENES}")
        write_dataset(SCENES, SCENE_COUNT)
    return SCENES


def write_dataset(
    root: Path | str,
    frames: int | Mapping[str, int] = SCENE_COUNT,
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
        root: folder to write to, which is returned; made when it is not there.
        frames: how many in all, at least 3, divided as CamVid's are; or how many in each of train, val and test.
        size: height and width in pixels.
        seed: a whole number >= 0; the same number gives the same data set.
        complete: draw all frames so, not only the first of each split.
        drive: as for `render`.
        workers: processes to draw with; None for one a core. The pixels do not depend on it.
        progress: show a progress bar.

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
        _Frame(root, name, (seed, number, i + 1), size, complete or i == 0, drive)
        for number, listed in enumerate(names.values())
        for i, name in enumerate(listed)
    ]
    there = next((job for job in jobs if job.is_written()), None)
    if there is not None:
        there.check_same()
    missing = [job for job in jobs if not job.is_written()]
    drawn = _in_parallel(_Frame.write, missing, workers or _cores())
    hidden = not progress or not missing
    for _ in tqdm(drawn, f"scenes → {root}", len(missing), unit="frame", disable=hidden):
        pass
    for split, members in names.items():
        write_whole(root / f"{split}.txt", "".join(f"{name}\n" for name in members).encode())
    return root


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

    def draw(self) -> tuple[np.ndarray, np.ndarray]:
        return render(self.seed, self.size, complete=self.complete, drive=self.drive)

    def write(self) -> None:
        for path, picture in zip(self.paths(), self.draw(), strict=True):
            if not path.is_file():
                write_whole(path, png_bytes(Image.fromarray(picture), compress_level=1))

    def check_same(self) -> None:
        """Raise a ValueError when the files that are there were drawn with another size or seed."""
        with Image.open(self.paths()[0]) as image:
            there = np.asarray(image.convert("RGB"))
        if there.shape[:2] != self.size:
            found, wanted = (f"{height}x{width}" for height, width in (there.shape[:2], self.size))
            raise ValueError(f"{self.root} holds scenes of {found}, not {wanted}: {_OTHER_FOLDER}")
        if not np.array_equal(there, self.draw()[0]):
            raise ValueError(
                f"{self.root} holds scenes of another seed than {self.seed[0]}, or drive, or version: {_OTHER_FOLDER}"
            )


def _in_parallel(work: Callable, jobs: Sequence, workers: int) -> Iterator:
    """Do `work` on each job; give the results in order."""
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
