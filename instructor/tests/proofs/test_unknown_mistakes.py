"""A mistake that nobody knows is not taken for another: each known one, against a book that lacks it."""

import random
import secrets
from collections.abc import Iterable
from typing import cast

import pytest

from instructor.rubric import FUNCTIONS
from proj4_unit_tests.harness.book import PUBLIC_BOOK, AnswerBook
from proj4_unit_tests.harness.errors import is_exception
from proj4_unit_tests.harness.values import Plain

ALIKE = {
    "3-aux-only-in-eval": {"3-aux-in-eval", "3-no-aux"},
    "4-crop-centred-unfilled": {"4-crop-centred", "4-crop-without-fill"},
    "4-flip-mask-only": {"4-flip-apart", "4-flip-missing"},
    "5-absent-is-zero": {"5-epsilon"},
    "6-only-positive-logits": {"6-only-sure-pixels"},
    "6-only-sure-pixels": {"6-only-positive-logits"},
}
"""Mistake -> others that say the same of it: two at once, or one that gives the same numbers here."""
SAMPLE = 40  # mistakes that are tried besides these; make deep tries all


def test_some_are_named_as_others_only_where_those_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    book, seed = AnswerBook(PUBLIC_BOOK), secrets.randbits(32)
    some = random.Random(seed).sample(list(book._known), SAMPLE)
    assert _named_without({*some, *ALIKE}, book, monkeypatch) == ALIKE, f"with the seed {seed}"


@pytest.mark.deep
def test_all_are_named_as_others_only_where_those_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    book = AnswerBook(PUBLIC_BOOK)
    assert _named_without(book._known, book, monkeypatch) == ALIKE


def _named_without(names: Iterable[str], book: AnswerBook, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Return what each mistake is named that gets a name by a book without it."""
    read, named = book._wrong, {}
    for name in names:
        failed = book.failed_by(name)
        part = failed[0].split("/")[0]
        given = {test: list(book._right(test).values()) for test in FUNCTIONS if test.split("/")[0] == part}
        given |= {test: _observed(book, name, test) for test in failed}
        monkeypatch.setattr(
            book, "_wrong", lambda test, lacks=name: {known: v for known, v in read(test).items() if known != lacks}
        )
        found = book.diagnose(given, {test: FUNCTIONS[test] for test in failed}, others_passed=True)
        if others := {mistake.name for mistakes in found.values() for mistake in mistakes}:
            named[name] = others
    return named


def _observed(book: AnswerBook, name: str, test: str) -> list[Plain]:
    """Return what a mistake gives in a test, up to an exception that ends it."""
    changed = cast(dict[str, Plain], book.recorded(name)[test])
    right = book._right(test)
    observed = []
    for number, answer in sorted((right | {int(number): answer for number, answer in changed.items()}).items()):
        observed.append(answer)
        if str(number) in changed and is_exception(answer) and not is_exception(right.get(number)):
            break
    return observed
