"""Grading one upload: points, outcomes, results, reports, replays."""

import json
import os
import re
import signal
from collections import Counter
from contextlib import closing

import numpy as np
import pytest

from instructor.catalogue import MISTAKES
from instructor.grading.grade import grade
from instructor.grading.origin import describe_origin
from instructor.grading.policy import read_policy
from instructor.grading.records import COMPLETE, FAILED, GRADER_ERROR, REFUSED, UNFINISHED, Grade, GradedTest
from instructor.grading.replay import compare
from instructor.grading.report.page import write_report
from instructor.grading.results import (
    WORDS_OF_GRADER_ERROR,
    as_gradescope,
    describe,
    part_of,
    read_results,
    write_results,
)
from instructor.grading.run_tests import run_tests
from instructor.proofs.review import list_alternatives
from instructor.proofs.review import part_of as part_of_alternative
from instructor.rubric import POINTS, joint_tests
from instructor.sandbox.sandbox import Sandbox
from instructor.tests.grading.graders import command, part_files, write_parts
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.errors import StudentError
from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, Outcome
from proj4_unit_tests.harness.submission import KIT

POLICY = read_policy()
IMPATIENT = POLICY.patience._replace(call=2.0, slow_call=0.5, again=2.0)  # for code that hangs


@pytest.fixture(scope="module")
def sandbox():
    with closing(Sandbox(POLICY.patience)) as sandbox:
        yield sandbox


@pytest.fixture
def graded(tmp_path, sandbox, book, monkeypatch):
    def run(folder, patience=POLICY.patience):
        monkeypatch.setattr(sandbox, "patience", patience)
        return grade([folder], book, sandbox, POLICY, tmp_path / "results.json")

    return run


def _endings(grade):
    return {test.ending for test in grade.tests}


def _with_part5(folder, source):
    folder.mkdir()
    (folder / "part5_iou.py").write_text(source)
    return folder


def test_the_reference_has_full_marks(tmp_path, graded):
    grade = graded(write_parts(tmp_path / "reference"))
    assert grade.score == sum(POINTS.values()) == 100
    assert _endings(grade) == {PASSED}
    assert grade.state == COMPLETE


def test_the_skeletons_have_no_points(graded):
    grade = graded(KIT / "proj4_code")
    assert grade.score == 0
    assert _endings(grade) == {NOT_STARTED}


def _check_like_the_open_suite(tmp_path, sandbox, edits, alternatives):
    """Grade with the public book, which says which tests a mistake changes."""
    from instructor.catalogue.edits import write_submission
    from instructor.proofs.trials import Trial, nearby_tests, run_trials
    from proj4_unit_tests.harness.book import AnswerBook

    public = AnswerBook(PUBLIC_BOOK)
    chosen = [(edit.name, edit.write(tmp_path / edit.name), public.failed_by(edit.name)) for edit in edits]
    for name, path in alternatives:
        part = part_of_alternative(path)
        submission = write_submission(tmp_path / name, part, path.read_text(encoding="utf-8"))
        chosen.append((name, submission, [*nearby_tests(part), *joint_tests(part)]))
    trials = [Trial(name, folder, tests, {"answers": PUBLIC_BOOK}) for name, folder, tests in chosen]
    open_suite = {result.trial.name: result.tests for result in run_trials(trials)}
    for name, folder, tests in chosen:
        graded = run_tests(sandbox, folder, PUBLIC_BOOK, tests=tests)
        given = {test: (run.outcome.points, run.outcome.mistake) for test, run in graded.items()}
        assert given == {outcome.test: (outcome.points, outcome.mistake) for outcome in open_suite[name]}, name


def test_some_mistakes_and_alternatives_have_the_points_of_the_open_suite(tmp_path, sandbox):
    _check_like_the_open_suite(tmp_path, sandbox, MISTAKES[::60], list_alternatives()[::16])


@pytest.mark.deep
def test_all_mistakes_and_alternatives_have_the_points_of_the_open_suite(tmp_path, sandbox):
    _check_like_the_open_suite(tmp_path, sandbox, MISTAKES, list_alternatives())


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("def mean_iou(matrix): import os; os.kill(os.getpid(), 11)", "crashed"),
        ("def mean_iou(matrix):\n    while True: pass", "timed out"),
        ("import torch\ndef mean_iou(matrix): return torch.ones(10**11).sum()", "out of memory"),
        ("def mean_iou(matrix): return 5.0", "wrong"),
    ],
)
def test_each_way_to_end_has_its_own_word(tmp_path, graded, source, outcome):
    grade = graded(
        _with_part5(tmp_path / "upload", part_files()["part5_iou.py"].decode() + f"\n\n{source}\n"), IMPATIENT
    )
    ended = {test.outcome.test: test.ending for test in grade.tests}
    assert ended["test_part5_iou/test_the_mean_is_over_the_classes_present"] == outcome
    assert ended["test_part5_iou/test_iou_of_a_random_matrix"] == PASSED
    assert not [note for note in grade.notes if not note.startswith("part5_iou.py")]


