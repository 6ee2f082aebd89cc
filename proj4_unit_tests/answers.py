"""The answer book: what the reference answers to every test, and what each known mistake answers instead.

A book is an .npz file of arrays only. Its seed makes the questions: a book made with another seed asks others.
"""

import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from proj4_unit_tests.plain import Plain, describe, difference, from_bytes, to_bytes

PUBLIC_BOOK = Path(__file__).with_name("public_answers.npz")
PUBLIC_SEED = 4
TOLERANCE = 1e-4
"""Allowed error of floating-point answers, as a share of the largest magnitude in the answer."""
REFERENCE = "reference"
SKETCH = 256  # values that are kept of a large array


class Mistake(NamedTuple):
    """A known mistake: what is wrong, and a hint for those who made it."""

    name: str
    wrong: str
    hint: str


class AnswerBook:
    """Answers by test, by the number of the call in the test, and by who gave them.

    Args:
        path: the .npz file.

    Raises:
        FileNotFoundError, ValueError: if there is no such book, or the file is none.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._arrays = np.load(path, allow_pickle=False)
            self.seed = int(self._arrays["seed"])
        except FileNotFoundError:
            raise FileNotFoundError(f"{path} is missing: give the path of an answer book") from None
        except Exception as error:
            raise ValueError(f"{path} is no answer book: {error}") from error
        self._names = set(self._arrays.files)

    def answer(self, test: str, number: int, who: str = REFERENCE) -> Plain:
        """Return what somebody answered to a call of a test.

        Raises:
            KeyError: if the book has no such answer.
        """
        return from_bytes(self._arrays[f"{test}/{number}/{who}"].tobytes())

    def recognise(self, test: str, answers: list[Plain]) -> Mistake | None:
        """Find the known mistake that gives exactly these answers to the calls of a test."""
        for name in self._arrays["mistakes"].tolist():
            if self._gives(name, test, answers):
                return Mistake(name, str(self._arrays[f"wrong/{name}"]), str(self._arrays[f"hint/{name}"]))
        return None

    def _gives(self, name: str, test: str, answers: list[Plain]) -> bool:
        numbers = [n for n in range(len(answers)) if f"{test}/{n}/{name}" in self._names]
        return bool(numbers) and not any(
            difference(sketch(answer), sketch(self.answer(test, n, name if n in numbers else REFERENCE)), TOLERANCE)
            for n, answer in enumerate(answers)
        )


def write_book(
    path: Path, seed: int, reference: dict[str, list[Plain]], mistakes: dict[Mistake, dict[str, list[Plain]]]
) -> None:
    """Write an answer book.

    Args:
        path: the .npz file.
        seed: what the questions were made from.
        reference: test -> the reference's answers to the calls of the test.
        mistakes: mistake -> test -> answers, of which sketches are kept; none of those that equal the reference's.
    """
    arrays = {"seed": np.asarray(seed), "mistakes": np.asarray([mistake.name for mistake in mistakes])}
    for test, answers in reference.items():
        arrays.update({f"{test}/{n}/{REFERENCE}": _bytes(answer) for n, answer in enumerate(answers)})
    for mistake, by_test in mistakes.items():
        arrays[f"wrong/{mistake.name}"] = np.asarray(mistake.wrong)
        arrays[f"hint/{mistake.name}"] = np.asarray(mistake.hint)
        for test, answers in by_test.items():
            for n, answer in enumerate(answers):
                right = reference[test][n] if n < len(reference[test]) else None
                if difference(sketch(answer), sketch(right), TOLERANCE):
                    arrays[f"{test}/{n}/{mistake.name}"] = _bytes(sketch(answer))
    np.savez_compressed(path, **arrays)


def sketch(answer: Plain) -> Plain:
    """Keep of an answer what it takes to recognise it: of a large array the shape and some values."""
    if isinstance(answer, dict):
        return {key: sketch(item) for key, item in answer.items()}
    if isinstance(answer, list):
        return [sketch(item) for item in answer]
    if isinstance(answer, np.ndarray) and answer.size > SKETCH:
        places = np.linspace(0, answer.size - 1, SKETCH).round().astype(int)
        return [describe(answer), answer.ravel()[places]]
    return answer


def _bytes(value: Plain) -> np.ndarray:
    return np.frombuffer(to_bytes(value), np.uint8)


class Draw:
    """Random questions of one test, made from the book's seed and the test's name.

    Args:
        seed: the book's.
        test: name of the test.
    """

    def __init__(self, seed: int, test: str) -> None:
        self.generator = np.random.default_rng([seed, zlib.crc32(test.encode())])

    def normal(self, *shape: int) -> np.ndarray:
        """Draw float32 from a standard normal distribution."""
        return self.generator.standard_normal(shape, np.float32)

    def integers(self, low: int, high: int, *shape: int) -> np.ndarray:
        """Draw int64 from `low` to `high - 1`."""
        return self.generator.integers(low, high, shape)

    def seed(self) -> int:
        """Draw a seed for weights."""
        return int(self.generator.integers(2**31))
