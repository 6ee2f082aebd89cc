"""How long a program of the kit takes to start, beside importing torch and torchvision, which it cannot do without.

python -m instructor.benchmarks.imports
"""

import argparse
import os
import subprocess
import sys
from functools import partial

from instructor.benchmarks.machine import describe, installed, medians, table
from instructor.release.reference import FOLDER
from proj4_code.given.parts import PARTS

BASE = "torch, torchvision"
PROGRAMS = ("train", "evaluate", "predict", "prepare_camvid")
PEERS = {"torchmetrics": "torchmetrics", "segmentation-models-pytorch": "segmentation_models_pytorch"}
"""Package -> module."""


def start(modules: str) -> None:
    """Start Python and import modules, a list as after `import`; without any, only start Python."""
    command = [sys.executable, "-P", "-c", f"import {modules}" if modules else "pass"]
    subprocess.run(command, env=os.environ | {"PYTHONPATH": str(FOLDER)}, check=True, capture_output=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="of each, in turn (default: 5)")
    runs = parser.parse_args().runs
    modules = {"Python alone": "", BASE: BASE}
    modules["all six parts"] = ", ".join(f"proj4_code.{part.module}" for part in PARTS)
    modules |= {f"proj4_code.given.{name}": f"proj4_code.given.{name}" for name in PROGRAMS}
    modules |= {package: module for package, module in PEERS.items() if installed(package)}
    seconds = medians({name: partial(start, what) for name, what in modules.items()}, runs)
    print(describe("torchvision", *PEERS))
    rows = [(name, f"{value:.2f}", f"{value / seconds[BASE]:.2f}") for name, value in seconds.items()]
    print(f"\n{table(('import', f'seconds (median of {runs})', f'times that of {BASE}'), rows)}")


if __name__ == "__main__":
    main()
