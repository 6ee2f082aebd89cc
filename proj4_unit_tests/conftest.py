"""pytest's hooks: the options, the fixtures, and what students see."""

import json
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from proj4_unit_tests.harness.book import PUBLIC_BOOK, AnswerBook, Draw, Page, sketch
from proj4_unit_tests.harness.calls import LONGEST_CALL, Elsewhere, Here
from proj4_unit_tests.harness.compare import is_not_started
from proj4_unit_tests.harness.console import (
    NOT_STARTED,
    PASSED,
    WRONG,
    Outcome,
    ending,
    explain,
    name_mistake,
    scoreboard,
)
from proj4_unit_tests.harness.fixtures import RUNNER, Book, Runner, Student
from proj4_unit_tests.harness.submission import list_parts
from proj4_unit_tests.harness.values import Plain, to_bytes

BOOK = pytest.StashKey[AnswerBook | None]()
ENDED = pytest.StashKey[list[pytest.TestReport]]()  # each has its Outcome as `proj4_outcome`
GIVEN = pytest.StashKey[dict[str, list[Plain]]]()  # test -> sketches of its answers
RECORD = pytest.StashKey[dict[str, Page]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this suite."""
    group = parser.getgroup("proj4")
    group.addoption(
        "--submission", type=Path, metavar="DIR", help="test the part files in this folder, in another process"
    )
    group.addoption("--answers", type=Path, default=PUBLIC_BOOK, metavar="BOOK", help="the answer book to compare with")
    group.addoption(
        "--longest-call", type=int, default=LONGEST_CALL, metavar="S", help="with --submission: seconds for a call"
    )
    group.addoption("--results", type=Path, metavar="JSON", help="write status, points and message of every test here")
    group.addoption(
        "--others-passed", action="store_true", help="name mistakes as if all tests that do not run had passed"
    )
    group.addoption("--record", type=Path, metavar="FILE", help="compare nothing, but write all answers here")
    group.addoption("--seed", type=int, default=0, help="with --record: the seed of the questions")


def pytest_configure(config: pytest.Config) -> None:
    """Open the answer book, and see whether there is a submission where one is expected."""
    config.stash[ENDED], config.stash[GIVEN], config.stash[RECORD] = [], {}, {}
    try:
        if config.option.submission:
            list_parts(_path(config, config.option.submission))
        config.stash[BOOK] = None if config.option.record else AnswerBook(_path(config, config.option.answers))
    except (FileNotFoundError, ValueError) as error:
        raise pytest.UsageError(str(error)) from None
    if config.option.reportchars == "fE":
        config.option.reportchars = ""  # the scoreboard lists what is wrong


@pytest.fixture(scope="session")
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    """Whatever calls the adapters."""
    options = request.config.option
    if runner := request.config.stash.get(RUNNER, None):
        yield runner
        return
    runner = (
        Elsewhere(_path(request.config, options.submission), options.longest_call) if options.submission else Here()
    )
    yield runner
    runner.close()


@pytest.fixture
def student(runner: Runner) -> Student:
    """The student's code."""
    return Student(runner)


@pytest.fixture
def draw(request: pytest.FixtureRequest) -> Draw:
    """Random questions of this test."""
    book = request.config.stash[BOOK]
    return Draw(book.seed if book else request.config.option.seed, _name(request.node))


@pytest.fixture
def book(request: pytest.FixtureRequest, student: Student) -> Book:
    """The right answers to this test."""
    return Book(request.config.stash[BOOK], _name(request.node), student)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Generator[None, pytest.TestReport]:
    """Say how a test ended, in the words of the assignment."""
    own_words = item.config.option.tbstyle == "auto" and not item.config.option.fulltrace
    if call.when == "call" and own_words:
        item.repr_failure = lambda excinfo: ""  # pytest's own, which is not shown, takes longer than most tests
    report = yield
    if call.when != "call":
        return report
    error = call.excinfo.value if call.excinfo else None
    student, stash = item.funcargs["student"], item.config.stash
    if item.config.option.record:
        stash[RECORD][_name(item)] = student.page()
    outcome = Outcome(_name(item), PASSED, error=student.error)
    if error and is_not_started(error):
        outcome = outcome._replace(status=NOT_STARTED, message=str(error))
        report.outcome, report.longrepr = "skipped", (str(item.path), item.location[1], str(error))
    elif error:
        outcome = outcome._replace(status=WRONG, message=explain(item.obj.__doc__, error), ending=ending(error))
        report.outcome = "failed"
        if own_words:
            report.longrepr = outcome.message
    report.proj4_outcome = outcome
    stash[ENDED].append(report)
    stash[GIVEN][_name(item)] = list(map(sketch, student.answers))
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Call a test that meets a skeleton "not started"."""
    if getattr(report, "proj4_outcome", None) and report.proj4_outcome.status == NOT_STARTED:
        return NOT_STARTED, "-", "NOT STARTED"
    return None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Name the mistakes, and write the files that were asked for; only full marks are a success."""
    config = session.config
    _name_mistakes(config)
    outcomes = _outcomes(config)
    if config.option.record:
        _path(config, config.option.record).write_bytes(to_bytes(config.stash[RECORD]))
    if config.option.results:
        tests = [{**outcome._asdict(), "points": outcome.points, "worth": outcome.worth} for outcome in outcomes]
        _path(config, config.option.results).write_text(json.dumps(tests, indent=1), encoding="utf-8")
    if session.exitstatus == pytest.ExitCode.OK and any(outcome.status != PASSED for outcome in outcomes):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _name_mistakes(config: pytest.Config) -> None:
    """Add the mistake to the message of each wrong test, where it is a known one: all tests together tell best."""
    wrong = [report for report in config.stash[ENDED] if report.proj4_outcome.status == WRONG]
    if not wrong or config.option.record:
        return
    tests = [report.proj4_outcome.test for report in wrong]
    mistakes = config.stash[BOOK].diagnose(config.stash[GIVEN], tests, config.option.others_passed)
    for report in wrong:
        outcome = report.proj4_outcome
        if mistake := mistakes.get(outcome.test):
            message = f"{outcome.message}\n{name_mistake(mistake)}"
            if report.longrepr == outcome.message:
                report.longrepr = message
            report.proj4_outcome = outcome._replace(message=message, mistake=mistake.name)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the scoreboard."""
    if outcomes := _outcomes(config):
        terminalreporter.section("scoreboard")
        for line in scoreboard(outcomes):
            terminalreporter.line(line)


def _outcomes(config: pytest.Config) -> list[Outcome]:
    return [report.proj4_outcome for report in config.stash[ENDED]]


def _name(item: pytest.Item) -> str:
    return f"{item.path.stem}/{item.name}"


def _path(config: pytest.Config, path: Path) -> Path:
    return config.invocation_params.dir / path
