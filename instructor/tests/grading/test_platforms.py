"""Other platforms: each result is valid by the platform's published form, and each archive grades on its own."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
import yaml

from instructor.grading.origin import describe_origin
from instructor.grading.policy import read_policy
from instructor.grading.records import COMPLETE, FAILED, REFUSED, Grade, GradedTest
from instructor.grading.run_tests import not_run
from instructor.platforms.classroom50.result import as_classroom50
from instructor.platforms.prairielearn.result import as_prairielearn
from instructor.rubric import POINTS
from instructor.tests.grading.containers import run_in_container, skip_without_containers
from instructor.tests.grading.graders import command, write_parts
from proj4_unit_tests.harness.outcome import PASSED, WRONG, Outcome
from proj4_unit_tests.harness.submission import KIT

TEXT, POSITIVE = {"type": "string", "minLength": 1}, {"type": "integer", "minimum": 0}
TIME = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"}

# The form that classroom50 publishes as schemas/result-v1.schema.json.
CLASSROOM50 = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": [
        "schema",
        "classroom",
        "assignment",
        "assignment_type",
        "owner",
        "submission",
        "commit",
        "release",
        "review",
        "datetime",
        "score",
        "max-score",
        "tests",
    ],
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        "classroom": TEXT,
        "assignment": TEXT,
        "assignment_type": {"enum": ["individual", "group"]},
        "owner": TEXT,
        "submission": {"type": "string", "pattern": "^submit/"},
        "commit": TEXT,
        "release": TEXT,
        "review": TEXT,
        "datetime": TIME,
        "graded_at": TIME,
        "score": POSITIVE,
        "max-score": POSITIVE,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {
                    "test-name": TEXT,
                    "passed": {"type": "boolean"},
                    "score": POSITIVE,
                    "max-score": POSITIVE,
                },
            },
        },
        "submitted_by": {
            "type": "object",
            "additionalProperties": False,
            "required": ["username"],
            "properties": {"username": TEXT, "id": {"type": ["integer", "null"]}},
        },
    },
}

# The form that PrairieLearn documents under "Grading results"; images may be absent, and are.
PRAIRIELEARN = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "gradable": {"type": "boolean"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "message": {"type": "string"},
        "output": {"type": "string"},
        "format_errors": {"type": ["string", "array"], "items": {"type": "string"}},
        "images": False,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "points", "max_points"],
                "properties": {
                    "name": {"type": "string"},
                    "description": {"type": "string"},
                    "points": {"type": "number"},
                    "max_points": {"type": "number"},
                    "message": {"type": "string"},
                    "output": {"type": "string"},
                    "images": False,
                },
            },
        },
    },
    "if": {"properties": {"gradable": {"const": False}}, "required": ["gradable"]},
    "then": {"required": ["format_errors"]},
    "else": {"required": ["score"]},
}
LARGEST = 1_000_000  # bytes of a result
RUNNER = {
    "CLASSROOM": "vision",
    "ASSIGNMENT": "proj4",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "ann",
    "USERNAME": "ann",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://github.com/x/y/commit/a1b2c3d",
    "RELEASE_URL": "https://github.com/x/y/releases/tag/submit%2F1",
    "REVIEW_URL": "",
}


def _grade(state=COMPLETE, talk=""):
    """Make a grade of all tests, every other one passed."""
    origin = describe_origin("0" * 64, b"")
    if state != COMPLETE:
        return Grade(state, origin, reason="part5_iou.py is larger than 0.5 MB: hand in what you wrote")
    tests = []
    for number, (test, most) in enumerate(POINTS.items()):
        passed = number % 2 == 0
        outcome = Outcome(
            test, PASSED if passed else WRONG, most * passed, most, "what is checked", talk or "got", "right"
        )
        tests.append(GradedTest(outcome, printed=talk))
    return Grade(COMPLETE, origin, tuple(tests))


@pytest.mark.parametrize("state", [COMPLETE, REFUSED, FAILED])
@pytest.mark.parametrize("visibility", ["visible", "hidden"])
def test_prairielearns_result_is_valid(state, visibility):
    grade = _grade(state)
    result = as_prairielearn(grade, read_policy()._replace(visibility=visibility))
    jsonschema.validate(result, PRAIRIELEARN)
    assert result["gradable"] is (state == COMPLETE)
    if state == COMPLETE:
        assert result["score"] == pytest.approx(grade.score / grade.most_points)
        assert len(result["tests"]) == (len(POINTS) if visibility == "visible" else 0)
    else:
        assert grade.reason in result["format_errors"][0] or state == FAILED


def test_prairielearns_result_has_the_size_that_is_allowed_whatever_code_prints():
    assert len(json.dumps(as_prairielearn(_grade(talk="x" * 100_000), read_policy()))) < LARGEST


def test_an_unfinished_grade_is_valid_too():
    grade = Grade(COMPLETE, describe_origin("", b""), tuple(map(not_run, POINTS)))
    jsonschema.validate(as_prairielearn(grade, read_policy()), PRAIRIELEARN)


@pytest.mark.parametrize("state", [COMPLETE, REFUSED])
def test_classroom50s_result_is_valid_and_no_half_point_is_lost(state):
    grade = _grade(state)
    result = as_classroom50(grade, read_policy(), RUNNER, datetime(2026, 6, 1, 14, 32, 1, tzinfo=UTC))
    jsonschema.validate(result, CLASSROOM50)
    assert result["datetime"] == "2026-06-01T14:32:01Z"
    assert result["review"] == result["commit"]
    assert all(test["score"] <= test["max-score"] for test in result["tests"])
    if state == COMPLETE:
        assert result["score"] / result["max-score"] == pytest.approx(grade.score / grade.most_points)
        assert result["max-score"] % 100 == 0


def test_classroom50s_runner_must_say_whose_the_result_is():
    with pytest.raises(KeyError, match="SUBMISSION_TAG"):
        environment = {name: value for name, value in RUNNER.items() if name != "SUBMISSION_TAG"}
        as_classroom50(_grade(), read_policy(), environment, datetime.now(UTC))


def test_the_workflow_is_one_that_github_takes():
    workflow = KIT / "instructor" / "platforms" / "github" / "grade.yml"
    check = [
        Path(sys.executable).with_name("check-jsonschema"),
        "--builtin-schema",
        "vendor.github-workflows",
        workflow,
    ]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    steps = yaml.safe_load(workflow.read_text())["jobs"]["grade"]["steps"]
    for script in (step["run"] for step in steps if "run" in step):
        assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
        assert "${{" not in script  # what a name or a secret holds is never part of a script
    commands = [step["run"] for step in steps if "python -m instructor" in step.get("run", "")]
    for line in commands:
        words = line.split()
        options = [word for word in words if word.startswith("--")]
        known = command(words[words.index("instructor") + 1], "--help").stdout
        assert all(option in known for option in options), line


@pytest.fixture(scope="module")
def archives(tmp_path_factory, book):
    """What the commands write, unpacked."""
    root = tmp_path_factory.mktemp("platforms")
    for platform in ("prairielearn", "classroom50"):
        done = command(platform, root / f"{platform}.zip", "--answers", book)
        assert done.returncode == 0, done.stderr
        with zipfile.ZipFile(root / f"{platform}.zip") as archive:
            archive.extractall(root / platform)
            for entry in archive.infolist():
                (root / platform / entry.filename).chmod(entry.external_attr >> 16)
    return root


def test_the_question_is_whole(archives):
    question = archives / "prairielearn"
    info = json.loads((question / "info.json").read_text())
    assert info["externalGradingOptions"]["entrypoint"] == "/grade/tests/run.sh"
    assert os.access(question / "tests" / "run.sh", os.X_OK)
    assert "<pl-external-grader-results>" in (question / "question.html").read_text()
    for name in ("solution", "catalogue", "public_answers"):
        assert not list(question.rglob(f"*{name}*"))


def test_prairielearns_container_grades(archives):
    skip_without_containers()
    grade = archives / "prairielearn"
    shutil.rmtree(grade / "student", ignore_errors=True)
    write_parts(grade / "student", "part5")
    archives.chmod(0o755)
    grade.chmod(0o755)
    done = run_in_container(grade, "bash", "/autograder/tests/run.sh", PROJ4_PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr
    result = json.loads((grade / "results" / "results.json").read_text())
    jsonschema.validate(result, PRAIRIELEARN)
    assert result["message"] == "10 of 100 points"
    assert result["score"] == pytest.approx(0.1)


def test_classroom50s_autograder_grades_a_checkout(archives, tmp_path):
    checkout = write_parts(tmp_path / "checkout", "part5")
    git = ["git", "-c", "user.name=ann", "-c", "user.email=ann@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Part 5"]):
        subprocess.run([*git, *arguments], cwd=checkout, check=True)
    environment = {**os.environ, **RUNNER, "PROJ4_INSTALLED": "1", "PYTHONPATH": ""}
    line = [sys.executable, "-B", archives / "classroom50" / "autograder.py"]
    done = subprocess.run(line, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads((checkout / "result.json").read_text())
    jsonschema.validate(result, CLASSROOM50)
    assert 10 * result["score"] == result["max-score"]
    assert "part 5" in (checkout / "release-body.md").read_text()
