"""Running the unit tests on many submissions of our own: torch and pytest start once, and each trial forks from there.

The tests and the part files share a process here, as in a student's own run: this is not for code that is not trusted.
"""

import contextlib
import gc
import json
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from multiprocessing import connection
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import pytest
import torch
import torchvision.models
import torchvision.transforms.v2  # noqa: F401  loaded once here, not in every trial

from instructor.release.skeletons import SOLUTION
from instructor.rubric import POINTS, list_tests
from proj4_code.given.parts import PARTS, Part
from proj4_unit_tests import adapters  # noqa: F401
from proj4_unit_tests.harness.fixtures import Samples
from proj4_unit_tests.harness.outcome import Outcome
from proj4_unit_tests.harness.submission import KIT, lay_over

LONGEST = 300  # seconds that a trial may take
RESULTS, PRINTED = "results.json", "printed.txt"


class Trial(NamedTuple):
    """One run of unit tests on a folder of part files.

    Attributes:
        name: of the submission.
        submission: its folder.
        tests: those that are run, "FILE/TEST".
        options: of pytest, by the name of their attribute, such as "answers": BOOK.
        threads: that torch may use.
        onednn: whether torch may use oneDNN's kernels.
        called: a file for the functions of the parts that each test calls, as JSON: test -> ["FILE:FIRST LINE"].
    """

    name: str
    submission: Path
    tests: Sequence[str] = tuple(POINTS)
    options: Mapping[str, object] | None = None
    threads: int = 1
    onednn: bool = True
    called: Path | None = None


class Result(NamedTuple):
    """What a trial gave.

    Attributes:
        trial: which one.
        tests: how they ended; none if they did not run to their end.
        printed: what pytest printed.
    """

    trial: Trial
    tests: list[Outcome]
    printed: str

    @property
    def lost(self) -> dict[str, float]:
        """Points lost by file of tests, such as "test_part1_ppm"; a test that should have run has lost them too."""
        earned = {outcome.test: outcome.points for outcome in self.tests}
        lost: dict[str, float] = {}
        for test in self.trial.tests:
            file = test.split("/")[0]
            lost[file] = lost.get(file, 0) + POINTS[test] - earned.get(test, 0)
        return lost


def nearby_tests(part: Part) -> tuple[str, ...]:
    """List the tests that could notice what is wrong with a part: its own, and those of parts that import it."""
    imports = f"proj4_code.{part.module} import"
    near = [other for other in PARTS if other is part or imports in (SOLUTION / other.file).read_text(encoding="utf-8")]
    return tuple(test for other in near for test in list_tests(other))


def run_trials(trials: Iterable[Trial], at_once: int = os.cpu_count() or 1) -> Iterator[Result]:
    """Run trials, some at a time, and give their results as they come.

    Raises:
        RuntimeError: if pytest cannot collect the tests.
    """
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory(prefix="proj4-trials-") as scratch:
        results, theirs = context.Pipe(duplex=False)
        starter = context.Process(target=_collect_and_start, args=(trials, at_once, Path(scratch), theirs), daemon=True)
        starter.start()
        theirs.close()
        with contextlib.suppress(EOFError):
            while True:
                yield results.recv()
        starter.join()
        if starter.exitcode:
            raise RuntimeError(f"the tests cannot be collected: {(Path(scratch) / PRINTED).read_text()}")


def _collect_and_start(trials: Iterable[Trial], at_once: int, scratch: Path, results: connection.Connection) -> None:
    """Let pytest collect all tests, in a process of its own, and start the trials from there."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the suite needs none, and they take time to load
    _print_into(scratch)
    os.chdir(KIT)
    options = ["-q", "-s", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=0"]  # a timer and forks do not mix
    status = pytest.main([*options, "proj4_unit_tests"], plugins=[_Trials(trials, at_once, scratch, results)])
    sys.stdout.flush()
    os._exit(status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED))


class _Trials:
    """Instead of running the tests, forks a child for each trial; in the children, pytest goes on and runs them."""

    def __init__(self, trials: Iterable[Trial], at_once: int, scratch: Path, results: connection.Connection) -> None:
        self._waiting, self._at_once, self._scratch, self._results = iter(trials), at_once, scratch, results
        self._running: dict[int, tuple[Trial, Path]] = {}
        self._trial: Trial | None = None  # of this process, if it is a child
        self._calls: dict[str, list[str]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        gc.freeze()  # a collection in a child then leaves alone, and does not copy, all that is loaded here
        for trial in self._waiting:
            folder = Path(tempfile.mkdtemp(dir=self._scratch))
            sys.stdout.flush()
            if (child := os.fork()) == 0:
                self._trial = trial
                _prepare(trial, folder, session)
                return None
            self._running[child] = trial, folder
            if len(self._running) == self._at_once:
                self._await_one()
        while self._running:
            self._await_one()
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note which functions of the parts a test calls, if the trial asks for it."""
        if self._trial is None or self._trial.called is None:
            return (yield)
        Samples.shared = False
        called = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and "/proj4_code/part" in frame.f_code.co_filename:
                called.add(f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_firstlineno}")

        sys.settrace(note)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self._calls[f"{item.path.stem}/{item.name}"] = sorted(called)
            self._trial.called.write_text(json.dumps(self._calls), encoding="utf-8")

    def _await_one(self) -> None:
        child, _ = os.wait()
        self._results.send(_result(*self._running.pop(child)))


def _prepare(trial: Trial, folder: Path, session: pytest.Session) -> None:
    """Make this process, a child, one that runs a trial's tests on its submission."""
    signal.alarm(LONGEST)
    _print_into(folder)
    for name in [name for name in sys.modules if name.split(".")[0] == "proj4_code"]:
        del sys.modules[name]
    sys.path.insert(0, str(lay_over(trial.submission, folder, copy=os.symlink)))
    torch.set_num_threads(trial.threads)
    torch.backends.mkldnn.set_flags(trial.onednn)
    session.items[:] = [item for item in session.items if f"{item.path.stem}/{item.name}" in trial.tests]
    vars(session.config.option).update({"results": folder / RESULTS, **(trial.options or {})})


def _print_into(folder: Path) -> None:
    with (folder / PRINTED).open("w") as printed:
        os.dup2(printed.fileno(), 1)
        os.dup2(printed.fileno(), 2)


def _result(trial: Trial, folder: Path) -> Result:
    results = folder / RESULTS
    tests = json.loads(results.read_text(encoding="utf-8")) if results.is_file() else []
    return Result(
        trial,
        [Outcome.from_json(test) for test in tests],
        (folder / PRINTED).read_text(encoding="utf-8", errors="replace"),
    )
