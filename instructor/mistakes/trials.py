"""Running the unit tests on many submissions of our own: torch is started once, and each trial forks from there.

The tests and the part files share a process here, as in a student's own run: this is not for code that is not trusted.
"""

import contextlib
import gc
import importlib
import json
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing import connection
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
import torchvision.models
import torchvision.transforms.v2  # noqa: F401  loaded once here, not in every trial
from _pytest.config import default_plugins

from instructor.release.skeletons import SOLUTION
from proj4_unit_tests import student  # noqa: F401
from proj4_unit_tests.rubric import PARTS, POINTS, TOGETHER, Part
from proj4_unit_tests.submission import KIT, lay_over

LONGEST = 120  # seconds that a trial may take


class Trial(NamedTuple):
    """One run of unit tests on a folder of part files.

    Attributes:
        name: of the submission.
        submission: its folder.
        tests: those that are run, "FILE/TEST".
        options: further ones for pytest, such as `--answers BOOK`.
        threads: that torch may use.
        onednn: whether torch may use oneDNN's kernels.
    """

    name: str
    submission: Path
    tests: Sequence[str] = tuple(POINTS)
    options: Sequence[object] = ()
    threads: int = 1
    onednn: bool = True


class Result(NamedTuple):
    """What a trial gave.

    Attributes:
        trial: which one.
        tests: entries of the unit tests' `--results`; none if they did not run to their end.
        printed: what pytest printed.
    """

    trial: Trial
    tests: list[dict]
    printed: str

    @property
    def lost(self) -> dict[str, float]:
        """Points lost by file of tests, such as "test_part1_ppm"; a test that should have run has lost them too."""
        earned = {test["test"]: test["points"] for test in self.tests}
        lost: dict[str, float] = {}
        for test in self.trial.tests:
            file = test.split("/")[0]
            lost[file] = lost.get(file, 0) + POINTS[test] - earned.get(test, 0)
        return lost


def nearby_tests(part: Part) -> tuple[str, ...]:
    """List the tests that could notice what is wrong with a part: its own, and those of parts that import it."""
    imports = f"proj4_code.{part.module} import"
    near = [other for other in PARTS if other is part or imports in (SOLUTION / other.file).read_text(encoding="utf-8")]
    return tuple(test for other in near for test in POINTS if test.startswith(f"test_{other.module}/"))


def joint_tests(part: Part) -> tuple[str, ...]:
    """List the tests of several parts that need this one; their names say so."""
    number = part.name[-1]
    return tuple(test for test in POINTS if test.startswith(f"test_{TOGETHER.module}/") and f"_{number}_" in test)


def run_trials(trials: Iterable[Trial], at_once: int = os.cpu_count() or 1) -> Iterator[Result]:
    """Run trials, some at a time, and give their results as they come."""
    for plugin in default_plugins:
        importlib.import_module(f"_pytest.{plugin}")
    gc.freeze()  # a collection in a child then leaves alone, and does not copy, all that is loaded here
    try:
        with tempfile.TemporaryDirectory(prefix="proj4-trials-") as scratch:
            yield from _run_in_children(iter(trials), at_once, scratch)
    finally:
        gc.unfreeze()


def _run_in_children(waiting: Iterator[Trial], at_once: int, scratch: str) -> Iterator[Result]:
    context, running = multiprocessing.get_context("fork"), {}
    while True:
        while len(running) < at_once and (trial := next(waiting, None)):
            folder = Path(tempfile.mkdtemp(dir=scratch))
            process = context.Process(target=_run, args=(trial, folder))
            process.start()
            running[process.sentinel] = trial, process, folder
        if not running:
            return
        for sentinel in connection.wait(running):
            trial, process, folder = running.pop(sentinel)
            process.join()
            yield _result(trial, folder)


def _run(trial: Trial, folder: Path) -> None:
    """Run the tests in this process, a child, which ends with it."""
    signal.alarm(LONGEST)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the suite needs none, and they take time to load
    with (folder / "printed.txt").open("w") as printed:
        os.dup2(printed.fileno(), 1)
        os.dup2(printed.fileno(), 2)
    sys.stdout, sys.stderr = (os.fdopen(number, "w") for number in (1, 2))
    for name in [name for name in sys.modules if name.split(".")[0] == "proj4_code"]:
        del sys.modules[name]
    sys.path.insert(0, str(lay_over(trial.submission, folder)))
    import proj4_code  # noqa: F401  before pytest puts the kit's own first

    torch.set_num_threads(trial.threads)
    torch.backends.mkldnn.set_flags(trial.onednn)
    tests = [f"{KIT / 'proj4_unit_tests'}/{test.replace('/', '.py::')}" for test in trial.tests]
    options = ["-q", "-p", "no:cacheprovider", "--results", folder / "results.json", *trial.options]
    with contextlib.chdir(KIT):
        pytest.main([str(argument) for argument in (*options, *tests)])


def _result(trial: Trial, folder: Path) -> Result:
    results = folder / "results.json"
    tests = json.loads(results.read_text(encoding="utf-8")) if results.is_file() else []
    return Result(trial, tests, (folder / "printed.txt").read_text(encoding="utf-8", errors="replace"))
