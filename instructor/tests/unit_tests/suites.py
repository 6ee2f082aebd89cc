"""Running the unit tests in a process of their own, as a student or a grader does."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from proj4_unit_tests.harness.outcome import Outcome
from proj4_unit_tests.harness.submission import KIT


def run_suite(*options: object, folder: Path = KIT, cwd: Path | None = None) -> tuple[list[Outcome], str, int]:
    """Run pytest on the unit tests of a kit.

    Args:
        options: for pytest; the unit tests themselves if none of them names a file.
        folder: the kit.
        cwd: where to start from; the kit if not given.

    Returns:
        The outcomes, what was printed, and the exit status.
    """
    arguments = [str(option) for option in options]
    if not any(".py" in argument for argument in arguments):
        arguments.insert(0, str(folder / "proj4_unit_tests"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with tempfile.TemporaryDirectory() as scratch:
        results = Path(scratch) / "results.json"
        command = [sys.executable, "-m", "pytest", *arguments, "--results", str(results)]
        done = subprocess.run(command, cwd=cwd or folder, env=environment, capture_output=True, text=True, check=False)
        written = json.loads(results.read_text()) if results.is_file() else []
    return [Outcome.from_json(fields) for fields in written], done.stdout + done.stderr, done.returncode


def points_by_part(outcomes: list[Outcome]) -> dict[str, float]:
    """Add up the points of each file of tests."""
    points: dict[str, float] = {}
    for outcome in outcomes:
        file = outcome.test.split("/")[0]
        points[file] = points.get(file, 0) + outcome.points
    return points
