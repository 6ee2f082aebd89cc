"""Grading an upload again, and saying what is the same and what is not."""

import re
from typing import NamedTuple

DEPENDS_ON = ("upload", "kit", "answer book", "python", "torch")


class Comparison(NamedTuple):
    """Two results of one upload.

    Attributes:
        causes: what the grades depend on and differs, in words.
        changes: tests whose grade differs, in words.
    """

    causes: list[str]
    changes: list[str]


def compare(before: dict, after: dict) -> Comparison:
    """Compare two results, as `results.make_results` makes them, by everything but the time that they took."""
    causes = [
        f"{name}: {before['extra_data'].get(name)} -> {after['extra_data'].get(name)}"
        for name in DEPENDS_ON
        if before["extra_data"].get(name) != after["extra_data"].get(name)
    ]
    old, new = ({test["name"]: _grade_of(test) for test in results["tests"]} for results in (before, after))
    changes = [
        f"{name}: {_words(old.get(name))} -> {_words(new.get(name))}"
        for name in old | new
        if old.get(name) != new.get(name)
    ]
    if before["score"] != after["score"]:
        changes.append(f"score: {before['score']:g} -> {after['score']:g}")
    return Comparison(causes, changes)


def _grade_of(test: dict) -> tuple:
    more = test["extra_data"]
    message = re.sub(r"0x[0-9a-f]+", "0x", more.get("message", ""))  # where an object lay says nothing
    return test["score"], test["max_score"], more["outcome"], more.get("mistake", ""), message


def _words(grade: tuple | None) -> str:
    if grade is None:
        return "not there"
    score, most, outcome, mistake, _ = grade
    return f"{score:g} of {most:g}, {outcome}{f' ({mistake})' if mistake else ''}"
