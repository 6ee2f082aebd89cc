"""The unit tests, run on an upload in the sandbox: the same tests, with another client."""

import contextlib
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from instructor.grading.records import GRADER_ERROR, NOT_RUN, GradedTest
from instructor.rubric import POINTS
from instructor.sandbox.neighbours import alone, beside_others
from instructor.sandbox.sandbox import Sandbox, TimeLeft
from proj4_unit_tests.harness.fixtures import CLIENT
from proj4_unit_tests.harness.outcome import CRASHED, TIMED_OUT, WRONG, Mistake, Outcome
from proj4_unit_tests.harness.submission import KIT

TESTS = KIT / "proj4_unit_tests"
MOST_GIVEN = 100_000  # characters of a test's answers that are kept
DID_NOT_RUN = "the test did not run"
Runs = dict[str, GradedTest]


def run_tests(
    sandbox: Sandbox,
    submission: Path,
    book: Path,
    after_each: Callable[[Runs], object] = lambda runs: None,
    tests: Sequence[str] = tuple(POINTS),
) -> Runs:
    """Run unit tests on a submission.

    The tests of a module share a child of the sandbox, as they share a process at home. A module with a wrong test is
    run again with a child for each test: then none can harm the next.

    Args:
        sandbox: where its code runs.
        submission: folder of part files.
        book: the answer book.
        after_each: called after each test with all that have ended. Their mistakes are not final yet: all tests
            together tell best.
        tests: those that are run, "FILE/TEST".

    Returns:
        Test -> how it ended, in the order of `tests`.
    """
    with beside_others():
        sandbox.load(submission, TimeLeft(sandbox.patience, _modules(tests)))
        runs = _run(sandbox, book, tests, after_each, share=True)
        doubtful = {_module(test) for test in tests if test not in runs or _is_doubtful(runs[test])}
        if doubtful:
            chosen = [test for test in tests if _module(test) in doubtful]
            sandbox.load(submission, TimeLeft(sandbox.patience.without(sandbox.spent), len(doubtful)))
            again = _run(sandbox, book, chosen, lambda more: after_each(runs | more))
            runs |= {test: _better(runs.get(test), again.get(test), test) for test in chosen}
            broken = [test for test in chosen if _sandbox_failed(runs[test])]
            if broken and sandbox.works():
                runs |= {test: _broke_the_sandbox(runs[test]) for test in broken}
    return _run_slow_ones_again(sandbox, submission, book, {test: runs[test] for test in tests})


def _run_slow_ones_again(sandbox: Sandbox, submission: Path, book: Path, runs: Runs) -> Runs:
    """Run tests that have timed out again while nothing else is graded on this machine, before that costs points."""
    slow = [test for test, run in runs.items() if run.outcome.ending == TIMED_OUT]
    if not slow or not sandbox.patience.again:
        return runs
    with alone():
        patience = sandbox.patience._replace(upload=sandbox.patience.again)
        sandbox.load(submission, TimeLeft(patience, _modules(slow)))
        again = _run(sandbox, book, slow, lambda runs: None)
    better = {test: run for test, run in again.items() if _told_more(run)}
    return runs | {test: replace(better.get(test, runs[test]), alone=True) for test in slow}


def _is_doubtful(run: GradedTest) -> bool:
    """Return whether a test may end otherwise in a child of its own; slow ones are run again anyway."""
    outcome = run.outcome
    return outcome.status == GRADER_ERROR or (outcome.status == WRONG and outcome.ending != TIMED_OUT)


def _better(first: GradedTest | None, second: GradedTest | None, test: str) -> GradedTest:
    """Return the second run of a test, unless only the first one says how the test ended."""
    if second is None:
        return _failed(test, DID_NOT_RUN)
    return first if first is not None and not _is_doubtful(first) and not _told_more(second) else second


def _told_more(run: GradedTest) -> bool:
    """Return whether a second run tells more than that the code is slow, which the first run said in more words."""
    return run.outcome.status != GRADER_ERROR and run.outcome.ending != TIMED_OUT


