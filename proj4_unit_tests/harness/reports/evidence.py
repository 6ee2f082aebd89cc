"""Which known mistakes explain everything that was observed in a part, or of some of its functions."""

from collections.abc import Collection, Mapping, Set
from itertools import combinations
from math import comb
from typing import Any, NamedTuple, TypeGuard

import numpy as np

from proj4_unit_tests.harness.compare import difference
from proj4_unit_tests.harness.errors import is_exception
from proj4_unit_tests.harness.values import Plain

TOLERANCE = 1e-5
"""Allowed error of floating-point answers, as a share of the largest magnitude in the answer."""
MOST_TOGETHER = 6  # mistakes of one part that are recognised at once
MOST_TRIED = 2_000  # sets of mistakes of one size
MOST_OFFERED = 2  # mistakes that explain a test equally well
CALLS = {
    "DilatedResNet": "dilate_stage",
    "CamVid": "encode_labels",
    "mean_iou": "iou_per_class",
    "train_one_epoch": "segmentation_loss",
}
"""Functions that call another of their part, whose mistakes show in their tests too."""


class Suspect(NamedTuple):
    """A known mistake, held against the tests of one part.

    Attributes:
        name: of the mistake.
        fails: the tests in which it must give what it gives, of those whose outcome is known, but for those that gave
            it and passed.
        gives: the wrong tests that observed just what it gives.
    """

    name: str
    fails: Set[str]
    gives: Set[str]


def explanations(wrong: Mapping[str, str], suspects: Collection[Suspect]) -> list[tuple[Suspect, ...]]:
    """Find the smallest sets of mistakes that explain all tests of a part, those that passed included.

    A mistake is ruled out by a test that it must fail and that passed. A set explains the rest if each of its mistakes
    gives every test that no other of them fails, and at least one; and if every wrong test is given by one of them, or
    may be a mixture of two.

    Where nothing explains all of it, the same is asked of all tests of as many functions as can be, without any that
    calls one of the others.

    Args:
        wrong: the tests that went wrong -> the function that each is about.
        suspects: the mistakes that give at least one of them.
    """
    functions = sorted(set(wrong.values()))
    for size in range(len(functions), 0, -1):
        found = []
        for some in map(set, combinations(functions, size)):
            if any(CALLS.get(function) in set(functions) - some for function in some):
                continue
            tests = {test for test, function in wrong.items() if function in some}
            found += _smallest_sets(tests, [suspect for suspect in suspects if suspect.fails <= tests])
        if found:
            return found
    return []


def _smallest_sets(wrong: Set[str], possible: Collection[Suspect]) -> list[tuple[Suspect, ...]]:
    """Find the smallest sets of mistakes, of those that are possible, that explain some tests."""
    for size in range(1, MOST_TOGETHER + 1):
        if comb(len(possible), size) > MOST_TRIED:
            break
        if found := [some for some in combinations(possible, size) if _explains(some, wrong)]:
            return found
    return []


def _explains(some: tuple[Suspect, ...], wrong: Set[str]) -> bool:
    explained: set[str] = set()
    for suspect in some:
        others = set().union(*(other.fails for other in some if other is not suspect))
        alone = suspect.fails - others
        if not alone or not alone <= suspect.gives:
            return False
        explained |= suspect.gives | (suspect.fails & others)
    return explained >= wrong


def same(record: Plain, expected: Plain) -> bool:
    """Return whether two records of a call, or of what a test measured, are the same."""
    if is_exception(record) and is_exception(expected):
        one, other = record["message"], expected["message"]
        words_vary = record["exception"] == "FileNotFoundError" and isinstance(one, str)  # those of the system
        known = type(one) is type(other) and not words_vary
        return record["exception"] == expected["exception"] and not (known and difference(one, other))
    if not _is_measured(record) or not _is_measured(expected):
        return not difference(record, expected, TOLERANCE)
    return record.keys() == expected.keys() and all(_are_close(record[name], expected[name]) for name in expected)


def _is_measured(record: Plain) -> TypeGuard[dict[str, dict[str, Any]]]:
    """Return whether a record is what `Student.observe` makes."""
    return isinstance(record, dict) and all(
        isinstance(item, dict) and item.keys() == {"value", "spread"} for item in record.values()
    )


def _are_close(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two measurements differ by no more than they spread."""
    values, spread = (one["value"], other["value"]), max(one["spread"], other["spread"])
    if spread and not any(isinstance(value, str | None) for value in values):
        left, right = (np.asarray(value, float) for value in values)
        return left.shape == right.shape and np.allclose(left, right, rtol=0, atol=spread, equal_nan=True)
    return not difference(*values)
