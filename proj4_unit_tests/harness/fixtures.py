"""What a test holds in its hands: the student's code, questions, and the book that answers are compared with."""

from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from proj4_unit_tests.harness.book import AnswerBook, Draw, Page, sketch
from proj4_unit_tests.harness.calls import Client, Here
from proj4_unit_tests.harness.compare import Wrong, difference, largest_error
from proj4_unit_tests.harness.errors import RECORD, is_exception, record_of
from proj4_unit_tests.harness.launch import Plainly
from proj4_unit_tests.harness.patience import Patience
from proj4_unit_tests.harness.process import InAProcess
from proj4_unit_tests.harness.reports.evidence import TOLERANCE
from proj4_unit_tests.harness.values import Plain

CLIENT = pytest.StashKey[Client]()
"""Where a plugin puts a client of its own."""
MOST_OBSERVED = 4096  # values of an array that a test has measured
T = TypeVar("T")
BOOKS = pytest.StashKey[dict[Path, AnswerBook]]()


class Student:
    """The student's code: `student.NAME(...)` calls the adapter of that name.

    Args:
        client: calls adapters here or in a process.

    Attributes:
        answers: what the calls of this test returned; an exception is a dict of its type and message.
        checked: numbers of the calls whose answers were compared with the book.
        latest: what the last call returned, recorded or not.
        observed: what a test has measured, which then stands in the book instead of the answers.
        error: the largest of those answers that were right, as `compare.largest_error` measures it.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self.answers: list[Plain] = []
        self.latest: Plain = None
        self.checked: set[int] = set()
        self.observed: dict[str, Plain] = {}
        self.error = 0.0

    def __getattr__(self, name: str) -> Callable[..., Plain]:
        def adapter(**arguments: Plain) -> Plain:
            __tracebackhide__ = True
            answer = self._call(name, arguments, random=False)
            self.answers.append(answer)
            return answer

        return adapter

    def sample(self, name: str, **arguments: Plain) -> Plain:
        """Call the adapter of that name for an answer that is random: it is not recorded, unless it is an exception."""
        return self._call(name, arguments, random=True)

    def _call(self, name: str, arguments: dict[str, Plain], random: bool) -> Plain:
        __tracebackhide__ = True
        try:
            self.latest = self._client.call(name, arguments)
        except Exception as error:
            record = record_of(error, random)
            self.answers.append(record)
            vars(error)[RECORD] = record  # for `compare.refused`, which knows what matters of the message
            raise
        return self.latest

    def observe(self, name: str, value: Plain, spread: float = 0.0) -> None:
        """Record a measurement, by which mistakes are recognised in this test instead of by the answers.

        Args:
            name: what was measured.
            value: number, array, text or list, the same for all code with the same mistake.
            spread: by how much numbers differ from one right solution, or one draw, to the next.
        """
        self.observed[name] = {"value": sketch(value, MOST_OBSERVED), "spread": spread}

    @property
    def record(self) -> list[Plain]:
        """What mistakes are recognised by: measurements if the test made some, otherwise sketches of the answers."""
        if not self.observed:
            return [sketch(answer) for answer in self.answers]
        return [{**self.observed}, *(answer for answer in self.answers[-1:] if is_exception(answer))]

    def page(self, passed: bool) -> Page:
        """Return the answers as they stand in an answer book."""
        compared = {str(n): self.answers[n] for n in sorted(self.checked)}
        others = {str(n): answer for n, answer in enumerate(self.record) if str(n) not in compared}
        return Page(compared=compared, others=others, passed=passed)


class Samples:
    """Random answers that the tests of one module share: each is asked for once.

    Args:
        draw: the questions.

    Attributes:
        shared: if not, each test asks again, so that one can see which code it runs.
    """

    shared = True

    def __init__(self, draw: Draw) -> None:
        self._draw, self._kept = draw, dict[str, Any]()

    def get(self, name: str, ask: Callable[[Draw], T]) -> T:
        """Return what `ask` returned when it was first called for this name."""
        if name not in self._kept or not self.shared:
            self._kept[name] = ask(self._draw.of(name))
        return cast(T, self._kept[name])


class Book:
    """The answer book, open at the page of one test.

    Args:
        book: None while a book is being recorded: then every answer is right.
        test: name of the test.
        student: whose answers are compared.
    """

    def __init__(self, book: AnswerBook | None, test: str, student: Student) -> None:
        self._book, self._test, self._student = book, test, student

    def check(self, answer: Plain, tolerance: float = TOLERANCE) -> None:
        """Compare an adapter's answer with the reference's.

        Args:
            answer: what a call of `student` returned, the whole of it.
            tolerance: as in `compare.difference`.

        Raises:
            Wrong: if it differs.
            ValueError: if no call of this test returned it, such as a part of an answer.
        """
        __tracebackhide__ = True
        numbers = [n for n, given in enumerate(self._student.answers) if given is answer]
        if not numbers:
            raise ValueError("book.check needs what a call of `student` returned, whole; this is not such an answer")
        self._student.checked.add(numbers[-1])
        if self._book is None:
            return
        right = self._book.compared(self._test)[numbers[-1]]
        if found := difference(answer, right, tolerance):
            raise Wrong(found.got, found.expected)
        self._student.error = max(self._student.error, largest_error(answer, right))

    def known(self, adapter: str, **arguments: Plain) -> Plain:
        """Return the answer of an adapter that runs no student code: as recorded, since student code may be in its way.

        Args:
            adapter: its name.
            arguments: of the call.
        """
        student = self._student
        if self._book is None:
            getattr(student, adapter)(**arguments)
        else:
            student.answers.append(self._book.compared(self._test)[len(student.answers)])
        student.checked.add(len(student.answers) - 1)
        return student.answers[-1]


def name_of(item: pytest.Item) -> str:
    """Return a test's name, "FILE/TEST"."""
    return f"{item.path.stem}/{item.name}"


