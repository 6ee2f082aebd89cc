"""What a test holds in its hands: the student's code, questions, and the book that answers are compared with."""

import re
from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path

import pytest

from proj4_unit_tests.harness.book import TOLERANCE, AnswerBook, Draw, Page, sketch
from proj4_unit_tests.harness.calls import Client, Here
from proj4_unit_tests.harness.compare import Wrong, difference, largest_error
from proj4_unit_tests.harness.errors import RECORD, exception_types, first_line, is_not_started, raised_by_student
from proj4_unit_tests.harness.launch import Plainly
from proj4_unit_tests.harness.patience import Patience
from proj4_unit_tests.harness.process import InAProcess
from proj4_unit_tests.harness.values import Plain

CLIENT = pytest.StashKey[Client]()
"""Where a plugin puts a client of its own."""
BOOKS = pytest.StashKey[dict[Path, AnswerBook]]()


class Student:
    """The student's code: `student.NAME(...)` calls the adapter of that name.

    Args:
        client: calls adapters here or in a process.

    Attributes:
        answers: what the calls of this test returned; an exception is a dict of its type and message.
        checked: numbers of the calls whose answers were compared with the book.
        error: the largest of those answers that were right, as `compare.largest_error` measures it.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self.answers: list[Plain] = []
        self.checked: set[int] = set()
        self.error = 0.0

    def __getattr__(self, name: str) -> Callable[..., Plain]:
        def adapter(**arguments: Plain) -> Plain:
            try:
                answer = self._client.call(name, arguments)
            except Exception as error:
                own = raised_by_student(error) and not is_not_started(error)  # its words are the student's choice
                message = "" if own else re.sub(r"\S*[/\\]", "", first_line(error))  # a path is not the same twice
                self.answers.append({"exception": exception_types(error)[0], "message": message})
                vars(error)[RECORD] = self.answers[-1]
                raise
            self.answers.append(answer)
            return answer

        return adapter

    def page(self) -> Page:
        """Return the answers as they stand in an answer book."""
        page = Page(compared={}, others={})
        for n, answer in enumerate(self.answers):
            if n in self.checked:
                page["compared"][str(n)] = answer
            else:
                page["others"][str(n)] = sketch(answer)
        return page


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
    book = open_book(request.config)
    return Draw(book.seed if book else request.config.option.seed, name_of(request.node))


@pytest.fixture
def book(request: pytest.FixtureRequest, student: Student) -> Book:
    """The right answers to this test."""
    return Book(open_book(request.config), name_of(request.node), student)
