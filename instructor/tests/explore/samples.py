"""Running the program of the experiments."""

import os
import subprocess
import sys
from pathlib import Path

from proj4_unit_tests.harness.submission import KIT

MODULE = "proj4_code.given.explore"


def explore(*arguments: object, kit: Path = KIT) -> subprocess.CompletedProcess[str]:
    """Run the program with the parts of a kit; KIT's are skeletons."""
    environment = {**os.environ, "PYTHONPATH": str(kit), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", MODULE, *map(str, arguments)]
    return subprocess.run(command, cwd=kit, env=environment, capture_output=True, text=True, check=False)
