"""Synthetic road scenes in CamVid's form, for wherever data is needed and none is at hand.

python -m proj4_code.given.scenes OUT --frames 300 --size 240x320 --seed 0
python -m proj4_code.given.scenes --sheet scenes.png
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from proj4_code.given.basics.printing import print_anywhere
from proj4_code.given.files import png_bytes, write_whole
from proj4_code.given.scene_drawing.dataset import SCENE_COUNT, write_dataset
from proj4_code.given.scene_drawing.scene import sheet


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a data set, a contact sheet, or both; the exit status is 2 if anything is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m proj4_code.given.scenes", description="Draw synthetic road scenes."
    )
    add = parser.add_argument
    add("out", nargs="?", type=Path, help="folder for the data set")
    add("--frames", type=int, default=SCENE_COUNT, help="frames in all (default: %(default)s)")
    add("--size", type=_size, default=(240, 320), metavar="HxW", help="pixels (default: 240x320)")
    add("--seed", type=int, default=0, help="the same seed gives the same scenes (default: 0)")
    add("--workers", type=int, help="processes (default: one a core)")
    add("--sheet", type=Path, metavar="FILE.png", help="also draw twelve scenes with their labels")
    options = parser.parse_args(arguments)
    print_anywhere()
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


def _size(text: str) -> tuple[int, int]:
    """Read HEIGHTxWIDTH."""
    match = re.fullmatch(r"(\d+)x(\d+)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not HEIGHTxWIDTH, for example 240x320")
    return int(match[1]), int(match[2])


if __name__ == "__main__":
    main()
