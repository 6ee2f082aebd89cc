"""Comparing answers: where two values differ, in words, and what a test says when an answer is wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeGuard, cast

import numpy as np

from proj4_unit_tests.harness.errors import RECORD, exception_types, is_not_started, summary
from proj4_unit_tests.harness.values import Array, Plain

BLOCK = 2**20  # values that are compared at a time
LONGEST_TEXT = 200  # characters of a text that are shown
MOST_VALUES = 12  # an array of no more is shown itself


class Wrong(AssertionError):  # noqa: N818  reads as a sentence: raise Wrong
    """A wrong answer.

    Attributes:
        got: what the student's code gave, in a line.
        expected: what it should have given, in a line.
    """

    def __init__(self, got: str, expected: str) -> None:
        super().__init__(f"{got}; expected {expected}")
        self.got, self.expected = got, expected


def expect(right: bool, got: str, expected: str) -> None:
    """Raise `Wrong` unless `right`."""
    __tracebackhide__ = True
    if not right:
        raise Wrong(got, expected)


def expect_equal(value: Plain, expected: Plain, because: str = "", tolerance: float = 0.0, name: str = "") -> None:
    """Compare with what the test itself knows to be right.

    Args:
        value: what the student's code gave.
        expected: the same kind of value, of the same shape and dtype.
        because: why it must be so, in a few words.
        tolerance: as in `difference`.
        name: what the value is, such as "in evaluation".
    """
    __tracebackhide__ = True
    if found := difference(value, expected, tolerance, name):
        raise Wrong(found.got, because or found.expected)


def expect_array(value: Plain, dtype: str, shape: tuple[int, ...]) -> None:
    """Check dtype and shape."""
    __tracebackhide__ = True
    right = isinstance(value, np.ndarray) and (str(value.dtype), value.shape) == (dtype, shape)
    expect(right, describe(value), f"{dtype} {shape}")


@contextmanager
def refused(kind: type[Exception], *mentions: str | tuple[str, ...]) -> Iterator[None]:
    """Expect an exception of a kind, whose message mentions certain words.

    Args:
        kind: the exception's class or a base of it.
        mentions: parts of the message, in any case; of a tuple, any one.
    """
    words = [(mention,) if isinstance(mention, str) else mention for mention in mentions]
    wanted = f"a {kind.__name__}" + (f" that mentions {' and '.join(any_of[0] for any_of in words)}" if words else "")
    try:
        yield
    except Exception as error:
        if is_not_started(error):
            raise
        message = str(error).lower()
        mentioned = [any(word.lower() in message for word in any_of) for any_of in words]
        vars(error).get(RECORD, {})["message"] = mentioned  # how it is said is the student's choice
        if not all(mentioned) or kind.__name__ not in exception_types(error):
            raise Wrong(f"{exception_types(error)[0]}: {summary(error)}", wanted) from error
    else:
        raise Wrong("no exception", wanted)


def describe(value: Plain) -> str:
    """Write a value as a reader would: itself if it is short, or in a few words, such as "float32 (2, 3)"."""
    if isinstance(value, np.ndarray):
        return str(value) if value.ndim == 0 else f"{value.dtype} {value.shape}"
    if isinstance(value, list | dict):
        return _shown_whole(value) or _outline(value)
    shown = value if value and isinstance(value, str) else repr(value)
    return shown if len(shown) <= LONGEST_TEXT else f"{shown[:LONGEST_TEXT]}..."


def counted(number: int, noun: str) -> str:
    """Write a number of things, such as "1 step" or "3 steps"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _outline(value: list[Plain] | dict[str, Plain]) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return f"a dict with {', '.join(map(repr, value)) or 'no key'}"


def _shown_whole(value: list[Plain] | dict[str, Plain]) -> str:
    """Write a list or dict of numbers and short texts, such as "[1, 2, 3, 6]"; an empty text if it is long."""
    shown = "" if _holds_array(value) else repr(value)
    return shown if len(shown) <= LONGEST_TEXT else ""


def _holds_array(value: Plain) -> bool:
    """Return whether there is an array in a value: writing one takes long, and names are looked for in thousands."""
    if isinstance(value, list | dict):
        return any(map(_holds_array, value.values() if isinstance(value, dict) else value))
    return isinstance(value, np.ndarray)


def _with_type(value: Plain) -> str:
    """Describe a value for a reader who cannot tell its type, such as "the float 1.0" when 1 is expected."""
    if isinstance(value, np.ndarray):
        return f"the {value.dtype} tensor {value}" if value.ndim == 0 else describe(value)
    return f"the {type(value).__name__} {value!r}" if isinstance(value, int | float) else describe(value)


class Difference(NamedTuple):
    """The first place where two values differ, in words."""

    got: str
    expected: str


def difference(value: Plain, expected: Plain, tolerance: float = 0.0, name: str = "") -> Difference | None:
    """Find the first place where two values differ.

    Args:
        value: what the student's code gave.
        expected: what it should have given.
        tolerance: allowed error of floating-point numbers, as a share of the largest expected magnitude.
        name: what to call the value.

    Returns:
        None if they agree. NaN agrees with NaN, but an array never with a number.
    """
    if isinstance(expected, dict) and isinstance(value, dict) and set(value) == set(expected):
        pairs = [(value[key], expected[key], f"{name}, {key}" if name else key) for key in expected]
    elif _is_flat(value) and _is_flat(expected) and value != expected:
        return _named(name, describe(value), describe(expected))
    elif isinstance(expected, list) and isinstance(value, list) and len(value) == len(expected):
        pairs = [(left, right, f"{name}[{i}]") for i, (left, right) in enumerate(zip(value, expected, strict=True))]
    elif _is_numeric(value) and _is_numeric(expected) and type(value) is type(expected):
        return _numeric_difference(value, expected, tolerance, name)
    elif type(value) is type(expected) and not isinstance(value, dict | list) and value == expected:
        return None
    else:
        write = _with_type if _is_numeric(value) and _is_numeric(expected) else describe
        return _named(name, write(value), write(expected))
    return next((found for left, right, path in pairs if (found := difference(left, right, tolerance, path))), None)


