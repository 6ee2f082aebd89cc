"""The answer book: what the reference answers to every test, and what each known mistake answers instead.

A book is an .npz file of arrays only. Its seed makes the questions: a book made with another seed asks others.
"""

import io
import zlib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypedDict, cast

import numpy as np

from proj4_unit_tests.harness.compare import describe, difference
from proj4_unit_tests.harness.outcome import Mistake
from proj4_unit_tests.harness.reports.evidence import MOST_OFFERED, TOLERANCE, Suspect, explanations, same
from proj4_unit_tests.harness.values import Array, Plain, from_bytes, to_bytes

PUBLIC_BOOK = Path(__file__).resolve().parents[1] / "public_answers.npz"
PUBLIC_SEED = 4
SKETCH = 64  # values that are kept of a large array


class AnswerBook:
    """Answers by test, and by who gave them.

    Args:
        path: the .npz file.

    Attributes:
        seed: what the questions are made from.

    Raises:
        FileNotFoundError, ValueError: if there is no such file, or it is not an answer book.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._arrays = np.load(io.BytesIO(path.read_bytes()), allow_pickle=False)  # a fork may read it too
            self.seed = int(self._arrays["seed"])
            self._known = cast(dict[str, dict[str, Any]], self._read("mistakes"))
        except FileNotFoundError:
            raise FileNotFoundError(f"{path} is missing: give the path of an answer book") from None
        except Exception as error:
            raise ValueError(f"{path} is not an answer book: {error}") from error
        self._right, self._wrong = cache(self._read_right), cache(self._read_wrong)
        self._compared: dict[str, tuple[list[Plain], dict[str, bool]]] = {}  # test -> answers, and who gives them

    def compared(self, test: str) -> dict[int, Plain]:
        """Return the right answers to those calls of a test that are compared with the book, by number of the call.

        Raises:
            ValueError: if the book does not have the test.
        """
        return _by_number(self._page(test)["compared"])

    def failed_by(self, name: str) -> list[str]:
        """List the tests that a mistake must fail; it passes all others."""
        return list(self._known[name]["tests"])

    def knows(self, name: str) -> bool:
        """Return whether a mistake is in the book."""
        return name in self._known

    def recorded(self, name: str) -> dict[str, dict[str, Plain]]:
        """Return what a mistake gives in each test that it fails, for `write_book`."""
        wrong = {test: cast(dict[str, dict[str, Plain]], self._read(f"{test}/wrong")) for test in self.failed_by(name)}
        return {test: given[name] for test, given in wrong.items()}

    def diagnose(
        self, given: dict[str, list[Plain]], wrong: Mapping[str, str], others_passed: bool = False
    ) -> dict[str, tuple[Mistake, ...]]:
        """Name the known mistakes that explain what the tests of a part observed, as `explanations` does.

        Args:
            given: test -> what it observed of the student's code, of all tests that passed or went wrong.
            wrong: the tests that went wrong -> the function that each is about.
            others_passed: whether all tests that are not in `given` are known to pass.

        Returns:
            Test -> its mistake, or two that explain everything equally well, for those that are recognised.
        """
        found: dict[str, tuple[Mistake, ...]] = {}
        for part in dict.fromkeys(map(_part_of, wrong)):
            failed = {test: function for test, function in wrong.items() if _part_of(test) == part}
            sets = explanations(failed, self._suspects(given, failed, others_passed))
            for test in failed:
                mistakes = [self._mistake(one.name) for some in sets for one in some if test in one.gives]
                offered = tuple({mistake.wrong: mistake for mistake in reversed(mistakes)}.values())
                if len(offered) <= MOST_OFFERED:
                    found[test] = offered[::-1]
        return found

    def _suspects(self, given: dict[str, list[Plain]], failed: Collection[str], others_passed: bool) -> list[Suspect]:
        """List the mistakes that give what at least one of the failed tests observed."""
        gives: dict[str, set[str]] = {}
        for test in failed:
            for name in self._wrong(test):
                if self._gives(name, test, given[test]):
                    gives.setdefault(name, set()).add(test)
        suspects = []
        for name, tests in gives.items():
            known = {test for test in self.failed_by(name) if others_passed or test in given}
            passed = {
                test for test in known.difference(failed) if test in given and self._gives(name, test, given[test])
            }
            suspects.append(Suspect(name, known - passed, tests))
        return suspects

    def _gives(self, name: str, test: str, given: list[Plain]) -> bool:
        """Return whether a mistake gives these answers to the calls of a test; what is compared once is known."""
        compared, known = self._compared.get(test, (None, {}))
        if compared is not given:  # the test was run again, or by other code
            known = {}
            self._compared[test] = given, known
        if name not in known:
            expected = self._right(test) | self._wrong(test)[name]
            known[name] = all(n in expected and same(record, expected[n]) for n, record in enumerate(given))
        return known[name]

    def _mistake(self, name: str) -> Mistake:
        return Mistake(name, self._known[name]["wrong"], self._known[name]["hint"])

    def _read_right(self, test: str) -> dict[int, Plain]:
        return _sketches(self._page(test))

    def _read_wrong(self, test: str) -> dict[str, dict[int, Plain]]:
        wrong = cast(dict[str, dict[str, Plain]], self._read(f"{test}/wrong"))
        return {name: _by_number(answers) for name, answers in wrong.items()}

    def _page(self, test: str) -> "Page":
        return cast(Page, self._read(f"{test}/right"))

    def _read(self, entry: str) -> Plain:
        if entry not in self._arrays:
            raise ValueError(f"the answer book has no {entry}: record a new one with python -m instructor answers")
        return from_bytes(self._arrays[entry].tobytes())


class Page(TypedDict):
    """Answers to the calls of a test, by number of the call."""

    compared: dict[str, Plain]
    """Those that are compared with the book: whole."""
    others: dict[str, Plain]
    """What else is recorded: sketches of the other answers, or what the test measured."""
    passed: bool
    """Whether the test passed, the comparisons with the book aside."""


def read_record(path: Path) -> dict[str, Page]:
    """Read what `pytest --record FILE` wrote: the answers to each test."""
    return cast(dict[str, Page], from_bytes(path.read_bytes()))


def write_book(
    path: Path,
    seed: int,
    reference: dict[str, Page],
    mistakes: dict[Mistake, dict[str, Page]],
    kept: dict[Mistake, dict[str, dict[str, Plain]]] | None = None,
) -> None:
    """Write an answer book.

    Args:
        path: the .npz file.
        seed: what the questions were made from.
        reference: test -> the reference's answers.
        mistakes: mistake -> test -> answers. Of the tests that it fails, those are kept that differ from the
            reference's.
        kept: mistake -> what `AnswerBook.recorded` gives of it in another book of the same seed.
    """
    known: dict[str, Plain] = {}
    wrong: dict[str, dict[str, Plain]] = {test: {} for test in reference}
    for mistake, answers in (kept or {}).items():
        for test in answers.keys() & wrong.keys():  # a test may be gone
            wrong[test][mistake.name] = answers[test]
    for mistake, pages in mistakes.items():
        for test, page in pages.items():
            if page["passed"] and not difference(page["compared"], reference[test]["compared"], TOLERANCE):
                continue
            right, given = _sketches(reference[test]), _sketches(page)
            changed = {str(n): answer for n, answer in given.items() if n not in right or not same(answer, right[n])}
            wrong[test][mistake.name] = changed
    for mistake in [*(kept or {}), *mistakes]:
        tests: list[Plain] = [test for test, names in wrong.items() if mistake.name in names]
        known[mistake.name] = {"wrong": mistake.wrong, "hint": mistake.hint, "tests": tests}
    arrays = {"seed": np.asarray(seed), "mistakes": _bytes(known)}
    arrays |= {f"{test}/right": _bytes(cast(Plain, page)) for test, page in reference.items()}
    arrays |= {f"{test}/wrong": _bytes(cast(Plain, given)) for test, given in wrong.items()}
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # NumPy's own stub


def _bytes(value: Plain) -> Array:
    return np.frombuffer(to_bytes(value), np.uint8)


def _part_of(test: str) -> str:
    return test.split("/")[0]


def _by_number(answers: dict[str, Plain]) -> dict[int, Plain]:
    return {int(number): answer for number, answer in answers.items()}


def _sketches(page: Page) -> dict[int, Plain]:
    return {n: sketch(answer) for n, answer in _by_number(page["compared"] | page["others"]).items()}


def sketch(answer: Plain, most: int = SKETCH) -> Plain:
    """Keep of an answer what it takes to recognise it: of an array of more than `most` values the shape and some."""
    if isinstance(answer, dict):
        return {key: sketch(item, most) for key, item in answer.items()}
    if isinstance(answer, list):
        return [sketch(item, most) for item in answer]
    if isinstance(answer, np.ndarray) and answer.size > most:
        places = np.linspace(0, answer.size - 1, SKETCH).round().astype(int)
        return [describe(answer), answer.ravel()[places]]
    return answer


class Draw:
    """Random questions of one test, made from the book's seed and the test's name.

    Args:
        seed: the book's.
        test: name of the test.
    """

    def __init__(self, seed: int, test: str) -> None:
        self._seed, self._test = seed, test
        self.generator = np.random.default_rng([seed, zlib.crc32(test.encode())])

    def of(self, name: str) -> "Draw":
        """Return other random questions, made from the same seed and a name."""
        return Draw(self._seed, f"{self._test}/{name}")

    def normal(self, *shape: int) -> Array:
        """Draw float32 from a standard normal distribution."""
        return self.generator.standard_normal(shape, np.float32)

    def integers(self, low: int, high: int, *shape: int) -> Array:
        """Draw int64 from `low` to `high - 1`."""
        return self.generator.integers(low, high, shape)

    def seed(self) -> int:
        """Draw a seed for weights."""
        return int(self.generator.integers(2**31))
