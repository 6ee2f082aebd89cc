"""The same tests by otter-grader, beside ours: right uploads, as many at a time as there are cores.

python -m instructor.benchmarks.otter --answers BOOK (it needs `pip install otter-grader`)

Otter starts a Jupyter kernel for each upload and runs everything in it: student code, tests and answers.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from instructor.benchmarks.machine import describe
from instructor.course.cluster import Job
from instructor.course.whole_class import grade_class
from instructor.grading.policy import read_policy
from instructor.release.skeletons import SOLUTION
from instructor.rubric import POINTS
from proj4_unit_tests.harness.submission import KIT, lay_over

TEST = """
from otter.test_files import test_case

OK_FORMAT = False
name, points = {test!r}, {points}


@test_case(points={points})
def test_it(env):
    from instructor.benchmarks.otter import run_test

    run_test({test!r}, {book!r})
"""


def run_test(test: str, book: str) -> None:
    """Run one unit test in this process, as pytest would."""
    import importlib
    import inspect

    from proj4_unit_tests.harness.book import AnswerBook, Draw
    from proj4_unit_tests.harness.calls import Here
    from proj4_unit_tests.harness.fixtures import Book, Student

    file, name = test.split("/")
    function = getattr(importlib.import_module(f"proj4_unit_tests.{file}"), name)
    answers, student = AnswerBook(Path(book)), Student(Here())
    fixtures = {"student": student, "draw": Draw(answers.seed, test), "book": Book(answers, test, student)}
    function(**{name: fixtures[name] for name in inspect.signature(function).parameters})


def main() -> None:
    """Print both figures and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=Path, required=True, metavar="BOOK")
    parser.add_argument("--uploads", type=int, default=6, metavar="N", help="graded by each (default: 6)")
    options = parser.parse_args()
    print(describe("otter-grader"))
    others, ours, points = compare(options.answers, options.uploads)
    print(f"otter-grader: {others:.1f} s an upload, {points:g} points")
    print(f"this grader:  {ours:.1f} s an upload; {others / ours:.1f} times as fast")


def compare(book: Path, count: int) -> tuple[float, float, float]:
    """Grade right uploads with both; return the seconds an upload of Otter and of this grader, and Otter's points."""
    with tempfile.TemporaryDirectory() as folder:
        archive, notebook = _prepare(Path(folder), book.resolve())
        others, points = _grade_with_otter(archive, notebook, Path(folder), count)
        return others, _grade_with_ours(book, Path(folder), count), points


def _prepare(folder: Path, book: Path) -> tuple[Path, Path]:
    """Write an archive of Otter's with all unit tests, and a notebook that puts the reference on Python's path."""
    tests = folder / "tests"
    tests.mkdir()
    for number, (test, points) in enumerate(POINTS.items()):
        (tests / f"q{number:03}.py").write_text(TEST.format(test=test, points=points, book=str(book)))
    archive = folder / "autograder.zip"
    _otter("generate", "-t", tests, "-o", archive, "--no-environment", cwd=folder)
    package = folder / "package"
    package.mkdir()
    path = [str(lay_over(SOLUTION, package)), str(KIT)]
    cell = nbformat.v4.new_code_cell(f"import sys\nsys.path[:0] = {path!r}\nimport torch, torchvision, proj4_code")
    notebook = folder / "upload.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), notebook)
    return archive, notebook


def _grade_with_otter(archive: Path, notebook: Path, folder: Path, count: int) -> tuple[float, float]:
    """Return the seconds an upload, and the median points."""

    def grade(number: int) -> float:
        out = folder / f"out{number}"
        out.mkdir()
        _otter("run", "-a", archive, "-o", out, notebook, cwd=out)
        return sum(test.get("score", 0) for test in json.loads((out / "results.json").read_text())["tests"])

    began = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        points = list(pool.map(grade, range(count)))
    return (time.perf_counter() - began) / count, statistics.median(points)


def _grade_with_ours(book: Path, folder: Path, count: int) -> float:
    for number in range(count):
        shutil.copytree(SOLUTION, folder / "uploads" / f"{number:04}")
    began = time.perf_counter()
    grade_class(folder / "uploads", Job(book.read_bytes(), read_policy()), folder / "class", os.cpu_count() or 1)
    return (time.perf_counter() - began) / count


def _otter(*arguments: object, cwd: Path) -> None:
    command = [sys.executable, "-m", "otter", *map(str, arguments)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}  # as in our sandbox
    subprocess.run(command, cwd=cwd, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