def test_a_part_that_hangs_leaves_the_others_their_points(tmp_path, graded):
    """What hangs when it is imported is waited for in two of its own tests, and then by nobody."""
    parts = write_parts(tmp_path / "upload")
    (parts / "part5_iou.py").write_text("while True: pass")
    grade = graded(parts, IMPATIENT)
    got = {test.outcome.test: test.outcome.got for test in grade.tests}
    assert sum("no answer within" in text for text in got.values()) == 2
    told = [text for test, text in got.items() if test.startswith("test_part5_iou")]
    assert all("part5_iou.py does not finish importing" in text for text in told)
    assert sum("after 2 attempts" in text for text in told) == len(told) - 2
    lines = [test.outcome.where for test in grade.tests]
    assert not any("raise TimeoutError" in text for text in [*told, *lines])  # a line that is not the student's
    points = Counter()
    for test in grade.tests:
        points[part_of(test.outcome.test).name] += test.outcome.points
    assert points == {"part 1": 12, "part 2": 20, "part 3": 15, "part 4": 20, "part 5": 0, "part 6": 18, "together": 3}


def test_a_sandbox_that_dies_is_the_graders_error_and_nobody_elses(tmp_path, book, sandbox, monkeypatch):
    real = Sandbox._connected

    def dying(self):
        child = real(self)
        if self._tests == "test_part5_iou":
            os.kill(self.process, signal.SIGKILL)
            child.settimeout(60)
            child.recv(1)  # nothing comes, until the child has died with its server
        return child

    monkeypatch.setattr(Sandbox, "_connected", dying)
    wanted = ("test_part1_ppm/test_every_branch_learns", "test_part5_iou/test_matrices_add_up")
    runs = list(run_tests(sandbox, write_parts(tmp_path / "upload"), book, tests=wanted).values())
    assert [run.outcome.status for run in runs] == [PASSED, GRADER_ERROR]
    assert runs[1].outcome.points == 0
    assert "the sandbox failed" in runs[1].failure


def test_a_failure_is_not_forgotten_when_cleaning_up_fails_too(sandbox, monkeypatch):
    def fail():
        raise sandbox._broken("a second failure")

    sandbox.load(KIT / "proj4_code")
    sandbox.start_test("test_part5_iou")
    with pytest.raises(StudentError):
        sandbox.call("mean_iou", {"matrix": np.eye(2, dtype=np.int64)})  # there is a child to clear up after
    sandbox.failure, process = "the first failure", sandbox.process
    monkeypatch.setattr(sandbox, "_sweep", fail)
    sandbox.end_test()
    assert sandbox.process != process  # cleaning up has ended that one
    assert sandbox.failure == "the first failure"


ORIGIN = describe_origin("0" * 64, b"book")


def test_a_grader_error_is_for_a_person_and_not_silent():
    test = "test_part5_iou/test_matrices_add_up"
    run = GradedTest(Outcome(test, GRADER_ERROR, 0.0, POINTS[test], ""), failure="it ended")
    grade = Grade(COMPLETE, ORIGIN, (run,))
    assert grade.score == 0
    assert grade.notes == [f"the grader failed in {test}"]
    assert "The grader itself failed in 1 tests; your instructor has been told." in describe(grade)
    assert as_gradescope(grade, POLICY)["tests"][0]["output"] == WORDS_OF_GRADER_ERROR


def test_what_is_written_is_read_again(tmp_path, graded):
    grade = graded(_with_part5(tmp_path / "upload", "import ctypes\ndef mean_iou(matrix): return [0.5]\n"))
    assert grade.oddities
    for written in (grade, Grade(REFUSED, ORIGIN, reason="it is empty"), Grade(FAILED, ORIGIN, reason="no memory")):
        write_results(written, POLICY, tmp_path / "out" / "results.json")
        read = read_results(tmp_path / "out" / "results.json")
        assert as_gradescope(read, POLICY) == as_gradescope(written, POLICY)
        comparison = compare(written, read)
        assert (comparison.causes, comparison.changes) == ([], [])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tests": [], "extra_data": {}}'])
