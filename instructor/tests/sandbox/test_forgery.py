"""Points without right code are known, and listed for a person."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from instructor.attacks import forger
from instructor.grading.forgery import MOST_UNPROVEN, notes, unproven_points
from instructor.grading.grade import grade
from instructor.grading.policy import read_policy
from instructor.grading.run_tests import TESTS
from instructor.rubric import FORGEABLE, FUNCTIONS, POINTS
from instructor.sandbox.sandbox import Sandbox
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.outcome import PASSED, WRONG, Mistake, Outcome
from proj4_unit_tests.harness.submission import KIT

FEW_NUMBERS = re.compile(r"(loss: )?[\d.]+( for [^']*)?|\[[\d./, na]+\]( in float64)?|\d+/\d+, .*")
QUESTION = re.compile(r"""student\.(?!observe|sample)(\w+)\(|student\.sample\("(\w+)\"""")


@pytest.fixture(scope="module")
def forged(tmp_path_factory) -> Path:
    """An upload without a line of the assignment."""
    folder = tmp_path_factory.mktemp("forged")
    for part in PARTS:
        (folder / part.file).write_bytes(Path(forger.__file__).read_bytes())
    return folder


@pytest.fixture(scope="module")
def forged_grade(forged, book, tmp_path_factory):
    """Its grade."""
    out = tmp_path_factory.mktemp("grade") / "results.json"
    with closing(Sandbox(read_policy().patience)) as sandbox:
        return grade([forged], book, sandbox, read_policy(), out)


def test_what_a_forger_passes_is_what_is_marked_as_forgeable(forged_grade):
    passed = {test.outcome.test for test in forged_grade.tests if test.outcome.status == PASSED}
    assert passed == FORGEABLE


def test_the_guide_says_how_many_points_a_forger_gets():
    guide = (KIT / "docs" / "instructor-guide.md").read_text(encoding="utf-8")
    assert f"gets {sum(POINTS[test] for test in FORGEABLE):g} of 100 points" in guide


def test_a_forger_is_listed_for_a_person(forged_grade):
    (note,) = [note for note in forged_grade.notes if "without right code" in note]
    assert note.startswith(f"{forged_grade.score:g} points from tests that can be passed without right code: ")
    assert all(f"{FUNCTIONS[test]} (" in note for test in FORGEABLE)


def test_an_upload_that_repeats_the_answers_in_reports_is_listed_too(forged_grade):
    """Reports show one value of an array that was expected, but an answer of a few numbers as a whole."""
    shown = {test.outcome.test for test in forged_grade.tests if FEW_NUMBERS.fullmatch(test.outcome.expected)}
    shown -= FORGEABLE
    assert {"pixel_accuracy", "mean_iou", "segmentation_loss", "receptive_field"} <= {FUNCTIONS[test] for test in shown}
    assert sum(unproven_points(_outcomes(FORGEABLE | shown)).values()) > MOST_UNPROVEN
    guide = " ".join((KIT / "docs" / "instructor-guide.md").read_text(encoding="utf-8").split())
    assert f"{sum(POINTS[test] for test in shown):g} points more" in guide


def _outcomes(passed: set[str], mistake: Mistake | None = None) -> list[Outcome]:
    return [
        Outcome(test, PASSED, most, most, "") if test in passed else Outcome(test, WRONG, 0, most, "", mistake=mistake)
        for test, most in POINTS.items()
    ]


def test_one_right_answer_of_a_function_that_needs_right_code_is_enough():
    secret = {function: test for test, function in FUNCTIONS.items() if test not in FORGEABLE}
    assert secret.keys() == set(FUNCTIONS.values()), "each function has a test that cannot be forged"
    assert unproven_points(_outcomes(FORGEABLE | set(secret.values()))) == {}
    assert unproven_points(_outcomes(FORGEABLE | set(secret.values()) - {secret["PPM"]})).keys() == {"PPM"}


def test_a_known_mistake_explains_why_there_is_none():
    assert sum(unproven_points(_outcomes(set(FORGEABLE))).values()) > MOST_UNPROVEN
    assert unproven_points(_outcomes(set(FORGEABLE), Mistake("a", "b", "c"))) == {}


def test_right_and_empty_code_is_not_listed():
    for passed in (set(POINTS), set()):
        assert list(notes(_outcomes(passed))) == []


def test_the_forger_knows_what_to_say_to_every_question():
    """Otherwise a test would count as safe because the forger does not try it."""
    questions = [found for path in TESTS.glob("test_*.py") for found in QUESTION.findall(path.read_text())]
    asked = {called or sampled for called, sampled in questions}
    assert len(asked) > 30
    assert asked <= forger.ANSWERS.keys()
