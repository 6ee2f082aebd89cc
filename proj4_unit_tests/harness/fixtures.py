"""What a test holds in its hands: the student's code, and the book that its answers are compared with."""

import re
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from proj4_unit_tests.harness.book import TOLERANCE, AnswerBook, Page, sketch
from proj4_unit_tests.harness.compare import Wrong, exception_types, first_line
from proj4_unit_tests.harness.values import Plain, difference, largest_error


class Runner(Protocol):
    """Whatever calls the adapters; `running` has two."""

    def call(self, name: str, arguments: dict[str, Plain]) -> Plain:
        """Call one adapter."""


RUNNER = pytest.StashKey[Runner]()
"""Where a plugin puts a runner of its own."""


class Student:
    """The student's code: `student.NAME(...)` calls the adapter of that name in `student`.

    Args:
        runner: calls adapters here or elsewhere.

    Attributes:
        answers: what the calls of this test returned; an exception is a dict of its type and message.
        checked: numbers of the calls whose answers were compared with the book.
        error: the largest of those answers that were right, as `plain.largest_error` measures it.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.answers: list[Plain] = []
        self.checked: set[int] = set()
        self.error = 0.0

    def __getattr__(self, name: str) -> Callable[..., Plain]:
        def adapter(**arguments: Any) -> Plain:
            try:
                answer = self._runner.call(name, arguments)
            except Exception as error:
                message = re.sub(r"\S*[/\\]", "", first_line(error))  # a path is not the same twice
                self.answers.append({"exception": exception_types(error)[0], "message": message})
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
            answer: what a call of `student` returned.
            tolerance: as in `plain.difference`.
        """
        number = max(n for n, given in enumerate(self._student.answers) if given is answer)
        self._student.checked.add(number)
        if self._book is None:
            return
        right = self._book.compared(self._test)[number]
        if found := difference(answer, right, tolerance):
            raise Wrong(found.came_out, found.expected)
        self._student.error = max(self._student.error, largest_error(answer, right))
