"""Puts the reference in place of the skeletons: after this import, `proj4_code.part1_ppm` is the reference's.

Benchmarks and tests import it before anything of `proj4_code`.
"""

import sys
import tempfile
from pathlib import Path

from instructor.release.skeletons import SOLUTION
from proj4_unit_tests.harness.submission import lay_over

_overlay = tempfile.TemporaryDirectory(prefix="proj4-reference-")
FOLDER = lay_over(SOLUTION, Path(_overlay.name))
"""What holds the package `proj4_code`, for `sys.path` or PYTHONPATH."""
sys.path.insert(0, str(FOLDER))
for _name in [name for name in sys.modules if name.partition(".")[0] == "proj4_code"]:
    del sys.modules[_name]  # what the imports above took from the kit
