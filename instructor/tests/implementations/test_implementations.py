"""Right code in other styles has full marks, and mistakes made in it are recognised, or not named at all."""

import random
import secrets
from contextlib import closing

import pytest

from instructor.catalogue import MISTAKES as CATALOGUE
from instructor.grading.grade import grade
from instructor.grading.policy import read_policy
from instructor.proofs.trials import Trial, nearby_tests, run_trials
from instructor.sandbox.sandbox import Sandbox
from instructor.tests.implementations.grounds import FOLDER, MISTAKES, STYLES, all_mistakes, write_with_mistake
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.outcome import WRONG

BY_NAME = {edit.name: edit for edit in CATALOGUE}
SAMPLE = 6  # mistakes that are tried; make deep tries all
LEAST_NAMED = 0.9


def _names(chosen: list[tuple[str, str]], folder) -> dict[str, set[str] | None]:
    """Make mistakes and test them; return what each is said to be, or None where it costs no point."""
    trials = []
    for style, name in chosen:
        submission = write_with_mistake(style, name, folder / style / name)
        tests = nearby_tests(BY_NAME[name].part)
        trials.append(Trial(f"{style}/{name}", submission, tests, {"answers": PUBLIC_BOOK}))
    given = {}
    for result in run_trials(trials):
        assert result.tests, result.printed
        wrong = [outcome for outcome in result.tests if outcome.status == WRONG]
        names = {mistake.wrong for outcome in wrong for mistake in outcome.mistakes}
        given[result.trial.name] = names if wrong else None
    return given


def _misled(given: dict[str, set[str] | None]) -> dict[str, set[str]]:
    """List the mistakes that are said to be others."""
    return {key: names for key, names in given.items() if names and BY_NAME[key.split("/")[1]].wrong not in names}


def test_every_implementation_has_full_marks():
    results = list(run_trials([Trial(style, FOLDER / style, options={"answers": PUBLIC_BOOK}) for style in STYLES]))
    assert {result.trial.name: set(result.lost.values()) for result in results} == {style: {0} for style in STYLES}


@pytest.mark.deep
def test_every_implementation_has_full_marks_when_it_is_graded(tmp_path, book):
    policy, scores = read_policy(), {}
    with closing(Sandbox(policy.patience)) as sandbox:
        for style in STYLES:
            graded = grade([FOLDER / style], book, sandbox, policy, tmp_path / style / "results.json")
            scores[style] = (graded.score, graded.notes)
    assert scores == {style: (100, []) for style in STYLES}


def test_there_are_five():
    assert len(STYLES) == 5 and set(MISTAKES) < set(STYLES)


def test_fifty_mistakes_can_be_made_in_each():
    for style, edits in MISTAKES.items():
        assert len(edits) >= 50, style
        assert set(edits) <= set(BY_NAME)


def test_some_mistakes_lose_points_and_none_is_given_a_wrong_name(tmp_path):
    seed = secrets.randbits(32)
    given = _names(random.Random(seed).sample(sorted(all_mistakes()), SAMPLE), tmp_path)
    assert [key for key, names in given.items() if names is None] == [], f"with the seed {seed}"
    assert _misled(given) == {}, f"with the seed {seed}"


@pytest.mark.deep
def test_nine_of_ten_mistakes_are_named_and_none_is_given_a_wrong_name(tmp_path):
    given = _names(list(all_mistakes()), tmp_path)
    assert [key for key, names in given.items() if names is None] == []
    assert _misled(given) == {}
    named = [key for key, names in given.items() if names and len(names) == 1]
    print(f"{len(named)} of {len(given)} are named; not named: {sorted(set(given) - set(named))}")
    assert len(named) >= LEAST_NAMED * len(given)
