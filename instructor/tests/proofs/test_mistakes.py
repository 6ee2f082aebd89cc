"""Every known mistake is caught and named, every alternative has full marks: with the public book, and a new one."""

import random
import secrets
from collections.abc import Sequence

import pytest

from instructor.catalogue import MISTAKES
from instructor.catalogue.edits import Edit, write_submission
from instructor.proofs.record_book import make_book
from instructor.proofs.review import list_alternatives, part_of, review
from instructor.proofs.table import format_table
from instructor.proofs.trials import Trial, nearby_tests, run_trials
from instructor.release.skeletons import SOLUTION
from instructor.tests.unit_tests.suites import run_suite
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.submission import KIT

BY_NAME = {edit.name: edit for edit in MISTAKES}
SHARE = 60  # one mistake in so many is tried; make deep tries all, with both books


@pytest.fixture(scope="module")
def seed():
    """A seed that nobody has seen."""
    print("the seed of the new book:", seed := secrets.randbits(63))
    return seed


@pytest.fixture(scope="module")
def new_book(tmp_path_factory, seed):
    """A book of that seed, of some mistakes that it chooses."""
    path = tmp_path_factory.mktemp("book") / "new.npz"
    make_book(path, seed, _some(MISTAKES, seed))
    return path


def _some(of: Sequence, seed: int) -> list:
    return random.Random(seed).sample(of, len(of) // SHARE)


@pytest.fixture(scope="module")
def verdicts():
    """What the unit tests say of everything, with the public book."""
    return review(PUBLIC_BOOK)


def _chosen(seed: int) -> set[str]:
    """Name the mistakes and alternatives that a seed chooses."""
    return {*(edit.name for edit in _some(MISTAKES, seed)), *(name for name, _ in _some(list_alternatives(), seed))}


def _problems(verdicts) -> list[str]:
    return [f"{verdict.name}: {problem}" for verdict in verdicts for problem in verdict.problems]


def test_some_with_the_public_book(seed):
    assert _problems(review(PUBLIC_BOOK, _chosen(seed).__contains__)) == [], f"with the seed {seed}"


@pytest.mark.deep
def test_all_with_the_public_book(verdicts):
    assert _problems(verdicts) == []


def test_some_with_a_new_book(new_book, seed):
    assert _problems(review(new_book, _chosen(seed).__contains__)) == [], f"with the seed {seed}"


@pytest.mark.deep
def test_all_with_a_new_book(tmp_path, seed):
    make_book(tmp_path / "new.npz", seed)
    assert _problems(review(tmp_path / "new.npz")) == [], f"with the seed {seed}"


def test_the_reference_has_full_marks_with_a_new_book(new_book):
    (result,) = run_trials([Trial("reference", SOLUTION, options={"answers": new_book})])
    assert set(result.lost.values()) == {0}, result.printed


def test_the_table_in_the_documents_has_every_mistake_and_alternative():
    table = (KIT / "docs" / "mistakes.md").read_text(encoding="utf-8")
    named = [(edit.name, edit.wrong) for edit in MISTAKES]
    assert [entry for entry in named if not all(text.replace("|", "\\|") in table for text in entry)] == []
    assert [name for name, _ in list_alternatives() if name not in table] == []


@pytest.mark.deep
def test_the_table_in_the_documents_is_what_the_command_prints(verdicts):
    assert (KIT / "docs" / "mistakes.md").read_text(encoding="utf-8") == format_table(verdicts) + "\n", (
        "run: python -m instructor mistakes --answers proj4_unit_tests/public_answers.npz --table docs/mistakes.md"
    )


def test_there_are_enough_of_both():
    assert len(BY_NAME) == len(MISTAKES) >= 100
    assert len(list_alternatives()) >= 30
    for part in PARTS:
        assert sum(part_of(path) is part for _, path in list_alternatives()) >= 4


def test_no_two_mistakes_are_the_same_edit():
    edits = [(edit.part, edit.right, edit.mistaken) for edit in MISTAKES]
    assert len(set(edits)) == len(edits)


@pytest.mark.parametrize("edit", MISTAKES, ids=lambda edit: edit.name)
def test_a_hint_does_not_give_the_line_away(edit):
    code = [" ".join(line.split()) for line in edit.right.splitlines() if len(line.split()) >= 2]
    assert not any(line in edit.hint for line in code)
    assert len(edit.hint) <= 210
    assert len(edit.wrong) <= 105


def test_an_edit_that_no_longer_fits_breaks_loudly(tmp_path):
    edit = Edit("1-gone", "", "", "this line is not in the reference", "")
    with pytest.raises(ValueError, match=r"mistake 1-gone: part1_ppm.py has .* 0 times, not once"):
        edit.write(tmp_path / "gone")


@pytest.mark.parametrize(
    ("first", "second"),
    [("4-sorted", "4-flip-missing"), ("5-transposed", "5-absent-is-zero"), ("6-mode-not-restored", "6-no-aux")],
)
def test_two_mistakes_at_once_are_both_named(tmp_path, first, second):
    """Each of them shows in a test of its own."""
    first, second = BY_NAME[first], BY_NAME[second]
    source = (SOLUTION / first.part.file).read_text().replace(first.right, first.mistaken)
    submission = write_submission(tmp_path / "both", first.part, source.replace(second.right, second.mistaken))
    (result,) = run_trials([Trial("both", submission, nearby_tests(first.part), {"answers": PUBLIC_BOOK})])
    assert {first.name, second.name} <= {outcome.mistake.name for outcome in result.tests if outcome.mistake}


def test_mistakes_are_named_when_the_part_files_are_in_another_process(tmp_path):
    """As a grader runs them."""
    edits = [next(edit for edit in MISTAKES if edit.part is part) for part in PARTS]
    for part, edit in zip(PARTS, edits, strict=True):
        (tmp_path / part.file).write_text((edit.write(tmp_path / edit.name) / part.file).read_text())
    outcomes, printed, _ = run_suite("--submission", tmp_path, "-k", "not together")
    assert {outcome.mistake.name for outcome in outcomes if outcome.mistake} == {edit.name for edit in edits}
    assert f": {edits[0].wrong}" in " ".join(printed.split())


def test_one_part_of_the_catalogue_can_be_reviewed():
    names = [verdict.name for verdict in review(PUBLIC_BOOK, lambda name: name.startswith("5-t"))]
    assert "5-transposed" in names
    assert all(name.startswith("5-t") for name in names)
