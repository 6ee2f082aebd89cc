"""Every known mistake loses points of its own part, and is named as itself."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from instructor.mistakes.book import make_book
from instructor.mistakes.catalogue import MISTAKES
from instructor.mistakes.edits import Edit
from instructor.release.skeletons import SOLUTION
from instructor.tests.suites import run_suite
from proj4_unit_tests.answers import PUBLIC_BOOK


def _outcomes(book, folder) -> dict[Edit, list[dict]]:
    def run(edit: Edit) -> list[dict]:
        submission = edit.write(folder / edit.name)
        return run_suite("--submission", submission, "--answers", book, "-k", edit.part.name.replace(" ", ""))[0]

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(MISTAKES, pool.map(run, MISTAKES), strict=True))


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What the unit tests say of each mistake, with the public book."""
    return _outcomes(PUBLIC_BOOK, tmp_path_factory.mktemp("mistakes"))


def _check_names(outcomes: dict[Edit, list[dict]]) -> None:
    for edit, tests in outcomes.items():
        wrong = [test for test in tests if test["status"] == "wrong"]
        assert wrong, f"{edit.name} survives"
        named = [
            line.split(":", 1)[1].strip()
            for test in wrong
            for line in test["message"].splitlines()
            if line.startswith("mistake:")
        ]
        assert named, f"{edit.name} is not named"
        assert set(named) == {edit.wrong}, f"{edit.name} is named as {set(named)}"


def test_every_mistake_is_caught_and_named(outcomes):
    _check_names(outcomes)


def test_messages_fit_ten_lines(outcomes):
    for edit, tests in outcomes.items():
        for test in tests:
            lines = test["message"].splitlines()
            assert len(lines) <= 10, edit.name
            assert all(len(line) <= 120 for line in lines), edit.name


def test_an_edit_that_no_longer_fits_breaks_loudly(tmp_path):
    edit = Edit("1-gone", "", "", "this line is not in the reference", "")
    with pytest.raises(ValueError, match=r"mistake 1-gone: part1_ppm.py has .* 0 times, not once"):
        edit.write(tmp_path / "gone")


@pytest.mark.deep
def test_a_private_book_serves_as_well(tmp_path):
    """With a seed of one's own: the reference has full marks, and every mistake is caught and named."""
    make_book(tmp_path / "book.npz", seed=20261121)
    tests = run_suite("--submission", SOLUTION, "--answers", tmp_path / "book.npz")[0]
    assert {test["status"] for test in tests} == {"passed"}
    _check_names(_outcomes(tmp_path / "book.npz", tmp_path))
