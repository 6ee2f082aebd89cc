"""pytest's hooks: the options, how a test ends, and what students see."""

import base64
import bdb
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import pytest

from proj4_code.given.basics.work_log import WORK_LOG
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.compare import Wrong, describe
from proj4_unit_tests.harness.console import explain
from proj4_unit_tests.harness.errors import (
    ending,
    forget_frames,
    is_not_started,
    kind_and_message,
    own_lines,
    raised_by_test,
)
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
from proj4_unit_tests.harness.reports.ladder import AT_ONCE, open_ladder, parse_rule
from proj4_unit_tests.harness.reports.results import RECORD, Results
from proj4_unit_tests.harness.submission import KIT, list_parts
from proj4_unit_tests.harness.values import Plain, to_bytes

GIVEN = pytest.StashKey[dict[str, list[Plain]]]()  # test -> what it observed
OUTCOME = pytest.StashKey[Outcome]()
FAILED = pytest.StashKey[dict[str, str]]()  # wrong test -> the student's function that it is about
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
    group.addoption("--hint", action="store_true", help="name known mistakes, where the course gives hints on request")
    group.addoption("--keep-log", action="store_true", help=f"begin to keep a log of your runs in {WORK_LOG}")
    group.addoption("--record", type=Path, metavar="FILE", help="compare nothing, but write all answers here")
    group.addoption("--seed", type=int, default=0, help="with --record: the seed of the questions")
    parser.addini("hints", f'when known mistakes are named: "{AT_ONCE}", "after N" or "on --hint"', default=AT_ONCE)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out copies that clouds and editors make of the tests, such as "test_part1_ppm 2.py"."""
    is_copy = collection_path.parent == KIT / "proj4_unit_tests" and not collection_path.stem.isidentifier()
    return True if is_copy and collection_path.suffix == ".py" else None


def pytest_configure(config: pytest.Config) -> None:
    """Open the answer book, and check that there is a submission where one is expected."""
    config.stash[GIVEN], config.stash[FAILED], config.stash[RECORD] = {}, {}, {}
    try:
        if config.option.submission:
            list_parts(path_of(config, config.option.submission))
        for file in (config.option.results, config.option.notebook_output, config.option.record):
            if file and not (folder := path_of(config, file).parent).is_dir():
                raise FileNotFoundError(f"{folder} is no folder: {file.name} cannot be written there")
        open_book(config)
        parse_rule(config.getini("hints"))
    except (FileNotFoundError, ValueError) as error:
        raise pytest.UsageError(str(error)) from None
    if getattr(config.option, "reportchars", "") == "fE":  # there is none with -p no:terminal
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
    shown = open_ladder(item.config).shown(outcome)
    own = {"points": shown.points, "mistake": shown.named.name if shown.named else ""}
    others = [entry for entry in item.user_properties if entry[0] not in own]  # a plugin may run the test again
    item.user_properties[:] = [*others, *own.items()]
    if error is None:
        return
    options = item.config.option
    style = getattr(options, "tbstyle", "auto")  # there is none with -p no:terminal
    if style == "auto" and not options.fulltrace and not options.usepdb:
        forget_frames(error)
        raise pytest.fail.Exception(explain(shown), pytrace=False) from None
    if isinstance(error, pytest.skip.Exception):
        raise Wrong(outcome.got, outcome.expected) from error
    raise error


def _outcome(item: pytest.Item, error: BaseException | None) -> Outcome:
    """Make the record of a test, and name its mistake by what has run so far."""
    code = cast(Student, item.funcargs["student"])  # type: ignore[attr-defined]
    most = float(_marked(item, "points", 0.0))
    test, checked = name_of(item), " ".join((item.obj.__doc__ or "").split())  # type: ignore[attr-defined]
    config = item.config
    config.stash[GIVEN][test] = code.record
    config.stash[FAILED].pop(test, None)  # a plugin may run it again
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
        got, expected, cause = kind_and_message(error), "no exception", error
        if raised_by_test(error):
            got, expected = describe(code.latest), f"another type or shape: the test cannot read this ({got})"
    where = next(iter(own_lines(cause)[-1:]), "")
    outcome = Outcome(test, WRONG, 0.0, most, checked, got, expected, where, ending=ending(cause))
    config.stash[FAILED][test] = _marked(item, "function", "")
    if (answers := open_book(config)) is None:
        return outcome
    failed = config.stash[FAILED]
    named = answers.diagnose(config.stash[GIVEN], failed, config.option.others_passed)
    return outcome.with_mistakes(named.get(test, ()))


def _marked(item: pytest.Item, name: str, otherwise: Any) -> Any:
    """Return what a marker of a test says."""
    marker = item.get_closest_marker(name)
    return marker.args[0] if marker else otherwise


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
        report.longrepr = explain(open_ladder(item.config).shown(outcome))
    given = base64.b64encode(to_bytes(list[Plain](item.config.stash[GIVEN].get(outcome.test, [])))).decode()
    function = item.config.stash[FAILED].get(outcome.test, "")
    report.proj4 = {"outcome": outcome.as_json(), "given": given, "function": function}  # type: ignore[attr-defined]
    return report


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Call a test that meets a skeleton "not started"."""
    if hasattr(report, "proj4") and report.proj4["outcome"]["status"] == NOT_STARTED:
        return NOT_STARTED, "-", "NOT STARTED"
    return None
