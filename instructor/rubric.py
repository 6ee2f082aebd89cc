"""The rubric, collected from the tests: what stands on them as `@pytest.mark.points(n)` and other markers."""

import importlib
from collections.abc import Callable, Iterator

import pytest

from proj4_code.given.parts import EVERYTHING, TOGETHER, Part


def _tests(part: Part) -> Iterator[tuple[str, Callable[..., None]]]:
    """List the tests in a part's file by name, "FILE/TEST"."""
    module = importlib.import_module(f"proj4_unit_tests.{part.tests}")
    for name, function in vars(module).items():
        if name.startswith("test_"):
            yield f"{part.tests}/{name}", function


def _marker(function: Callable[..., None], name: str) -> pytest.Mark:
    """Return a test's marker."""
    return next(mark for mark in vars(function)["pytestmark"] if mark.name == name)


_TESTS = {test: function for part in EVERYTHING for test, function in _tests(part)}
POINTS: dict[str, float] = {test: _marker(function, "points").args[0] for test, function in _TESTS.items()}
"""Points by test, "test_part1_ppm/test_NAME", in the order of the files."""
FUNCTIONS: dict[str, str] = {test: _marker(function, "function").args[0] for test, function in _TESTS.items()}
"""What each test is about: a student's function or class, or "transforms" for both that part 4 returns."""
FORGEABLE = frozenset(
    test for test, function in _TESTS.items() if _marker(function, "function").kwargs.get("forgeable", False)
)
"""Tests that can be passed without right code, by code that answers for the adapters."""


def list_tests(part: Part) -> tuple[str, ...]:
    """List the tests in a part's file."""
    return tuple(test for test in POINTS if test.startswith(f"{part.tests}/"))


def joint_tests(part: Part) -> tuple[str, ...]:
    """List the tests of several parts that need this one."""
    return tuple(test for test, function in _tests(TOGETHER) if part.number in _marker(function, "parts").args)