def path_of(config: pytest.Config, path: Path) -> Path:
    """Return a path from the command line; it is relative to where pytest was started."""
    return config.invocation_params.dir / path


def open_book(config: pytest.Config) -> AnswerBook | None:
    """Open the answer book of this run, once; None while one is being recorded.

    Raises:
        FileNotFoundError, ValueError: as `AnswerBook`.
    """
    if config.option.record:
        return None
    books = config.stash.setdefault(BOOKS, {})  # not for longer than the run: the file may change
    path = path_of(config, config.option.answers)
    if path not in books:
        books[path] = AnswerBook(path)
    return books[path]


@pytest.fixture(scope="session")
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Call adapters in this process, or in one that runs a submission."""
    options = request.config.option
    if (given := request.config.stash.get(CLIENT, None)) is not None:
        yield given
        return
    client: Client = Here()
    if options.submission:
        patience = Patience(options.longest_call, max(options.longest_call / 6, 1), inf)
        client = process = InAProcess(Plainly(), patience)
        process.shares = True
        process.load(path_of(request.config, options.submission))
    yield client
    client.close()


@pytest.fixture
def student(client: Client, request: pytest.FixtureRequest) -> Iterator[Student]:
    """The student's code."""
    client.start_test(request.path.stem)
    yield Student(client)
    client.end_test()


@pytest.fixture
def draw(request: pytest.FixtureRequest) -> Draw:
    """Random questions of this test."""
    return Draw(_seed(request.config), name_of(request.node))


@pytest.fixture(scope="module")
def samples(request: pytest.FixtureRequest) -> Samples:
    """Random answers that the tests of this module share."""
    return Samples(Draw(_seed(request.config), request.path.stem))


def _seed(config: pytest.Config) -> int:
    book = open_book(config)
    return book.seed if book else int(config.option.seed)


@pytest.fixture
def book(request: pytest.FixtureRequest, student: Student) -> Book:
    """The right answers to this test."""
    return Book(open_book(request.config), name_of(request.node), student)
