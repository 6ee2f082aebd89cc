"""The sweeps that take long: python -m pytest instructor/tests -m deep."""

import pytest

from instructor.proofs import mutants, sweep

pytestmark = pytest.mark.deep


def test_the_public_suite_kills_the_mutants_of_the_reference():
    assert mutants.main() == 0


def test_no_right_answer_is_refused_whatever_the_seed_and_the_machine():
    assert sweep.main(seeds=100) == 0
