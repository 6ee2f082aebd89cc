"""The unit tests, run on an upload in the sandbox: the same tests, with another runner."""

import contextlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from instructor.rubric import POINTS
from instructor.sandbox.sandbox import Sandbox
from proj4_unit_tests.harness.console import Outcome
from proj4_unit_tests.harness.fixtures import RUNNER
from proj4_unit_tests.harness.submission import KIT

GRADER_ERROR = "grader error"
TESTS = KIT / "proj4_unit_tests"
WORDS_OF_GRADER_ERROR = (
    "The grader failed here, not your code. This test's points are still open: your instructor has been told."
)


class GradedTest(NamedTuple):
    """How one test of an upload ended.

    Attributes:
        outcome: as in an open run; its status may also be `GRADER_ERROR`.
        checked: what the test checks, in a sentence.
        printed: what the student's code printed meanwhile.
        seconds: how long it took.
    """

    outcome: Outcome
    checked: str
    printed: str
    seconds: float


def run_tests(
    sandbox: Sandbox,
    submission: Path,
    book: Path,
    after_each: Callable[[list[GradedTest]], None] = lambda runs: None,
    tests: Sequence[str] = tuple(POINTS),
) -> list[GradedTest]:
    """Run unit tests on a submission.

    Args:
        sandbox: where its code runs.
        submission: folder of part files.
        book: the answer book.
        after_each: called after each test with all that have ended; what it gets at last is not yet final, since
            mistakes are named when all tests are done.
        tests: those that are run, "FILE/TEST".

    Returns:
        One entry a test, in their order.
    """
    sandbox.load(submission)
    runs = _run(sandbox, book, tests, after_each)
    failed = [test for test in tests if test not in runs or runs[test].outcome.status == GRADER_ERROR]
    if failed:  # once more: most causes pass, such as a machine without memory for a moment
        again = _run(sandbox, book, failed, lambda runs: None)
        runs |= {test: again.get(test) or _not_run(test) for test in failed}
    return [runs[test] for test in tests]


class _Plugin:
    """Puts the sandbox in the place of the runner, and listens."""

    def __init__(self, sandbox: Sandbox, after_each: Callable[[list[GradedTest]], None]) -> None:
        self._sandbox, self._after_each = sandbox, after_each
        self.reports: list[tuple[pytest.TestReport, str, str, str]] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[RUNNER] = self._sandbox

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item):
        self._sandbox.start_test(item.path.stem)
        self._report = None
        try:
            done = yield
        finally:
            self._sandbox.end_test()
        if self._report is not None:
            self.reports.append((self._report, item.obj.__doc__, self._sandbox.printed, self._sandbox.failure))
            self._after_each(list(self.runs().values()))
        return done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self._report = report

    def runs(self) -> dict[str, GradedTest]:
        """Return what is known of each test; its message names the mistake when all tests are done."""
        runs = {}
        for report, checked, printed, failure in self.reports:
            outcome = report.proj4_outcome
            if failure:
                outcome = Outcome(outcome.test, GRADER_ERROR, WORDS_OF_GRADER_ERROR)
                printed = failure
            runs[outcome.test] = GradedTest(outcome, " ".join(checked.split()), printed, report.duration)
        return runs


def _run(
    sandbox: Sandbox, book: Path, tests: Sequence[str], after_each: Callable[[list[GradedTest]], None]
) -> dict[str, GradedTest]:
    plugin = _Plugin(sandbox, after_each)
    options = ["-q", "-p", "no:cacheprovider", "--answers", str(book)]
    chosen = [f"{TESTS}/{test.replace('/', '.py::')}" for test in tests]
    with contextlib.chdir(KIT), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        status = pytest.main([*options, *chosen], plugins=[plugin])
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    return plugin.runs()


def _not_run(test: str) -> GradedTest:
    return GradedTest(Outcome(test, GRADER_ERROR, WORDS_OF_GRADER_ERROR), "", "the test did not run", 0.0)
