"""Running the unit tests in a process of their own, as a student or a grader does."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from instructor.tests.warm import run_python
from proj4_unit_tests.harness.outcome import Outcome
from proj4_unit_tests.harness.submission import KIT, lay_over


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
        command = ["-m", "pytest", *arguments, "--results", str(results)]
        done = run_python(*command, cwd=cwd or folder, environment=environment)
        written = json.loads(results.read_text()) if results.is_file() else []
    return [Outcome.from_json(fields) for fields in written], done.stdout + done.stderr, done.returncode


def write_kit(submission: Path, folder: Path) -> Path:
    """Write a kit whose parts are a submission's, as a student has it."""
    lay_over(submission, folder)
    shutil.copytree(KIT / "proj4_unit_tests", folder / "proj4_unit_tests", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "conftest.py"):
        shutil.copyfile(KIT / name, folder / name)
    return folder


def points_by_part(outcomes: list[Outcome]) -> dict[str, float]:
    """Add up the points of each file of tests."""
    points: dict[str, float] = {}
    for outcome in outcomes:
        file = outcome.test.split("/")[0]
        points[file] = points.get(file, 0) + outcome.points
    return points
