"""Running the program of the experiments."""

import os
import subprocess
from pathlib import Path

from instructor.tests.warm import run_python
from proj4_unit_tests.harness.submission import KIT

MODULE = "proj4_code.given.explore"


def explore(*arguments: object, kit: Path = KIT) -> subprocess.CompletedProcess[str]:
    """Run the program with the parts of a kit; KIT's are skeletons."""
    environment = {**os.environ, "PYTHONPATH": str(kit), "OMP_NUM_THREADS": "1"}
    return run_python("-m", MODULE, *arguments, cwd=kit, environment=environment)