def _is_numeric(value: Plain) -> TypeGuard[Array | int | float]:
    return isinstance(value, np.ndarray | int | float) and not isinstance(value, bool)


def _is_flat(value: Plain) -> bool:
    """Return whether a value is a list of texts, whole numbers, or yes and no."""
    return isinstance(value, list) and all(isinstance(item, bool | int | str) for item in value)


def _numeric_difference(
    value: Array | int | float, expected: Array | int | float, tolerance: float, name: str
) -> Difference | None:
    left, right = np.asarray(value), np.asarray(expected)
    if left.shape != right.shape or left.dtype != right.dtype:
        return _named(name, _with_type(value), _with_type(expected))
    if left.size == 0:
        return None
    scale = _scale(right)
    errors = _errors(left, right, tolerance * scale if np.issubdtype(right.dtype, np.floating) else 0)
    if not errors.wrong:
        return None
    if left.size <= MOST_VALUES:
        return _named(name, *_written_out(left, right))
    where = tuple(int(i) for i in np.unravel_index(errors.where, left.shape))
    share = f"{errors.wrong / left.size:.0%} of the values wrong"
    got, wanted = _distinct(left[where], right[where])
    return _named(
        name,
        f"{describe(value)}, {share}, largest error at {list(where)}: {got} instead of {wanted}",
        f"{describe(expected)}, {wanted} at {list(where)}",
    )


def _written_out(got: Array, expected: Array) -> tuple[str, str]:
    """Write two different small arrays with as many digits as it takes to tell them apart, four at least."""
    for digits in range(4, 18):

        def write(number: np.generic, digits: int = digits) -> str:
            return f"{number:.{digits}g}" if isinstance(number, np.floating) else str(number)

        shown = _nested(got, write), _nested(expected, write)
        if shown[0] != shown[1]:
            break
    return shown


def _nested(values: Array, write: Callable[[np.generic], str]) -> str:
    """Write an array with brackets, as a list is written."""
    if values.ndim == 0:
        return write(cast(np.generic, values[()]))
    return f"[{', '.join(_nested(part, write) for part in values)}]"


def _distinct(got: np.generic, expected: np.generic) -> tuple[str, str]:
    """Write two different numbers with as many digits as it takes to tell them apart, four at least."""
    for digits in range(4, 18):
        shown = f"{got:.{digits}g}", f"{expected:.{digits}g}"
        if shown[0] != shown[1]:
            break
    return shown


class _Errors(NamedTuple):
    """Errors of an array: the largest, its index in the flattened array, and how many are larger than is allowed."""

    largest: float
    where: int
    wrong: int


def _errors(left: Array, right: Array, allowed: float = 0.0) -> _Errors:
    """Compare two arrays of one shape, not empty; an error is infinite where only one of the two is NaN."""
    found = _Errors(-1.0, 0, 0)
    for start, (given, expected) in _blocks(left, right):
        with np.errstate(invalid="ignore"):
            same = (given == expected) | (np.isnan(given) & np.isnan(expected))
            error = np.where(same, 0, np.abs(given - expected))
        error[np.isnan(error)] = np.inf
        at = int(error.argmax())
        wrong = found.wrong + int((error > allowed).sum())
        largest = float(error[at])
        found = _Errors(largest, start + at, wrong) if largest > found.largest else found._replace(wrong=wrong)
    return found


def _scale(array: Array) -> float:
    """Return the largest finite magnitude in an array."""
    return max((float(np.abs(b[np.isfinite(b)]).max(initial=0)) for _, (b,) in _blocks(array)), default=0.0)


def _blocks(*arrays: Array) -> Iterator[tuple[int, list[Array]]]:
    """Yield arrays of one shape piece by piece, as float64, with the place of each: answers may be large."""
    flat = [array.reshape(-1) for array in arrays]
    for start in range(0, flat[0].size, BLOCK):
        yield start, [array[start : start + BLOCK].astype(np.float64) for array in flat]


def largest_error(value: Plain, expected: Plain) -> float:
    """Measure how far two values of one structure are apart.

    Args:
        value: what the student's code gave.
        expected: what it should have given; between the two there is no `difference` but in numbers.

    Returns:
        The largest error in any array or number, as a share of the largest magnitude expected in that array.
    """
    if isinstance(expected, dict) and isinstance(value, dict):
        return max((largest_error(value[key], item) for key, item in expected.items()), default=0.0)
    if isinstance(expected, list) and isinstance(value, list):
        return max((largest_error(*pair) for pair in zip(value, expected, strict=True)), default=0.0)
    if not _is_numeric(value) or not _is_numeric(expected) or np.size(expected) == 0:
        return 0.0
    error, scale = _errors(np.asarray(value), np.asarray(expected)).largest, _scale(np.asarray(expected))
    return error / scale if scale else error


def _named(name: str, got: str, expected: str) -> Difference:
    return Difference(*(f"{name}: {text}" if name else text for text in (got, expected)))
