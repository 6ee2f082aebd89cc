"""Known mistakes are named in code that the book has not seen, by what it does, and no right code gets a name."""

import random
from collections.abc import Sequence

import pytest

from instructor.catalogue import MISTAKES
from instructor.catalogue.edits import write_submission
from instructor.proofs.review import ALTERNATIVES
from instructor.proofs.trials import Result, Trial, run_trials
from instructor.rubric import list_tests
from instructor.tests.proofs.elsewhere import ELSEWHERE, Elsewhere
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.book import PUBLIC_BOOK

PART = PARTS[3]
SHARE = 20  # one in so many is tried; make deep tries all


def _run(tmp_path, some: Sequence[Elsewhere]) -> dict[Elsewhere, Result]:
    submissions = [write_submission(tmp_path / str(number), PART, _source(entry)) for number, entry in enumerate(some)]
    tests = tuple(list_tests(PART))
    trials = [Trial(str(n), folder, tests, {"answers": PUBLIC_BOOK}) for n, folder in enumerate(submissions)]
    return {some[int(result.trial.name)]: result for result in run_trials(trials)}


def _source(entry: Elsewhere) -> str:
    source = (ALTERNATIVES / f"{entry.base}.py").read_text(encoding="utf-8")
    assert source.count(entry.right) == 1, (
        f"{entry.base} has {entry.right!r} {source.count(entry.right)} times, not once"
    )
    return source.replace(entry.right, entry.mistaken)


def _names(result: Result) -> set[str]:
    return {mistake.name for outcome in result.tests for mistake in outcome.mistakes}


def _check(results: dict[Elsewhere, Result]) -> None:
    assert [entry for entry, result in results.items() if not any(result.lost.values())] == [], "they lose points"
    misled = {entry: _names(result) for entry, result in results.items() if not _names(result) <= {entry.name}}
    assert {(entry, *names) for entry, names in misled.items() if entry.name not in names} == set()


def test_some_lose_points_and_none_is_misnamed(tmp_path):
    _check(_run(tmp_path, random.sample(ELSEWHERE, len(ELSEWHERE) // SHARE)))


@pytest.mark.deep
def test_all_are_named(tmp_path):
    results = _run(tmp_path, ELSEWHERE)
    _check(results)
    unnamed = [entry for entry, result in results.items() if _names(result) != {entry.name}]
    assert len(unnamed) <= 0.1 * len(results), unnamed


def test_every_name_is_in_the_catalogue():
    assert {entry.name for entry in ELSEWHERE} <= {edit.name for edit in MISTAKES}
