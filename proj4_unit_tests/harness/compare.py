"""What tests say when an answer is wrong: what came out, and what was expected."""

from collections.abc import Iterator
from contextlib import contextmanager

from proj4_unit_tests.harness.calls import StudentError
from proj4_unit_tests.harness.values import Plain, describe, difference


class Wrong(AssertionError):  # noqa: N818  reads as a sentence: raise Wrong
    """A wrong answer.

    Attributes:
        came_out: what the student's code gave, in a line.
        expected: what it should have given, in a line.
    """

    def __init__(self, came_out: str, expected: str) -> None:
        super().__init__(f"{came_out}; expected {expected}")
        self.came_out, self.expected = came_out, expected


def expect(right: bool, came_out: str, expected: str) -> None:
    """Raise `Wrong` unless `right`."""
    if not right:
        raise Wrong(came_out, expected)


def expect_equal(value: Plain, expected: Plain, because: str = "", tolerance: float = 0.0) -> None:
    """Compare with what the test itself knows to be right.

    Args:
        value: what came out.
        expected: the same kind of value, of the same shape and dtype.
        because: why it must be so, in a few words.
        tolerance: as in `plain.difference`.
    """
    if found := difference(value, expected, tolerance):
        raise Wrong(found.came_out, because or found.expected)


def expect_array(value: Plain, dtype: str, shape: tuple[int, ...]) -> None:
    """Check dtype and shape."""
    found = (str(getattr(value, "dtype", "")), tuple(getattr(value, "shape", ())))
    expect(found == (dtype, shape), describe(value), f"{dtype} {shape}")


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
        mentioned = all(any(word.lower() in message for word in any_of) for any_of in words)
        right = mentioned and kind.__name__ in exception_types(error)
        if not right:
            raise Wrong(f"{exception_types(error)[0]}: {first_line(error)}", wanted) from error
    else:
        raise Wrong("no exception", wanted)


def exception_types(error: BaseException) -> list[str]:
    """Name an exception's class and its bases; those of the original if it was raised in another process."""
    return error.types if isinstance(error, StudentError) else [kind.__name__ for kind in type(error).__mro__]


def is_not_started(error: BaseException) -> bool:
    """Tell the exception of a skeleton from all others."""
    return exception_types(error)[0] == "NotImplementedError" and str(error).startswith("TODO: part")


def first_line(error: BaseException, longest: int = 160) -> str:
    """Return the first line of an exception's message, cut to a length."""
    line = (str(error).strip().splitlines() or ["(no message)"])[0]
    return line if len(line) <= longest else f"{line[:longest]}..."
