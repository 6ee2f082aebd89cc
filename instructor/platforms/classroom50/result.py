"""A grade as classroom50's result.json, of schema classroom50/result/v1.

https://github.com/foundation50/classroom50/blob/main/schemas/result-v1.schema.json
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from math import lcm
from typing import Any

from instructor.grading.policy import Policy
from instructor.grading.records import Grade
from instructor.grading.results import list_entries

Json = dict[str, Any]
TIME = "%Y-%m-%dT%H:%M:%SZ"


def as_classroom50(grade: Grade, policy: Policy, environment: Mapping[str, str], submitted: datetime) -> Json:
    """Return the content of result.json.

    Scores are whole numbers there, and tests here may be worth half a point: all are multiplied by the smallest number
    that makes them whole, so 100 points of halves are a max-score of 200.

    Args:
        grade: of the submission.
        policy: the instructor's choices.
        environment: what classroom50's runner sets.
        submitted: time of the graded commit.

    Raises:
        KeyError: if the runner has not set a variable.
    """
    entries = list_entries(grade, policy)
    points = [Fraction(test[key]).limit_denominator(1000) for test in entries for key in ("score", "max_score")]
    unit = lcm(1, *(point.denominator for point in points))
    tests = [
        {
            "test-name": test["name"],
            "passed": test["status"] == "passed",
            "score": round(test["score"] * unit),
            "max-score": round(test["max_score"] * unit),
            "output": test["output"] if policy.visibility == "visible" else "",
        }
        for test in entries
    ]
    commit = environment["COMMIT_URL"]
    return {
        "schema": "classroom50/result/v1",
        "classroom": environment["CLASSROOM"],
        "assignment": environment["ASSIGNMENT"],
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": environment.get("OWNER") or environment["USERNAME"],
        "submission": environment["SUBMISSION_TAG"],
        "commit": commit,
        "release": environment["RELEASE_URL"],
        "review": environment.get("REVIEW_URL") or commit,
        "datetime": submitted.astimezone(UTC).strftime(TIME),
        "graded_at": datetime.now(UTC).strftime(TIME),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
