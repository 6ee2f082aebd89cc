"""What `make demo` trains: PSPNet-18 from scratch, on synthetic scenes of one drive, in minutes on two cores."""

import shlex
from pathlib import Path

import torch

from proj4_code.given.scene_drawing.dataset import write_dataset
from proj4_unit_tests.harness.submission import KIT

FRAMES = {"train": 240, "val": 40, "test": 1}
DRIVE = 3
SETTINGS = shlex.split(
    "--depth 18 --weights none --no-augment --crop 193 --batch 2 --epochs 5 --eval-every 5 "
    "--optimizer adamw --lr 5e-4 --head-multiplier 1"  # nothing is pretrained, so all parts learn at the same rate
)


def demo_settings() -> list[str]:
    """Return options for `given.train`: bf16 on processors that multiply bf16 matrices in hardware (AMX)."""
    read = getattr(torch.cpu, "get_capabilities", None)  # newer versions of PyTorch have it
    capabilities: dict[str, bool] = read() if read else {}
    return [*SETTINGS, "--precision", "bf16" if capabilities.get("amx_bf16") else "fp32"]


def demo_scenes() -> Path:
    """Draw the scenes that the demo trains on, unless they exist; return their folder."""
    return write_dataset(KIT / "data" / "demo-scenes", FRAMES, complete=True, drive=DRIVE)
