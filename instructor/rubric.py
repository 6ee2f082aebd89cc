"""The rubric, collected from the tests: a test's points stand on it, as `@pytest.mark.points(n)`."""

import importlib
from collections.abc import Callable, Iterator

from proj4_code.given.parts import EVERYTHING, TOGETHER, Part


def _tests(part: Part) -> Iterator[tuple[str, Callable[..., None]]]:
    """List the tests in a part's file by name, "FILE/TEST"."""
    module = importlib.import_module(f"proj4_unit_tests.{part.tests}")
    for name, function in vars(module).items():
        if name.startswith("test_"):
            yield f"{part.tests}/{name}", function


def _marked(function: Callable[..., None], marker: str) -> tuple[float, ...]:
    """Return the numbers in a test's marker."""
    return next(mark.args for mark in vars(function)["pytestmark"] if mark.name == marker)


POINTS: dict[str, float] = {
    test: _marked(function, "points")[0] for part in EVERYTHING for test, function in _tests(part)
}
"""Points by test, "test_part1_ppm/test_NAME", in the order of the files."""


def list_tests(part: Part) -> tuple[str, ...]:
    """List the tests in a part's file."""
    return tuple(test for test in POINTS if test.startswith(f"{part.tests}/"))


def joint_tests(part: Part) -> tuple[str, ...]:
    """List the tests of several parts that need this one."""
    return tuple(test for test, function in _tests(TOGETHER) if part.number in _marked(function, "parts"))
