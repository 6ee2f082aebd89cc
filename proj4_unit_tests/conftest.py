"""pytest's hooks: the options, how a test ends, and what students see."""

import base64
import bdb
import json
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import cast

import pytest

from proj4_code.given.basics.imports import own_code, strays
from proj4_unit_tests.harness.book import PUBLIC_BOOK, Page
from proj4_unit_tests.harness.compare import Wrong
from proj4_unit_tests.harness.console import explain, scoreboard, what_is_wrong
from proj4_unit_tests.harness.errors import ending, exception_types, is_not_started, own_lines, summary
from proj4_unit_tests.harness.fixtures import (  # noqa: F401  fixtures
    Student,
    book,
    client,
    draw,
    name_of,
    open_book,
    path_of,
    samples,
    student,
)
from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, WRONG, Outcome
from proj4_unit_tests.harness.reports.notebook import as_output
from proj4_unit_tests.harness.submission import KIT, list_parts
from proj4_unit_tests.harness.values import Plain, from_bytes, to_bytes

GIVEN = pytest.StashKey[dict[str, list[Plain]]]()  # test -> what it observed
OUTCOME = pytest.StashKey[Outcome]()
FAILED = pytest.StashKey[set[str]]()
RECORD = pytest.StashKey[dict[str, Page]]()
NOT_A_RESULT = (KeyboardInterrupt, pytest.exit.Exception, bdb.BdbQuit)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this suite."""
    group = parser.getgroup("proj4")
    group.addoption(
        "--submission", type=Path, metavar="DIR", help="test the part files in this folder, in another process"
    )
    group.addoption("--answers", type=Path, default=PUBLIC_BOOK, metavar="BOOK", help="the answer book to compare with")
    group.addoption("--longest-call", type=float, default=60, metavar="S", help="with --submission: seconds for a call")
    group.addoption("--results", type=Path, metavar="JSON", help="write the outcome of every test here")
    group.addoption("--notebook-output", type=Path, metavar="JSON", help="write what a notebook displays here")
    group.addoption(
        "--others-passed", action="store_true", help="name mistakes as if all tests that do not run had passed"
    )
    group.addoption("--record", type=Path, metavar="FILE", help="compare nothing, but write all answers here")
    group.addoption("--seed", type=int, default=0, help="with --record: the seed of the questions")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out copies that clouds and editors make of the tests, such as "test_part1_ppm 2.py"."""
    is_copy = collection_path.parent == KIT / "proj4_unit_tests" and not collection_path.stem.isidentifier()
    return True if is_copy and collection_path.suffix == ".py" else None


