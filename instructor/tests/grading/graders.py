"""Books, uploads and graders for the tests of grading."""

import subprocess
import sys
from functools import cache
from pathlib import Path

from instructor.proofs.trials import Trial, run_trials
from instructor.release.skeletons import SOLUTION
from proj4_unit_tests.harness.book import read_record, write_book
from proj4_unit_tests.harness.submission import KIT


def record_book(path: Path, seed: int) -> Path:
    """Write a book of the reference's answers alone, which takes seconds."""
    answers = path.with_suffix(".answers")
    for _ in run_trials([Trial("reference", SOLUTION, options={"record": answers, "seed": seed})]):
        pass
    write_book(path, seed, read_record(answers), {})
    return path


def command(*arguments: object, cwd: Path = KIT, timeout: float = 600) -> subprocess.CompletedProcess:
    """Run one of the instructor's commands."""
    line = [sys.executable, "-m", "instructor", *map(str, arguments)]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False, timeout=timeout)


@cache
def part_files() -> dict[str, bytes]:
    """Read the reference's part files."""
    return {path.name: path.read_bytes() for path in SOLUTION.glob("part*.py")}


def write_parts(folder: Path, *names: str) -> Path:
    """Write some of the reference's part files, or all, into a new folder."""
    folder.mkdir(parents=True)
    for name, content in part_files().items():
        if not names or name.startswith(names):
            (folder / name).write_bytes(content)
    return folder
