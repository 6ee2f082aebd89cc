"""When a mistake is named: at home by the rule in setup.cfg, with a grade by the policy; and the log of one's work."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from instructor.catalogue import MISTAKES
from instructor.grading.hints import as_student_reads
from instructor.grading.policy import Policy, read_policy
from instructor.grading.records import COMPLETE, Grade, GradedTest, Origin
from instructor.grading.report.page import write_report
from instructor.grading.results import HINTS, as_gradescope, list_entries, read_results, write_results
from instructor.rubric import POINTS
from instructor.tests.unit_tests.suites import run_suite, write_kit
from proj4_code.given.basics.work_log import WORK_LOG, Entry, file_hash
from proj4_unit_tests.harness.fixtures import CLIENT
from proj4_unit_tests.harness.outcome import WRONG, Mistake, Outcome
from proj4_unit_tests.harness.reports.ladder import Ladder, open_ladder, parse_rule

TRANSPOSED = next(edit for edit in MISTAKES if edit.name == "5-transposed")
FIELDS = ("checked:", "expected:", "got:")


@pytest.fixture(scope="module")
def kit(tmp_path_factory) -> Path:
    """A kit whose student made one mistake, in part 5."""
    submission = TRANSPOSED.write(tmp_path_factory.mktemp("submission") / "transposed")
    return write_kit(submission, tmp_path_factory.mktemp("kit"))


def _run(kit: Path, rule: str, *options: object) -> str:
    """Run the tests of part 5 as a student does; return what they say, without line breaks."""
    outcomes, printed, status = run_suite("-k", "part5", "-o", f"hints={rule}", *options, folder=kit)
    assert status == 1
    assert any(outcome.mistake for outcome in outcomes)  # it is known to whoever reads the results
    return " ".join(printed.split())


def _names(said: str) -> bool:
    assert said.count(TRANSPOSED.hint) == said.count(TRANSPOSED.wrong)
    return TRANSPOSED.wrong in said


def test_after_two_runs_with_the_same_mistake_the_third_names_it(kit):
    first, second, third = (_run(kit, "after 2") for _ in range(3))
    assert [_names(said) for said in (first, second, third)] == [False, False, True]
    assert "one that is still there after 2 runs gets its name and a hint" in first
    assert "Known mistakes are among these" not in third
    assert all(field in first for field in FIELDS)
    assert TRANSPOSED.name not in (kit / "hint_runs.json").read_text()


def test_a_hint_comes_when_it_is_asked_for_and_the_log_holds_what_the_student_read(kit):
    log, file = kit / WORK_LOG, kit / "proj4_code" / "part5_iou.py"
    assert not log.exists()  # after the runs of the other tests
    silent = _run(kit, "on --hint", "--tb=short", "--keep-log")
    assert not _names(silent)
    assert "with --hint, the tests name them" in silent
    assert f"logged in {WORK_LOG}" in silent
    assert _names(_run(kit, "on --hint", "--hint"))
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert all(tuple(entry) == Entry._fields for entry in entries)
    assert [entry["mistakes"] for entry in entries] == [[], [TRANSPOSED.name]]
    assert {(entry["part"], entry["file"]) for entry in entries} == {(5, file_hash(file))}
    most = sum(points for test, points in POINTS.items() if test.startswith("test_part5"))
    assert all(0 < entry["points"] < entry["most_points"] == most for entry in entries)


def test_a_rule_that_is_none_is_refused_with_those_there_are():
    assert [parse_rule(rule) for rule in ("at once", "after 3")] == [0, 3]
    with pytest.raises(ValueError, match="hints is 'sometimes': expected at once, after N"):
        parse_rule("sometimes")


@pytest.mark.parametrize(
    ("submission", "record", "stash"), [("folder", None, {}), (None, "record", {}), (None, None, {CLIENT: None})]
)
def test_the_ladder_is_for_students_own_runs(submission, record, stash):
    """An instructor who has set the ladder for the kit still reads everything, and a grader counts no runs."""
    options = SimpleNamespace(submission=submission, record=record, hint=False)
    config = SimpleNamespace(option=options, stash=stash, getini=lambda name: "on --hint")
    assert open_ladder(config) == Ladder(0.0, {})


def test_two_mistakes_that_explain_everything_equally_well_climb_together():
    mistakes = (Mistake("1-a", "a", "?"), Mistake("1-b", "b", "?"))
    outcome = Outcome("test_part1_ppm/test_x", WRONG, 0.0, 1.0, "It works.").with_mistakes(mistakes)
    assert Ladder(1.0, {}).shown(outcome).mistakes == ()
    assert Ladder(0.0, {}).shown(outcome).mistakes == mistakes


def _grade() -> Grade:
    mistake = Mistake(TRANSPOSED.name, TRANSPOSED.wrong, TRANSPOSED.hint)
    outcome = Outcome("test_part5_iou/test_x", WRONG, 0.0, 2.0, "It counts.", "3", "4", mistake=mistake)
    return Grade(COMPLETE, Origin("", "", "", "", "", ""), (GradedTest(outcome),))


def _policy(hints: str, due: timedelta | None = None) -> Policy:
    policy = read_policy()
    when = (datetime.now().astimezone() + due).isoformat() if due is not None else ""
    return policy._replace(hints=hints, late=policy.late._replace(due=when))


@pytest.mark.parametrize(
    ("policy", "named"),
    [
        (_policy("always"), True),
        (_policy("never"), False),
        (_policy("after_due_date"), False),
        (_policy("after_due_date", timedelta(days=1)), False),
        (_policy("after_due_date", -timedelta(days=1)), True),
    ],
    ids=["always", "never", "no due date", "before", "after"],
)
def test_the_policy_decides_what_every_reader_of_a_grade_is_told(policy, named, tmp_path):
    write_report(_grade(), "ann", policy, tmp_path / "report.html")
    write_results(_grade(), policy, tmp_path / "results.json")
    entries = as_gradescope(_grade(), policy)["tests"]
    texts = [(tmp_path / "report.html").read_text(), entries[0]["output"], list_entries(_grade(), policy)[0]["output"]]
    assert [TRANSPOSED.wrong in text and TRANSPOSED.hint in text for text in texts] == [named] * 3
    assert all("It counts." in text for text in texts)
    later = policy.hints == "after_due_date" and not named
    assert [entry["visibility"] for entry in entries if entry["name"] == HINTS] == ["after_due_date"] * later
    assert ("after the due date, this report" in texts[0]) == later
    assert read_results(tmp_path / "results.json").tests == _grade().tests  # an instructor reads everything
    assert as_student_reads(_grade(), policy).score == _grade().score


def test_hints_that_nobody_knows_are_refused(tmp_path):
    (tmp_path / "policy.toml").write_text('hints = "sometimes"')
    with pytest.raises(ValueError, match="hints 'sometimes': choose one of always, after_due_date, never"):
        read_policy(tmp_path / "policy.toml")
