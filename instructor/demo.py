"""What `make demo` trains: PSPNet-18 from nothing, on synthetic scenes of one drive, in minutes on two cores."""

import shlex
from pathlib import Path

from proj4_code.given.scenes import write_dataset
from proj4_unit_tests.submission import KIT

FRAMES = {"train": 240, "val": 40, "test": 1}
DRIVE = 3
SETTINGS = shlex.split(
    "--depth 18 --weights none --no-augment --crop 193 --batch 2 --epochs 5 --eval-every 5 "
    "--optimizer adamw --lr 1e-3 --head-multiplier 1"  # nothing is pretrained that should learn more slowly
)


def demo_scenes() -> Path:
    """Draw the scenes that the demo trains on, unless they are there; return their folder."""
    return write_dataset(KIT / "data" / "demo-scenes", FRAMES, complete=True, drive=DRIVE)
