"""No cheap output passes for a right one, whatever the answer book compares it with."""

from collections.abc import Iterator

import numpy as np
import pytest

from instructor.rubric import POINTS
from proj4_unit_tests.harness.book import PUBLIC_BOOK, AnswerBook
from proj4_unit_tests.harness.compare import difference
from proj4_unit_tests.harness.reports.evidence import TOLERANCE
from proj4_unit_tests.harness.values import Plain


def _transpose(value: np.ndarray) -> np.ndarray:
    squeezed = value.squeeze()
    return (squeezed.swapaxes(-2, -1) if squeezed.ndim > 1 else squeezed[::-1]).reshape(-1)


def _has_flat_planes(value: np.ndarray) -> bool:
    """Return whether each plane is of one value, so that it is its own transpose, as after a dropout of everything."""
    return value.ndim > 2 and bool((np.ptp(value, axis=(-2, -1)) <= TOLERANCE * np.abs(value).max()).all())


CHEAP = {
    "zeros": lambda value: 0 * value,
    "halved": lambda value: value / 2,
    "doubled": lambda value: 2 * value,
    "negated": lambda value: -value,
    "constant": lambda value: np.full_like(value, value.ravel()[0]),
    "transposed": _transpose,
    "shuffled": lambda value: np.random.default_rng(0).permutation(value.ravel()),
}


def _arrays(answer: Plain, place: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """List the arrays in an answer; a number is an array, and so is a list of numbers."""
    if isinstance(answer, list) and not all(isinstance(item, int | float) for item in answer):
        answer = dict(enumerate(answer))
    if isinstance(answer, dict):
        for key, item in answer.items():
            yield from _arrays(item, f"{place}.{key}")
    elif np.asarray(answer).dtype.kind in "uif":  # a number, neither text nor yes or no
        yield place, np.asarray(answer)


COMPARED = [
    (f"{test} {n}{place}", array)
    for test in POINTS
    for n, answer in AnswerBook(PUBLIC_BOOK).compared(test).items()
    for place, array in _arrays(answer)
]


@pytest.mark.parametrize("cheap", CHEAP)
def test_cheap_outputs_fail_every_comparison(cheap):
    for place, array in COMPARED:
        same = array.size == 1 or (cheap == "transposed" and _has_flat_planes(array))
        if not same or cheap not in ("constant", "transposed", "shuffled"):  # which leave it as it is
            other = CHEAP[cheap](array.astype(np.float64)).astype(array.dtype).reshape(array.shape)
            assert difference(other, array, TOLERANCE), place


def test_all_parts_are_compared_with_the_book():
    assert {name.split("/")[0] for name, _ in COMPARED} == {name.split("/")[0] for name in POINTS}
