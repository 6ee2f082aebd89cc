"""What a test holds in its hands: the student's code, and the book that its answers are compared with."""

from collections.abc import Callable
from typing import Any

from proj4_unit_tests.answers import TOLERANCE, AnswerBook
from proj4_unit_tests.checks import Wrong, exception_types, first_line
from proj4_unit_tests.plain import Plain, difference
from proj4_unit_tests.running import Elsewhere, Here


class Student:
    """The student's code: `student.NAME(...)` calls the adapter of that name in `student`.

    Args:
        runner: calls adapters here or elsewhere.

    Attributes:
        answers: what the calls of this test returned; an exception is a dict of its type and message.
        checked: numbers of the calls whose answers were compared with the book.
    """

    def __init__(self, runner: Here | Elsewhere) -> None:
        self._runner = runner
        self.answers: list[Plain] = []
        self.checked: set[int] = set()

    def __getattr__(self, name: str) -> Callable[..., Plain]:
        def adapter(**arguments: Any) -> Plain:
            try:
                answer = self._runner.call(name, arguments)
            except Exception as error:
                self.answers.append({"exception": exception_types(error)[0], "message": first_line(error)})
                raise
            self.answers.append(answer)
            return answer

        return adapter


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
        if found := difference(answer, self._book.answer(self._test, number), tolerance):
            raise Wrong(found.came_out, found.expected)