def test_other_results_are_not_read(tmp_path, text):
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(ValueError, match=r"is not what this version of the kit writes .*: grade again"):
        read_results(tmp_path / "results.json")


def test_results_are_valid_whenever_grading_is_stopped(tmp_path, book, sandbox, monkeypatch):
    from instructor.grading import grade as module

    seen = []

    def keep(grade, policy, path):
        seen.append(grade)
        if len(seen) == 20:
            raise KeyboardInterrupt
        write_results(grade, policy, path)

    monkeypatch.setattr(module, "write_results", keep)
    with pytest.raises(KeyboardInterrupt):
        grade([write_parts(tmp_path / "upload")], book, sandbox, POLICY, tmp_path / "results.json")
    stopped = read_results(tmp_path / "results.json")
    assert 0 < stopped.score < 100
    assert stopped.state == UNFINISHED
    assert "has not finished" in describe(stopped)
    assert len(stopped.tests) == len(POINTS)


def test_an_upload_that_cannot_be_read_is_refused(tmp_path, graded):
    (tmp_path / "empty").mkdir()
    grade = graded(tmp_path / "empty")
    assert grade.score == 0
    assert grade.state == REFUSED
    assert "hand in part1_ppm.py to part6_training.py" in describe(grade)


def test_the_report_is_inert(tmp_path, graded):
    source = (
        'print("</pre><script>alert(1)</script>")\n'
        'def mean_iou(matrix): raise ValueError("<img src=x onerror=alert(1)>\\x1b[2J")\n'
    )
    folder = _with_part5(tmp_path / "upload", part_files()["part5_iou.py"].decode() + source)
    (folder / "<script>alert(2)<").write_text("")
    write_report(graded(folder), "<b>name</b>", POLICY, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"<(script|img|b)\b", page)
    assert "\x1b" not in page
    assert "default-src 'none'" in page


def test_results_follow_gradescopes_schema(tmp_path, graded):
    graded(write_parts(tmp_path / "upload", "part5"))
    results = json.loads((tmp_path / "results.json").read_text())
    allowed = {
        "score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
        "stdout_visibility", "extra_data", "tests", "leaderboard",
    }  # fmt: skip
    of_test = {
        "score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags",
        "visibility", "extra_data",
    }  # fmt: skip
    assert set(results) <= allowed
    for test in results["tests"]:
        assert set(test) <= of_test
        assert test["status"] in ("passed", "failed")
        assert test["visibility"] in ("visible", "after_due_date", "after_published", "hidden")
        assert 0 <= test["score"] <= test["max_score"]
        assert all(isinstance(tag, str) for tag in test["tags"])
    assert results["score"] == sum(test["score"] for test in results["tests"]) == 10


def test_grade_and_replay_from_the_command_line(tmp_path, book):
    upload = write_parts(tmp_path / "upload", "part1", "part5")
    done = command("grade", upload, "--answers", book, "--out", tmp_path / "grade")
    assert done.returncode == 0, done.stderr
    assert "part 5   IoU                  10 of  10 points" in done.stdout
    assert (tmp_path / "grade" / "report.html").is_file()
    again = command("replay", tmp_path / "grade" / "results.json", upload, "--answers", book)
    assert again.stdout == "the same grade: 22 points\n", again.stdout + again.stderr
    (upload / "part5_iou.py").write_text("broken(")
    changed = command("replay", tmp_path / "grade" / "results.json", upload, "--answers", book)
    assert changed.returncode == 1
    assert "differs: upload:" in changed.stdout
    assert "changed: part 5: the mean is over the classes present: 1 of 1, passed -> 0 of 1, wrong" in changed.stdout
    assert "changed: score: 22 -> 12" in changed.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("visibility = 'all'", "visibility 'all': choose one of visible"),
        ("colour = 1", "colour is unknown: choose from visibility"),
        ("leaderboard = 1", "leaderboard is 1: expected something like True"),
        ("[patience]\ncall = 'x'", "call is 'x': expected something like 5"),
        ("x =", "is not valid TOML"),
    ],
)
def test_a_wrong_policy_says_what_is_wrong(tmp_path, text, message):
    (tmp_path / "policy.toml").write_text(text)
    with pytest.raises(ValueError, match=message):
        read_policy(tmp_path / "policy.toml")
