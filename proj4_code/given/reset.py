"""Begin a part again: `python -m proj4_code.given.reset part3` puts its skeleton back, and keeps a copy of yours."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from proj4_code.given.basics.messages import one_line_errors
from proj4_code.given.files import write_whole
from proj4_code.given.parts import PARTS

KIT = Path(__file__).resolve().parents[2]
SKELETONS = KIT / "docs" / "skeletons"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; the exit status is 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m proj4_code.given.reset", description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=[part.key for part in PARTS])
    key = parser.parse_args(arguments).part
    with one_line_errors():
        part = next(part for part in PARTS if part.key == key)
        own, skeleton = KIT / "proj4_code" / part.file, SKELETONS / part.file
        if not skeleton.is_file():
            raise FileNotFoundError(f"{skeleton} is missing: take it from the kit's zip")
        if own.is_file():
            kept = KIT / "kept" / f"{part.module}-{time.strftime('%Y%m%d-%H%M%S')}.py"
            kept.parent.mkdir(exist_ok=True)
            write_whole(kept, own.read_bytes())
            print(f"yours is now {kept}")
        write_whole(own, skeleton.read_bytes())
        print(f"{own} is as it was in the kit")


if __name__ == "__main__":
    main()
