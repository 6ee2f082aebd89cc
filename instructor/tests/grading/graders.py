"""Books, uploads and graders for the tests of grading."""

import signal
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
    """Run one of the instructor's commands; one that does not end is an error that shows where it was."""
    line = [sys.executable, "-X", "faulthandler", "-m", "instructor", *map(str, arguments)]
    with subprocess.Popen(line, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        try:
            printed, said = program.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            program.send_signal(signal.SIGABRT)
            raise AssertionError(f"runs longer than {timeout:g} s: {program.communicate()[1][-3000:]}") from None
    return subprocess.CompletedProcess(line, program.returncode, printed, said)


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
