"""A mistake that nobody knows is not taken for another: each known one, against a book that lacks it."""

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


def test_a_mistake_that_the_book_lacks_is_named_as_another_only_where_that_says_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = AnswerBook(PUBLIC_BOOK)
    read, named = book._wrong, {}
    tests = {test for name in book._known for test in book.failed_by(name)}
    right = {test: list(book._right(test).values()) for test in tests}
    for name in book._known:
        failed = book.failed_by(name)
        part = {test: answers for test, answers in right.items() if test.split("/")[0] == failed[0].split("/")[0]}
        given = part | {test: _observed(book, name, test) for test in failed}
        monkeypatch.setattr(
            book, "_wrong", lambda test, lacks=name: {known: v for known, v in read(test).items() if known != lacks}
        )
        found = book.diagnose(given, {test: FUNCTIONS[test] for test in failed}, others_passed=True)
        monkeypatch.setattr(book, "_wrong", read)
        if names := {mistake.name for mistakes in found.values() for mistake in mistakes}:
            named[name] = names
    assert named == ALIKE


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
