"""Whether a student reads, with a grade, the names of known mistakes and the hints on them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from instructor.grading.policy import AFTER_DUE_DATE, ALWAYS, Policy
from instructor.grading.records import Grade
from proj4_unit_tests.harness.outcome import Outcome
from proj4_unit_tests.harness.reports.causes import find_causes


def as_student_reads(grade: Grade, policy: Policy) -> Grade:
    """Return a grade without the mistakes that its student is not told of, or not yet.

    Whatever students read of a grade is made of this; what instructors read is made of the grade itself.
    """
    if are_shown(policy):
        return grade
    tests = tuple(replace(test, outcome=test.outcome.with_mistakes(())) for test in grade.tests)
    return replace(grade, tests=tests)


def are_shown(policy: Policy) -> bool:
    """Return whether hints are shown now; without a due date, "after_due_date" is not yet."""
    if policy.hints == AFTER_DUE_DATE and policy.late.due:
        return datetime.now().astimezone() >= datetime.fromisoformat(policy.late.due)
    return policy.hints == ALWAYS


def promise(grade: Grade, policy: Policy) -> str:
    """Say that hints come after the due date, if there are any; nothing otherwise."""
    known = any(test.outcome.mistake for test in grade.tests)
    later = policy.hints == AFTER_DUE_DATE and not are_shown(policy)
    return "Known mistakes are among those below: after the due date, this report names them and gives hints." * (
        known and later
    )


def describe_hints(outcomes: Sequence[Outcome]) -> str:
    """Write the known mistakes among outcomes and their hints, each once."""
    causes = [cause for cause in find_causes(outcomes) if cause.mistake]
    return "\n\n".join(f"{cause.lead}: {cause.wrong}\nHint: {cause.hint}" for cause in causes)