def _sandbox_failed(run: GradedTest) -> bool:
    """Return whether the sandbox failed, and not what runs the tests, which no upload can reach."""
    return run.outcome.status == GRADER_ERROR and run.failure != DID_NOT_RUN


def _module(test: str) -> str:
    return test.partition("/")[0]


def _modules(tests: Iterable[str]) -> int:
    return len({_module(test) for test in tests})


def _broke_the_sandbox(run: GradedTest) -> GradedTest:
    """Return the record of a test in which the sandbox fails with this upload, and with nothing else."""
    got = "it failed with your code, twice, and works without it"
    outcome = replace(run.outcome, status=WRONG, ending=CRASHED, checked="the process that your code runs in", got=got)
    return replace(run, outcome=replace(outcome, expected="that it ends when the test does"))


def not_run(test: str) -> GradedTest:
    """Return the record of a test that has not run yet."""
    return GradedTest(Outcome(test, NOT_RUN, 0.0, POINTS[test], ""))


def _failed(test: str, failure: str) -> GradedTest:
    return GradedTest(Outcome(test, GRADER_ERROR, 0.0, POINTS[test], ""), failure=failure)


class _Plugin:
    """Gives the tests the sandbox as their client, and listens.

    Attributes:
        runs: how each test ended, so far.
    """

    def __init__(self, sandbox: Sandbox, after_each: Callable[[Runs], object]) -> None:
        self._sandbox, self._after_each = sandbox, after_each
        self.runs: Runs = {}
        self._doubtful: set[str] = set()

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[CLIENT] = self._sandbox

    def pytest_runtest_logstart(self) -> None:
        self._report: pytest.TestReport | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if item.path.stem in self._doubtful:
            pytest.skip("its module is run again, whole")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "proj4"):
            self._report = report

    def pytest_runtest_logfinish(self) -> None:
        if self._report is None:
            return
        outcome = Outcome.from_json(self._report.proj4["outcome"])
        given = self._report.proj4["given"] if outcome.status == WRONG else ""
        given = given if len(given) <= MOST_GIVEN else ""
        run = GradedTest(outcome, self._sandbox.printed, self._report.duration, answers=given)
        if self._sandbox.failure:
            run = _failed(outcome.test, self._sandbox.failure)
        self.runs[outcome.test] = run
        if self._sandbox.shares and _is_doubtful(run):
            self._doubtful.add(_module(outcome.test))
        self._after_each(dict(self.runs))


def _run(
    sandbox: Sandbox, book: Path, tests: Sequence[str], after_each: Callable[[Runs], object], share: bool = False
) -> Runs:
    """Run tests once; those that pytest did not come to are left out.

    Args:
        sandbox: where the submission is loaded.
        book: the answer book.
        tests: those that are run.
        after_each: as in `run_tests`.
        share: whether the tests of a module share a child until one is wrong; its others do not run then.
    """
    plugin, sandbox.shares = _Plugin(sandbox, after_each), share
    chosen = [f"{TESTS}/{test.replace('/', '.py::')}" for test in tests]
    with tempfile.TemporaryDirectory(prefix="proj4-results-") as folder:
        results = Path(folder) / "results.json"
        options = ["-q", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=0"]  # a timer and forks do not mix
        options += ["--answers", str(book), "--results", str(results)]
        with (
            contextlib.chdir(KIT),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            status = pytest.main([*options, *chosen], plugins=[plugin])
        sandbox.end_module()
        sandbox.shares = False
        if status == pytest.ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        final = json.loads(results.read_text(encoding="utf-8")) if results.is_file() else []
    mistakes = {outcome.test: outcome.mistakes for outcome in map(Outcome.from_json, final)}
    return {
        test: _named(run, mistakes.get(test, ())) if run.outcome.status != GRADER_ERROR else run
        for test, run in plugin.runs.items()
    }


def _named(run: GradedTest, mistakes: Sequence[Mistake]) -> GradedTest:
    """Name a test's mistake; the answers of a wrong test without one are kept, for what the class has in common."""
    unexplained = run.outcome.status == WRONG and not mistakes
    return replace(run, outcome=run.outcome.with_mistakes(mistakes), answers=run.answers if unexplained else "")
