"""One run of an experiment: how large, on which data, in which folder; its rows are saved one by one."""

import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import torch
from tqdm import tqdm

from proj4_code.given.files import write_whole

Case = TypeVar("Case")
Choice = TypeVar("Choice")
Row = dict[str, Any]
"""What is measured of one case, as JSON can hold it."""
NO_WEIGHTS = "none"


class Size(StrEnum):
    """How much is measured."""

    QUICKEST = "quickest"  # seconds, to see that everything works
    QUICK = "quick"  # at most three minutes on a CPU
    FULL = "full"  # for a GPU


@dataclass(frozen=True)
class Study:
    """What an experiment runs with.

    Attributes:
        size: how much is measured.
        data: prepared data, or None for drawn streets.
        out: folder of everything that is written.
        device: where networks compute.
        pairs: folder of image and mask pairs that stands for another data set, or None.
        weights: what backbones start from, as for `read_weights`: "none", "imagenet" or a file.
    """

    size: Size
    data: Path | None
    out: Path
    device: torch.device
    pairs: Path | None = None
    weights: str = NO_WEIGHTS

    def choose(self, quickest: Choice, quick: Choice, full: Choice) -> Choice:
        """Return what goes with the size."""
        return {Size.QUICKEST: quickest, Size.QUICK: quick, Size.FULL: full}[self.size]

    def rows(
        self, cases: Iterable[Case], measure: Callable[[Case], Row], name: Callable[[Case], str] = str
    ) -> list[Row]:
        """Measure each case, with a progress bar; a row that was saved before is read instead.

        Args:
            cases: what is to be measured.
            measure: measures a case; what it returns is saved at once, and must not depend on other cases.
            name: of a case, in the progress bar and in the name of its file; no two may have the same.

        Returns:
            What was measured of each case, in their order.
        """
        todo = list(cases)
        files = [self.out / "rows" / f"{slug(name(case))}.json" for case in todo]
        if len(set(files)) < len(files):
            raise AssertionError(f"two cases have the same name: {', '.join(file.stem for file in files)}")
        found = []
        bar = tqdm(list(zip(todo, files, strict=True)), "measuring", leave=False, dynamic_ncols=sys.stderr.isatty())
        for case, file in bar:
            bar.set_postfix_str(name(case))
            if not file.is_file():
                began = time.perf_counter()
                row = measure(case)
                saved = {"name": name(case), "seconds": round(time.perf_counter() - began, 3), "row": row}
                file.parent.mkdir(parents=True, exist_ok=True)
                write_whole(file, (json.dumps(saved, indent=1) + "\n").encode())
            found.append(_read(file)["row"])
        return found

    def seconds(self) -> float:
        """Return how long measuring the saved rows took, however often it was stopped in between."""
        return sum(_read(file)["seconds"] for file in (self.out / "rows").glob("*.json"))

    def claim(self, settings: dict, again: bool) -> None:
        """Write down what is measured here; a folder in which something else was measured is refused.

        Args:
            settings: what the rows depend on.
            again: remove what was measured before.

        Raises:
            ValueError: if the folder holds rows of other settings.
        """
        file = self.out / "settings.json"
        settings = {**settings, "size": self.size, "data": self.data and str(self.data), "device": self.device.type}
        settings |= {"pairs": str(self.pairs)} if self.pairs else {}
        settings |= {"weights": self.weights} if self.weights != NO_WEIGHTS else {}
        if again:
            shutil.rmtree(self.out / "rows", ignore_errors=True)
        elif file.is_file() and (kept := _read(file)) != settings:
            differing = [f"{key} {kept.get(key)}" for key in settings if kept.get(key) != settings[key]]
            raise ValueError(
                f"{self.out} holds rows that were measured with another setting ({', '.join(differing)}): choose "
                "another --out, or replace them with --again"
            )
        self.out.mkdir(parents=True, exist_ok=True)
        write_whole(file, (json.dumps(settings, indent=1) + "\n").encode())


def slug(name: str) -> str:
    """Turn a name into part of a file's name."""
    return re.sub(r"[^\w.+]+", "-", name).strip("-").lower()


def _read(file: Path) -> dict:
    """Read a file that a study saved.

    Raises:
        ValueError: if it is damaged.
    """
    try:
        return json.loads(file.read_bytes())
    except ValueError:
        raise ValueError(f"{file} is damaged: delete it, and run the same command again") from None