def pytest_configure(config: pytest.Config) -> None:
    """Open the answer book, and check that there is a submission where one is expected."""
    config.stash[GIVEN], config.stash[FAILED], config.stash[RECORD] = {}, set(), {}
    try:
        if config.option.submission:
            list_parts(path_of(config, config.option.submission))
        open_book(config)
    except (FileNotFoundError, ValueError) as error:
        raise pytest.UsageError(str(error)) from None
    if config.option.reportchars == "fE":
        config.option.reportchars = ""  # the scoreboard lists what is wrong
    if not hasattr(config, "workerinput"):  # with pytest-xdist, workers report to the process that started them
        config.pluginmanager.register(Results(config))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Turn what a test raises into its outcome, and say it in the words of the assignment."""
    error: BaseException | None = None
    try:
        yield
    except NOT_A_RESULT:
        raise
    except BaseException as raised:  # SystemExit and pytest's own too: student code may raise anything
        error = raised
    outcome = _outcome(item, error)
    item.stash[OUTCOME] = outcome
    own = {"points": outcome.points, "mistake": outcome.named.name if outcome.named else ""}
    others = [entry for entry in item.user_properties if entry[0] not in own]  # a plugin may run the test again
    item.user_properties[:] = [*others, *own.items()]
    if error is None:
        return
    options = item.config.option
    if options.tbstyle == "auto" and not options.fulltrace and not options.usepdb:
        raise pytest.fail.Exception(explain(outcome), pytrace=False) from None
    if isinstance(error, pytest.skip.Exception):
        raise Wrong(outcome.got, outcome.expected) from error
    raise error


def _outcome(item: pytest.Item, error: BaseException | None) -> Outcome:
    """Make the record of a test, and name its mistake by what has run so far."""
    code = cast(Student, item.funcargs["student"])  # type: ignore[attr-defined]
    marker = item.get_closest_marker("points")
    most = float(marker.args[0]) if marker else 0.0
    test, checked = name_of(item), " ".join((item.obj.__doc__ or "").split())  # type: ignore[attr-defined]
    config = item.config
    config.stash[GIVEN][test] = code.record
    config.stash[FAILED].discard(test)  # a plugin may run it again
    if config.option.record:
        config.stash[RECORD][test] = code.page(error is None)
    if error is None:
        return Outcome(test, PASSED, most, most, checked, error=code.error)
    if is_not_started(error):
        del config.stash[GIVEN][test]
        return Outcome(test, NOT_STARTED, 0.0, most, checked, got=str(error))
    if isinstance(error, Wrong):
        got, expected, cause = error.got, error.expected, error.__cause__ or error
    else:
        got, expected, cause = f"{exception_types(error)[0]}: {summary(error)}", "no exception", error
    where = next(iter(own_lines(cause)[-1:]), "")
    outcome = Outcome(test, WRONG, 0.0, most, checked, got, expected, where, ending=ending(cause))
    config.stash[FAILED].add(test)
    if (answers := open_book(config)) is None:
        return outcome
    failed = config.stash[FAILED]
    named = answers.diagnose(config.stash[GIVEN], failed, config.option.others_passed)
    return outcome.with_mistakes(named.get(test, ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add a test's outcome to its report; a report that another process makes arrives with it."""
    report: pytest.TestReport = yield
    if call.when != "call" or (outcome := item.stash.get(OUTCOME, None)) is None:
        return report
    if outcome.status == NOT_STARTED:
        report.outcome, report.longrepr = "skipped", (str(item.path), item.location[1] or 0, outcome.got)
    elif outcome.status == WRONG and isinstance(call.excinfo and call.excinfo.value, pytest.fail.Exception):
        report.longrepr = explain(outcome)
    given = base64.b64encode(to_bytes(list[Plain](item.config.stash[GIVEN].get(outcome.test, [])))).decode()
    report.proj4 = {"outcome": outcome.as_json(), "given": given}  # type: ignore[attr-defined]
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Call a test that meets a skeleton "not started"."""
    if hasattr(report, "proj4") and report.proj4["outcome"]["status"] == NOT_STARTED:
        return NOT_STARTED, "-", "NOT STARTED"
    return None


class Results:
    """Collects the outcomes of a run, and tells them at its end.

    Args:
        config: of the run.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._reports: dict[str, pytest.TestReport] = {}  # node -> its last report
        self._outcomes: dict[str, Outcome] = {}
        self._told: list[pytest.TestReport] = []  # failures that need no section of pytest's
        self._tests: dict[str, int] = {}  # file -> number of tests in it

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the tests in each file that is run, in part or as a whole."""
        modules = {item.path.stem: item.module for item in session.items if isinstance(item, pytest.Function)}
        self._tests = {file: sum(name.startswith("test_") for name in vars(modules[file])) for file in modules}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a test's last outcome: a plugin may run it again."""
        if report.when == "call" and hasattr(report, "proj4"):
            self._reports[report.nodeid] = report
            self._outcomes[report.nodeid] = Outcome.from_json(report.proj4["outcome"])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Correct the mistakes' names, and write the files that were asked for; only full marks are a success."""
        options = self._config.option
        self._name_mistakes()
        outcomes = list(self._outcomes.values())
        if options.record:
            record = cast(Plain, self._config.stash[RECORD])
            path_of(self._config, options.record).write_bytes(to_bytes(record))
        if options.results:
            text = json.dumps([outcome.as_json() for outcome in outcomes], indent=1)
            path_of(self._config, options.results).write_text(text, encoding="utf-8")
        if options.notebook_output and outcomes:
            path_of(self._config, options.notebook_output).write_text(json.dumps(as_output(outcomes)), encoding="utf-8")
        if session.exitstatus == pytest.ExitCode.OK and any(outcome.status != PASSED for outcome in outcomes):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if terminal := self._config.pluginmanager.get_plugin("terminalreporter"):
            failed = terminal.stats.pop("failed", [])
            self._told = [report for report in failed if isinstance(report.longrepr, str)]
            if others := [report for report in failed if not isinstance(report.longrepr, str)]:
                terminal.stats["failed"] = others

    def _name_mistakes(self) -> None:
        """Name each wrong test's mistake by all tests together, which tell best."""
        wrong = {node: outcome for node, outcome in self._outcomes.items() if outcome.status == WRONG}
        answers = open_book(self._config)
        if not wrong or answers is None:
            return
        given = {
            self._outcomes[node].test: cast(list[Plain], from_bytes(base64.b64decode(report.proj4["given"])))
            for node, report in self._reports.items()
            if self._outcomes[node].status != NOT_STARTED
        }
        tests = {outcome.test for outcome in wrong.values()}
        named = answers.diagnose(given, tests, self._config.option.others_passed)
        for node, outcome in wrong.items():
            corrected = outcome.with_mistakes(named.get(outcome.test, ()))
            if isinstance(self._reports[node].longrepr, str):
                self._reports[node].longrepr = explain(corrected)
            self._outcomes[node] = corrected

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print what is wrong, each mistake once, and the scoreboard."""
        if self._told:
            terminalreporter.stats["failed"] = [*self._told, *terminalreporter.stats.get("failed", [])]
        if not self._outcomes:
            return
        outcomes, writer = list(self._outcomes.values()), self._config.get_terminal_writer()
        wrong = what_is_wrong(outcomes, writer.fullwidth, writer.markup)
        if wrong and self._config.option.tbstyle != "no":
            terminalreporter.section("what is wrong")
            for line in wrong:
                terminalreporter.line(line)
        terminalreporter.section("scoreboard")
        ran = Counter(outcome.test.split("/")[0] for outcome in outcomes)
        cut_short = [file for file, tests in self._tests.items() if 0 < ran[file] < tests]
        for line in scoreboard(outcomes, writer.fullwidth, writer.markup, cut_short):
            terminalreporter.line(line)
        code = path_of(self._config, self._config.option.submission or KIT / "proj4_code")
        for problem in own_code(code).problems:
            terminalreporter.line(f"Before you hand in: {problem}")
        for name in strays(code):
            terminalreporter.line(f"Not tested: {name}, which is none of the six files, nor imported by them")
