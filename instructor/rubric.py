"""The rubric: the points that stand on the tests, collected."""

import importlib
from collections.abc import Iterator

from proj4_code.given.parts import EVERYTHING, Part


def _points(part: Part) -> Iterator[tuple[str, float]]:
    """Read the points of a part's tests from their markers."""
    module = importlib.import_module(f"proj4_unit_tests.{part.tests}")
    for name, function in vars(module).items():
        if name.startswith("test_"):
            (points,) = (mark.args[0] for mark in function.pytestmark if mark.name == "points")
            yield f"{part.tests}/{name}", points


POINTS: dict[str, float] = dict(pair for part in EVERYTHING for pair in _points(part))
"""Points by test, "test_part1_ppm/test_NAME", in the order of the files."""


def tests_of(part: Part) -> tuple[str, ...]:
    """List the tests in a part's file."""
    return tuple(test for test in POINTS if test.startswith(f"{part.tests}/"))
