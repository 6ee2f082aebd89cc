"""Grading one upload: points, outcomes, results, reports, replays."""

import json
import re
from collections import Counter
from contextlib import closing

import pytest

from instructor.catalogue import MISTAKES
from instructor.grading.engine import GRADER_ERROR, WORDS_OF_GRADER_ERROR, GradedTest, run_tests
from instructor.grading.grade import grade
from instructor.grading.page import write_report
from instructor.grading.policy import read_policy
from instructor.grading.results import make_results
from instructor.grading.upload import Upload
from instructor.proofs.review import list_alternatives, part_of
from instructor.rubric import POINTS
from instructor.sandbox.sandbox import Sandbox
from instructor.tests.grading.graders import command, part_files, write_parts
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.console import PASSED, Outcome
from proj4_unit_tests.harness.submission import KIT

POLICY = read_policy()


@pytest.fixture(scope="module")
def sandbox():
    with closing(Sandbox()) as sandbox:
        yield sandbox


@pytest.fixture
def graded(tmp_path, sandbox, book):
    def run(folder, answers=book):
        return grade([folder], answers, sandbox, POLICY, tmp_path / "results.json")

    return run


def _outcomes(results, file=""):
    chosen = [test["extra_data"] for test in results["tests"] if test["extra_data"]["test"].startswith(file)]
    return {more["outcome"] for more in chosen}


def _with_part5(folder, source):
    folder.mkdir()
    (folder / "part5_iou.py").write_text(source)
    return folder


def test_the_reference_has_full_marks(tmp_path, graded):
    results = graded(write_parts(tmp_path / "reference"))
    assert results["score"] == sum(POINTS.values()) == 100
    assert _outcomes(results) == {PASSED}
    assert results == json.loads((tmp_path / "results.json").read_text())


def test_the_skeletons_have_no_points(graded):
    results = graded(KIT / "proj4_code")
    assert results["score"] == 0
    assert _outcomes(results) == {"not started"}


def _check_like_the_open_suite(tmp_path, sandbox, edits, alternatives):
    """Grade with the public book, which says which tests a mistake changes."""
    from instructor.catalogue.edits import write_submission
    from instructor.proofs.trials import Trial, joint_tests, nearby_tests, run_trials
    from proj4_unit_tests.harness.book import AnswerBook

    public = AnswerBook(PUBLIC_BOOK)
    chosen = [(edit.name, edit.write(tmp_path / edit.name), public.changed_by(edit.name)) for edit in edits]
    for name, path in alternatives:
        part = part_of(path)
        submission = write_submission(tmp_path / name, part, path.read_text(encoding="utf-8"))
        chosen.append((name, submission, [*nearby_tests(part), *joint_tests(part)]))
    trials = [Trial(name, folder, tests, {"answers": PUBLIC_BOOK}) for name, folder, tests in chosen]
    open_suite = {result.trial.name: result.tests for result in run_trials(trials)}
    for name, folder, tests in chosen:
        graded = run_tests(sandbox, folder, PUBLIC_BOOK, tests=tests)
        given = {run.outcome.test: (run.outcome.points, run.outcome.mistake) for run in graded}
        assert given == {test["test"]: (test["points"], test["mistake"]) for test in open_suite[name]}, name


def test_some_mistakes_and_alternatives_have_the_points_of_the_open_suite(tmp_path, sandbox):
    _check_like_the_open_suite(tmp_path, sandbox, MISTAKES[::30], list_alternatives()[::8])


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
    results = graded(_with_part5(tmp_path / "upload", part_files()["part5_iou.py"].decode() + f"\n\n{source}\n"))
    ended = {test["extra_data"]["test"]: test["extra_data"]["outcome"] for test in results["tests"]}
    assert ended["test_part5_iou/test_the_mean_is_over_the_classes_present"] == outcome
    assert ended["test_part5_iou/test_iou_of_a_random_matrix"] == PASSED
    assert results["extra_data"]["for a person"] == []


def test_a_part_that_hangs_leaves_the_others_their_points(tmp_path, graded):
    """What hangs when it is imported is waited for in two of its own tests, and then by nobody."""
    parts = write_parts(tmp_path / "upload")
    (parts / "part5_iou.py").write_text("while True: pass")
    results = graded(parts)
    waited = [test["name"] for test in results["tests"] if "no answer within" in test["output"]]
    assert len(waited) == 2
    told = [test["output"] for test in results["tests"] if test["extra_data"]["test"].startswith("test_part5_iou")]
    assert all("part5_iou.py does not end when it is imported" in message for message in told)
    assert sum("after 2 attempts" in message for message in told) == len(told) - 2
    assert not any("raise TimeoutError" in message for message in told)  # a line that is not the student's
    points = Counter()
    for test in results["tests"]:
        points[test["tags"][0]] += test["score"]
    assert points == {"part 1": 12, "part 2": 20, "part 3": 15, "part 4": 20, "part 5": 0, "part 6": 18, "together": 3}


