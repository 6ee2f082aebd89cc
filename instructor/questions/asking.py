"""Calling an upload's code for questions: in the sandbox, with its limits, and twice."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from instructor.grading.run_tests import run_tests
from instructor.sandbox.sandbox import GraderError, Sandbox, TimeLeft
from proj4_code.given.parts import Part
from proj4_code.given.questions.draft import Ask, RaisedError
from proj4_unit_tests.harness.errors import StudentError
from proj4_unit_tests.harness.outcome import PASSED, WRONG

LONGEST_ANSWER = 100  # characters
TIMES = 2
"""An answer that differs from one time to the next does not count."""


class Code:
    """An upload's code, laid into the sandbox as it is or with one file changed.

    Args:
        sandbox: where it runs.
        files: path -> content, of the part files and of the modules that they import.
        book: the answer book for the tests.
        any_answer: whether answers count that right code would not give.
    """

    def __init__(self, sandbox: Sandbox, files: Mapping[str, bytes], book: Path, any_answer: bool = False) -> None:
        self._sandbox, self._files, self._book, self.any_answer = sandbox, files, book, any_answer
        self._time = TimeLeft(sandbox.patience, 1)  # for all calls together

    def answer(self, part: Part, find: Callable[[Ask], str], changed: Mapping[str, str] | None = None) -> str:
        """Return what the code answers; empty if it raises, takes too long, or does not answer the same twice.

        Args:
            part: that it is about.
            find: calls the code.
            changed: file -> content that stands there instead.

        Raises:
            GraderError: if the sandbox fails.
        """
        with self._laid_out(changed or {}) as submission:
            self._sandbox.load(submission, self._time)
            first = self._answer_once(part, find)
            same = first and all(self._answer_once(part, find) == first for _ in range(TIMES - 1))
        return first if same else ""

    def _answer_once(self, part: Part, find: Callable[[Ask], str]) -> str:
        def ask(name: str, arguments: Mapping[str, Any]) -> Any:
            try:
                return self._sandbox.call(name, dict(arguments))
            except StudentError as error:
                raise RaisedError(str(error)) from error

        self._sandbox.start_test(part.tests)
        try:
            answer = find(ask)
        except GraderError:
            raise
        except Exception:  # the code's answer may be anything, and `find` may fail on it in any way
            return ""
        finally:
            self._sandbox.end_test()
        return answer if len(answer) <= LONGEST_ANSWER and answer.isprintable() else ""

    def failing(self, tests: Sequence[str], changed: Mapping[str, str] | None = None) -> dict[str, bool] | None:
        """Return which tests fail, after a change, and whether because the code raises; None if that cannot be told.

        Args:
            tests: those that are run, "FILE/TEST".
            changed: as in `answer`.
        """
        with self._laid_out(changed or {}) as submission:
            runs = run_tests(self._sandbox, submission, self._book, tests=tests)
        outcomes = {test: run.outcome for test, run in runs.items()}
        if not {outcome.status for outcome in outcomes.values()} <= {PASSED, WRONG}:
            return None
        failed = {test: outcome for test, outcome in outcomes.items() if outcome.status == WRONG}
        return {test: bool(outcome.where or outcome.ending) for test, outcome in failed.items()}

    @contextmanager
    def _laid_out(self, changed: Mapping[str, str]) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="proj4-questions-") as folder:
            for name, content in {**self._files, **{name: text.encode() for name, text in changed.items()}}.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            yield Path(folder)
