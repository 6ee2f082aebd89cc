"""Grading an upload again, and finding what is the same and what is not."""

import re
from dataclasses import dataclass, replace

from instructor.grading.records import Grade, GradedTest, Origin
from instructor.grading.results import TRAINING
from proj4_unit_tests.harness.outcome import part_of, title_of

DEPENDS_ON = ("upload", "kit", "book", "policy", "data", "python", "torch")
"""Fields of `Origin`."""
NAMES = {"book": "answer book", "data": "test split"}


@dataclass(frozen=True)
class Comparison:
    """Two grades of one upload.

    Attributes:
        causes: what the grades depend on and differs, in words.
        changes: tests whose grade differs, in words.
    """

    causes: list[str]
    changes: list[str]


def compare(before: Grade, after: Grade) -> Comparison:
    """Compare two grades by everything but the time that they took."""
    old, new = _tests(before), _tests(after)
    changes = [
        f"{_name(test)}: {_words(old.get(test))} -> {_words(new.get(test))}"
        for test in old | new
        if _comparable(old.get(test)) != _comparable(new.get(test))
    ]
    changes += _training_changes(before, after)
    if before.score != after.score:
        changes.append(f"score: {before.score:g} -> {after.score:g}")
    return Comparison(_causes(before.origin, after.origin), changes)


def _causes(before: Origin, after: Origin) -> list[str]:
    pairs = [(NAMES.get(name, name), getattr(before, name), getattr(after, name)) for name in DEPENDS_ON]
    return [f"{name}: {old or 'none'} -> {new or 'none'}" for name, old, new in pairs if old != new]


def _tests(grade: Grade) -> dict[str, GradedTest]:
    return {test.outcome.test: test for test in grade.tests}


def _comparable(test: GradedTest | None) -> object:
    """Return what must be the same: not the size of harmless errors, nor where an object lay in memory."""
    if test is None:
        return None
    outcome = test.outcome
    got, expected, where = (
        re.sub(r"0x[0-9a-f]+", "0x", text) for text in (outcome.got, outcome.expected, outcome.where)
    )
    return replace(outcome, error=0.0, got=got, expected=expected, where=where)


def _name(test: str) -> str:
    return f"{part_of(test).name}: {title_of(test)}"


def _words(test: GradedTest | None) -> str:
    if test is None:
        return "not there"
    outcome = test.outcome
    mistake = f" ({outcome.named.name})" if outcome.named else ""
    return f"{outcome.points:g} of {outcome.most_points:g}, {test.ending}{mistake}"


def _training_changes(before: Grade, after: Grade) -> list[str]:
    old, new = (
        f"{grade.training.points:g} of {grade.training.most_points:g}, {grade.training.message}"
        if grade.training
        else "not graded"
        for grade in (before, after)
    )
    return [f"{TRAINING}: {old} -> {new}"] if old != new else []
