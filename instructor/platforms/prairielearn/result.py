"""A grade as PrairieLearn's external grader returns it: https://docs.prairielearn.com/externalGrading/#grading-results."""

from typing import Any

from instructor.grading.policy import Policy
from instructor.grading.records import FAILED, REFUSED, Grade
from instructor.grading.results import describe, list_entries

LONGEST = 4000  # characters of one text; a result has at most 1 MB
Json = dict[str, Any]


def as_prairielearn(grade: Grade, policy: Policy) -> Json:
    """Return the content of results.json; there are no images in it.

    An upload that is refused, or at which the grader failed, is "not gradable": it costs the student no attempt.
    """
    text = describe(grade)[:LONGEST]
    if grade.state in (REFUSED, FAILED):
        return {"gradable": False, "format_errors": [text]}
    tests = list_entries(grade, policy) if policy.visibility == "visible" else []
    return {
        "gradable": True,
        "score": grade.score / grade.most_points if grade.most_points else 0.0,
        "message": f"{grade.score:g} of {grade.most_points:g} points",
        "output": text,
        "tests": [
            {
                "name": test["name"],
                "points": test["score"],
                "max_points": test["max_score"],
                "message": test["status"],
                "output": test["output"][:LONGEST],
            }
            for test in tests
        ],
    }
