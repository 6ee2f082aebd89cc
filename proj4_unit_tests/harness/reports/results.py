"""The plugin that collects the outcomes of a run, and tells them at its end."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import cast

import pytest

from proj4_code.given.basics.imports import own_code, strays
from proj4_code.given.basics.printing import fold, unbroken
from proj4_unit_tests.harness.book import Page
from proj4_unit_tests.harness.console import explain, scoreboard, what_is_wrong
from proj4_unit_tests.harness.errors import own_lines
from proj4_unit_tests.harness.fixtures import open_book, path_of
from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, WRONG, Outcome, place_of
from proj4_unit_tests.harness.reports.ladder import Ladder, count_run, is_own, open_ladder
from proj4_unit_tests.harness.reports.notebook import as_output
from proj4_unit_tests.harness.reports.work import SAID, UNSAID, keep_log
from proj4_unit_tests.harness.submission import KIT
from proj4_unit_tests.harness.values import Plain, from_bytes, to_bytes

RECORD = pytest.StashKey[dict[str, Page]]()


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
        self._logged = False
        self._stopped = ""  # the line of the student's that ran when Ctrl-C was pressed

    @cached_property
    def _ladder(self) -> Ladder:
        return open_ladder(self._config)  # not before every plugin is configured: one may bring a client

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the tests in each file that is run, in part or as a whole."""
        modules = {item.path.stem: item.module for item in session.items if isinstance(item, pytest.Function)}
        self._tests = {file: sum(name.startswith("test_") for name in vars(modules[file])) for file in modules}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a test's last outcome: a plugin may run it again."""
        if report.when == "call" and hasattr(report, "proj4"):
            self._reports[report.nodeid] = report
            self._outcomes[report.nodeid] = Outcome.from_json(report.proj4["outcome"])

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Keep where the run was stopped."""
        self._stopped = next(iter(own_lines(excinfo.value)[-1:]), "")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Correct the mistakes' names, and write the files that were asked for; only full marks are a success."""
        options = self._config.option
        self._name_mistakes()
        outcomes = list(self._outcomes.values())
        shown = [self._ladder.shown(outcome) for outcome in outcomes]
        count_run(self._ladder, outcomes)
        if is_own(self._config):
            self._logged = keep_log(shown, begin=options.keep_log)
        if options.record:
            record = cast(Plain, self._config.stash[RECORD])
            path_of(self._config, options.record).write_bytes(to_bytes(record))
        if options.results:
            text = json.dumps([outcome.as_json() for outcome in outcomes], indent=1)
            path_of(self._config, options.results).write_text(text, encoding="utf-8")
        if options.notebook_output and outcomes:
            output = json.dumps(as_output(shown, self._ladder.notice(outcomes, "hint=True")))
            path_of(self._config, options.notebook_output).write_text(output, encoding="utf-8")
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
        tests = {outcome.test: self._reports[node].proj4["function"] for node, outcome in wrong.items()}
        named = answers.diagnose(given, tests, self._config.option.others_passed)
        for node, outcome in wrong.items():
            corrected = outcome.with_mistakes(named.get(outcome.test, ()))
            if isinstance(self._reports[node].longrepr, str):
                self._reports[node].longrepr = explain(self._ladder.shown(corrected))
            self._outcomes[node] = corrected

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print what is wrong, each mistake once, and the scoreboard."""
        if self._told:
            terminalreporter.stats["failed"] = [*self._told, *terminalreporter.stats.get("failed", [])]
        if not self._outcomes:
            return
        outcomes = [self._ladder.shown(outcome) for outcome in self._outcomes.values()]
        writer = self._config.get_terminal_writer()
        wrong = what_is_wrong(outcomes, writer.fullwidth, writer.markup)
        if notice := self._ladder.notice(self._outcomes.values()):
            wrong += ["", *fold(notice, writer.fullwidth)]
        if wrong and self._config.option.tbstyle != "no":
            terminalreporter.section("what is wrong")
            for line in wrong:
                terminalreporter.line(line)
        terminalreporter.section("scoreboard")
        ran = Counter(outcome.test.split("/")[0] for outcome in outcomes)
        cut_short = [file for file, tests in self._tests.items() if 0 < ran[file] < tests]
        for line in scoreboard(outcomes, writer.fullwidth, writer.markup, cut_short):
            terminalreporter.line(line)
        if not self._config.invocation_params.dir.samefile(KIT):
            terminalreporter.line(f"Commands work in {KIT}")
        for line in (line for remark in self._remarks() for line in fold(remark, writer.fullwidth, "", " " * 6)):
            terminalreporter.line(line)

    def _remarks(self) -> Iterator[str]:
        """Yield what else there is to say."""
        if self._stopped:
            yield f"Stopped in {self._stopped}"
        if self._config.option.keep_log and is_own(self._config):
            yield SAID if self._logged else UNSAID
        code = path_of(self._config, self._config.option.submission or KIT / "proj4_code")
        told = {place for outcome in self._outcomes.values() if (place := place_of(outcome.where))}
        for problem in own_code(code).problems:
            if place_of(problem) not in told:  # an import that fails here is among what is wrong
                yield f"Before you hand in: {problem}"
        for name in strays(code):
            yield f"Not tested: {unbroken(name)}, which is not one of the six files, nor imported by them"
