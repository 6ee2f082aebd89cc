"""How long a student waits for the unit tests, beside the time of importing torch and torchvision alone.

python -m instructor.benchmarks.suite
"""

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from instructor.benchmarks.machine import describe
from instructor.release.skeletons import SOLUTION
from proj4_unit_tests.harness.submission import KIT, lay_over

IMPORT = [sys.executable, "-c", "import torch, torchvision"]


def main() -> None:
    """Print medians and the slowest tests."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="of each command, in turn (default: 5)")
    runs = parser.parse_args().runs
    print(describe())
    with tempfile.TemporaryDirectory() as folder:
        kit = _reference_kit(Path(folder))
        suite = [sys.executable, "-m", "pytest", "proj4_unit_tests", "--durations=8"]
        pairs = [(_seconds(IMPORT, kit)[0], *_seconds(suite, kit)) for _ in range(runs + 1)][1:]  # the first warms up
    imports, suites = (statistics.median(column) for column in list(zip(*pairs, strict=True))[:2])
    allowed = 2 * imports + 3
    print(f"import torch, torchvision: {imports:.2f} s (median of {runs})")
    print(
        f"all unit tests on the reference, in one process: {suites:.2f} s; twice the import and 3 s are {allowed:.2f} s"
    )
    print("slowest tests, the first of which imports torch:")
    for line in re.findall(r"^ *[\d.]+s call .*$", pairs[-1][2], re.MULTILINE):
        print(f"  {line.replace('proj4_unit_tests/', '')}")


def _reference_kit(folder: Path) -> Path:
    lay_over(SOLUTION, folder)
    shutil.copytree(KIT / "proj4_unit_tests", folder / "proj4_unit_tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(KIT / "setup.cfg", folder)
    return folder


def _seconds(command: list[str], folder: Path) -> tuple[float, str]:
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return time.perf_counter() - began, done.stdout


if __name__ == "__main__":
    main()
