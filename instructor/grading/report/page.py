"""The report of an upload: one HTML file that needs nothing else."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from instructor.grading.hints import as_student_reads, promise
from instructor.grading.policy import Policy
from instructor.grading.records import COMPLETE, GRADER_ERROR, NOT_RUN, UNFINISHED, Grade, GradedTest
from instructor.grading.report.html import make_page
from instructor.grading.results import WORDS_OF_GRADER_ERROR
from proj4_code.given.files import write_whole
from proj4_code.given.parts import TOGETHER, Part
from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, WRONG, part_of, title_of
from proj4_unit_tests.harness.reports.causes import Cause, find_causes

TEMPLATES = Path(__file__).with_name("templates")
FOLDED = {PASSED: "passed", NOT_STARTED: "not started", NOT_RUN: "not run yet"}
"""Tests of which a report shows the number: by status, in words."""


class Section(NamedTuple):
    """A part's tests, as a report shows them."""

    part: Part
    tests: Sequence[GradedTest]
    causes: Sequence[Cause]

    @property
    def title(self) -> str:
        """Name and title of the part."""
        return f"{self.part.name}: {self.part.title}"

    @property
    def points(self) -> float:
        """Points earned."""
        return sum(test.outcome.points for test in self.tests)

    @property
    def most_points(self) -> float:
        """Points that could be earned."""
        return sum(test.outcome.most_points for test in self.tests)

    @property
    def folded(self) -> dict[str, list[GradedTest]]:
        """The tests that need no reading, by how they ended, in words."""
        return {words: tests for status, words in FOLDED.items() if (tests := self.by_status(status))}

    @property
    def words(self) -> str:
        """How the tests ended, in words."""
        counts = Counter(test.outcome.status for test in self.tests)
        if len(counts) == 1 and WRONG not in counts:
            [status] = counts
            return "all passed" if status == PASSED else status
        order = (WRONG, GRADER_ERROR, *FOLDED)
        return ", ".join(f"{counts[status]} {FOLDED.get(status, status)}" for status in order if counts[status])

    def by_status(self, status: str) -> list[GradedTest]:
        """Return the tests of a status."""
        return [test for test in self.tests if test.outcome.status == status]


def list_sections(tests: Sequence[GradedTest], causes: Sequence[Cause]) -> list[Section]:
    """Divide tests, and why some are wrong, by part, in the order of the parts."""
    by_part: dict[Part, list[GradedTest]] = {}
    for test in tests:
        by_part.setdefault(part_of(test.outcome.test), []).append(test)
    return [
        Section(part, of_part, [cause for cause in causes if _touches(cause, part)])
        for part, of_part in by_part.items()
    ]


def _touches(cause: Cause, part: Part) -> bool:
    return any(part_of(outcome.test) is part for outcome in cause.outcomes)


def write_report(grade: Grade, name: str, policy: Policy, path: Path) -> None:
    """Write the report of an upload.

    Args:
        grade: of the upload.
        name: of the upload.
        policy: decides whether it names known mistakes, and shows what the code printed.
        path: the HTML file.
    """
    hints_later = promise(grade, policy)
    grade = as_student_reads(grade, policy)
    outcomes = [test.outcome for test in grade.tests]
    causes = find_causes(outcomes)
    sections = list_sections(grade.tests, causes)
    page = make_page(
        "report.html",
        TEMPLATES,
        grade=grade,
        name=name,
        given=grade.score if grade.points is None else grade.points,
        graded=grade.state in (COMPLETE, UNFINISHED),
        sections=sections,
        causes=causes,
        graded_tests={test.outcome.test: test for test in grade.tests},
        untouched=[s.part for s in sections if s.part != TOGETHER and s.words == NOT_STARTED],
        all_passed=bool(outcomes) and all(outcome.status == PASSED for outcome in outcomes),
        title_of=title_of,
        words_of_grader_error=WORDS_OF_GRADER_ERROR,
        hints_later=hints_later,
        show_printed=policy.show_printed,
    )
    write_whole(path, page.encode(errors="replace"))
