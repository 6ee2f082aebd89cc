"""What new students do wrong costs points, is named or leads to its cause, and never gets a wrong name."""

import random
import secrets
from collections import Counter
from pathlib import Path

import pytest

from instructor.catalogue import MISTAKES
from instructor.tests.proofs.newcomers.solutions import (
    LED,
    NAMED,
    Solution,
    format_table,
    judge,
    names_in,
    read_solutions,
    run,
)
from proj4_code.given.parts import PARTS

DOCUMENT = Path(__file__).parents[3] / "docs" / "wrong-solutions.md"
SAMPLE = 6  # solutions that are tried; make deep tries all
LEAST_RECOGNISED = 0.95


def _surprises(solutions: list[Solution], folder: Path) -> dict[str, tuple[str, set[str]]]:
    """List the solutions of which the tests say something other than what is recorded."""
    found = {}
    for solution, result in run(solutions, folder):
        assert result.tests, result.printed
        if (judgement := judge(solution, result)) != solution.recorded:
            found[f"{solution.part.key} {solution.base}: {solution.wrong}"] = judgement, names_in(result)
    return found


def test_there_are_two_hundred_of_all_parts_in_four_styles():
    solutions = read_solutions()
    assert len({solution.source() for solution in solutions}) == len(solutions) >= 200
    assert min(Counter(solution.part for solution in solutions).values()) >= 30
    assert sum(solution.part is PARTS[3] for solution in solutions) >= 50
    assert min(Counter(solution.base for solution in solutions).values()) >= 40


def test_nineteen_of_twenty_are_recognised_by_names_of_the_catalogue():
    solutions = read_solutions()
    recognised = [solution for solution in solutions if solution.recorded in (NAMED, LED)]
    assert len(recognised) >= LEAST_RECOGNISED * len(solutions)
    names = {name for solution in solutions if solution.recorded == NAMED for name in solution.judgement}
    assert names <= {edit.name for edit in MISTAKES}


def test_the_document_counts_them():
    assert format_table(read_solutions()) in DOCUMENT.read_text(encoding="utf-8")


def test_some_are_judged_as_recorded(tmp_path):
    seed = secrets.randbits(32)
    assert _surprises(random.Random(seed).sample(read_solutions(), SAMPLE), tmp_path) == {}, f"with the seed {seed}"


@pytest.mark.deep
def test_all_are_judged_as_recorded(tmp_path):
    assert _surprises(read_solutions(), tmp_path) == {}