def test_a_sandbox_that_dies_is_the_graders_error_and_nobody_elses(tmp_path, book, sandbox, monkeypatch):
    real = Sandbox._forked

    def dying(self):
        child = real(self)
        if self._part == "test_part5_iou":
            self._server.kill()
            child.settimeout(60)
            child.recv(1)  # nothing comes, until the child has died with its server
        return child

    monkeypatch.setattr(Sandbox, "_forked", dying)
    wanted = ("test_part1_ppm/test_every_branch_learns", "test_part5_iou/test_matrices_add_up")
    runs = run_tests(sandbox, write_parts(tmp_path / "upload"), book, tests=wanted)
    assert [run.outcome.status for run in runs] == [PASSED, GRADER_ERROR]
    assert runs[1].outcome.points == 0
    assert runs[1].outcome.message == WORDS_OF_GRADER_ERROR
    assert "the sandbox failed" in runs[1].printed


def test_a_failure_is_not_forgotten_when_cleaning_up_fails_too(sandbox, monkeypatch):
    def fail():
        raise sandbox._broken("a second failure")

    sandbox.start_test("test_part5_iou")
    sandbox.failure = "the first failure"
    monkeypatch.setattr(sandbox, "_sweep", fail)
    sandbox.end_test()
    assert sandbox.failure == "the first failure"


def test_a_grader_error_is_for_a_person_and_not_silent():
    run = GradedTest(Outcome("test_part5_iou/test_matrices_add_up", GRADER_ERROR, WORDS_OF_GRADER_ERROR), "", "", 0.0)
    results = make_results([run], Upload({}, None, []), POLICY, {}, "complete", 1.0)
    assert results["score"] == 0
    assert results["extra_data"]["for a person"] == ["the grader failed in test_part5_iou/test_matrices_add_up"]
    assert "The grader itself failed in 1 tests; your instructor has been told." in results["output"]


def test_results_are_valid_whenever_grading_is_stopped(tmp_path, book, sandbox, monkeypatch):
    from instructor.grading import grade as module

    seen = []

    def keep(results, path):
        seen.append(results)
        if len(seen) == 20:
            raise KeyboardInterrupt
        write(results, path)

    write = module.write_results
    monkeypatch.setattr(module, "write_results", keep)
    with pytest.raises(KeyboardInterrupt):
        grade([write_parts(tmp_path / "upload")], book, sandbox, POLICY, tmp_path / "results.json")
    results = json.loads((tmp_path / "results.json").read_text())
    assert 0 < results["score"] < 100
    assert results["extra_data"]["state"] == "unfinished"
    assert "has not finished" in results["output"]
    assert len(results["tests"]) == len(POINTS)


def test_an_upload_that_cannot_be_read_is_refused(tmp_path, graded):
    (tmp_path / "empty").mkdir()
    results = graded(tmp_path / "empty")
    assert results["score"] == 0
    assert results["extra_data"]["state"] == "refused"
    assert "hand in part1_ppm.py to part6_training.py" in results["output"]


def test_the_report_is_inert(tmp_path, graded):
    source = (
        'print("</pre><script>alert(1)</script>")\n'
        'def mean_iou(matrix): raise ValueError("<img src=x onerror=alert(1)>\\x1b[2J")\n'
    )
    folder = _with_part5(tmp_path / "upload", part_files()["part5_iou.py"].decode() + source)
    (folder / "<script>alert(2)<").write_text("")
    results = graded(folder)
    write_report(results, "<b>name</b>", True, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"<(script|img|b)\b", page)
    assert "\x1b" not in page
    assert "default-src 'none'" in page


def test_results_follow_gradescopes_schema(tmp_path, graded):
    results = graded(write_parts(tmp_path / "upload", "part5"))
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
        ("[patience]\ncall = 'x'", "call is 'x': expected something like 10"),
        ("x =", "is no TOML"),
    ],
)
def test_a_wrong_policy_says_what_is_wrong(tmp_path, text, message):
    (tmp_path / "policy.toml").write_text(text)
    with pytest.raises(ValueError, match=message):
        read_policy(tmp_path / "policy.toml")
