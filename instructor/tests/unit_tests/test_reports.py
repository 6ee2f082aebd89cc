"""Named mistakes reach anyone who listens to pytest: test views of editors, JUnit files, other plugins."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from instructor.catalogue import MISTAKES
from instructor.tests.unit_tests.suites import run_suite, write_kit
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.console import explain, scoreboard
from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, WRONG, Mistake, Outcome

TRANSPOSED = next(edit for edit in MISTAKES if edit.name == "5-transposed")
LISTENER = """
import pytest

def pytest_exception_interact(node, call, report):
    print("TEST VIEW:", report.longreprtext)
"""


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit with one mistake, in part 5."""
    folder = tmp_path_factory.mktemp("course")
    return write_kit(TRANSPOSED.write(folder / "transposed"), folder / "kit")


@pytest.fixture(scope="module")
def alone(kit) -> tuple[list[Outcome], str]:
    """How a plain run of part 5 ends."""
    outcomes, printed, status = run_suite("-k", "part5", folder=kit)
    assert status == 1
    return outcomes, printed


def _shown(outcomes: list[Outcome]) -> dict[str, tuple]:
    return {o.test: (o.status, o.points, o.got, o.expected, o.mistake) for o in outcomes}


def test_every_wrong_test_names_the_mistake(alone):
    outcomes, _ = alone
    wrong = [outcome for outcome in outcomes if outcome.status == WRONG]
    assert {outcome.mistake.name for outcome in wrong} == {TRANSPOSED.name}
    assert len(wrong) >= 2


def test_a_test_view_hears_the_name_when_the_test_ends(alone, kit, tmp_path):
    """VS Code's and PyCharm's views read the text of the report as soon as a test ends."""
    (tmp_path / "listener.py").write_text(LISTENER)
    options = ("-k", "part5", "-s", "-p", "listener", "-o", f"pythonpath=. {tmp_path}")
    _, printed, _ = run_suite(*options, folder=kit)
    heard = printed.split("scoreboard")[0].split("TEST VIEW:")[1:]
    wrong = [outcome for outcome in alone[0] if outcome.status == WRONG]
    assert len(heard) == len(wrong)
    assert all(f"mistake:  {TRANSPOSED.wrong}" in text for text in heard)


def test_a_junit_file_holds_points_and_mistakes(alone, kit, tmp_path):
    run_suite("-k", "part5", "--junitxml", tmp_path / "junit.xml", folder=kit)
    cases = list(ET.parse(tmp_path / "junit.xml").iter("testcase"))
    outcomes = {outcome.test.split("/")[1]: outcome for outcome in alone[0]}
    assert {case.get("name") for case in cases} == set(outcomes)
    for case in cases:
        properties = {entry.get("name"): entry.get("value") for entry in case.iter("property")}
        outcome = outcomes[case.get("name")]
        assert float(properties["points"]) == outcome.points
        assert properties["mistake"] == (outcome.mistake.name if outcome.mistake else "")
        failures = [failure.text for failure in case.iter("failure")]
        assert failures == ([explain(outcome)] if outcome.status == WRONG else [])


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("-n", 2), id="workers", marks=pytest.mark.deep),
        pytest.param(("--reruns", 1), id="reruns", marks=pytest.mark.deep),
        pytest.param(("-n", 2, "--reruns", 1), id="both"),
    ],
)
def test_plugins_that_run_tests_elsewhere_or_again_change_nothing(alone, kit, options):
    outcomes, printed, status = run_suite("-k", "part5", *options, folder=kit)
    assert _shown(outcomes) == _shown(alone[0])
    assert printed.split("scoreboard")[1].splitlines()[1:4] == alone[1].split("scoreboard")[1].splitlines()[1:4]
    assert status == 1


def test_skeletons_on_several_workers_are_not_started():
    outcomes, printed, status = run_suite("-n", 2, "-k", "part1")
    assert {outcome.status for outcome in outcomes} == {NOT_STARTED}
    assert "0 of  12 points" in printed
    assert status == 1


def test_stopping_at_the_first_failure_names_it(kit):
    outcomes, printed, _ = run_suite("-k", "part5", "-x", folder=kit)
    assert [outcome.status for outcome in outcomes].count(WRONG) == 1
    assert outcomes[-1].mistake.name == TRANSPOSED.name
    assert "of" in printed.split("total")[1]


def _outcome(part: int, status: str, points: float, mistake: Mistake | None = None) -> Outcome:
    return Outcome(f"{PARTS[part - 1].tests}/test_{status}", status, points, 1.0, "It works.", mistake=mistake)


def test_an_outcome_survives_json():
    outcome = _outcome(1, WRONG, 0.0, Mistake("1-x", "it is wrong", "why?"))
    assert Outcome.from_json(outcome.as_json()) == outcome
    assert Outcome.from_json(_outcome(2, PASSED, 1.0).as_json()).mistake is None


def test_what_comes_next_after_a_finished_part_is_the_next_part():
    assert scoreboard([_outcome(1, PASSED, 1.0)])[-1] == "Next: go on with part 2: pytest proj4_unit_tests -k part2"
    assert scoreboard([_outcome(6, PASSED, 1.0)])[-1] == "Next: run all tests: pytest proj4_unit_tests"
    assert scoreboard([_outcome(1, PASSED, 1.0), _outcome(2, PASSED, 1.0)])[-1].startswith("Next: go on with part 3")
    advice = scoreboard([_outcome(1, PASSED, 1.0), _outcome(2, WRONG, 0.0), _outcome(3, NOT_STARTED, 0.0)])[-1]
    assert advice.startswith("Next: fix part 2, as the messages above say")


def test_one_test_of_a_part_is_not_a_finished_part(kit):
    _, printed, _ = run_suite("-k", "nothing_but_void", folder=kit)
    assert "Next: run all tests of part 5: pytest proj4_unit_tests -k part5" in printed


def test_the_closing_lines_say_how_to_look_closer(alone):
    _, printed = alone
    closing = " ".join(printed.split("scoreboard")[1].split())
    first = next(outcome.test.split("/")[1] for outcome in alone[0] if outcome.status == WRONG)
    command = f"pytest proj4_unit_tests -k {first} --tb=short"
    if len(command) > 74:  # of 80 columns
        command = command.replace("proj4_unit_tests ", "")
    assert f"One test alone, with its traceback: {command}" in closing
    assert "One mistake at a time: -x stops at the first test that is wrong." in closing
    assert not any("-x" in line for line in scoreboard([_outcome(1, PASSED, 1.0)]))


def test_wrong_tests_without_a_name_are_explained_where_there_are_several_in_a_part():
    told = "Mistakes of one part can hide each other's names and hints"
    named = _outcome(1, WRONG, 0.0).with_mistakes([Mistake("1-a", "a", "b")])
    for numbers, expected in (((1, 1), 1), ((1, 2), 0), ((1,), 0)):
        lines = scoreboard([*(_outcome(number, WRONG, 0.0) for number in numbers), named])
        assert sum(told in line for line in lines) == expected


@pytest.mark.parametrize("options", [("--tb=short",), ("--tb=short", "-x")])
def test_one_test_alone_shows_its_traceback(alone, kit, options):
    first = next(outcome for outcome in alone[0] if outcome.status == WRONG)
    name = first.test.split("/")[1]
    outcomes, printed, status = run_suite("-k", name, *options, folder=kit)
    assert [(o.got, o.mistake) for o in outcomes] == [(first.got, first.mistake)]
    assert "test_part5_iou.py:" in printed
    assert status == 1
