"""Grading a submission on PrairieLearn: `python -m instructor.platforms.prairielearn.autograder /grade`."""

import json
import sys
from pathlib import Path

from instructor.grading.policy import Policy
from instructor.grading.records import Grade
from instructor.platforms.prairielearn.result import as_prairielearn
from instructor.platforms.remote import grade_remotely
from proj4_code.given.files import write_whole


def main() -> None:
    """Grade what is in `student`, and write `results/results.json`, whatever happens."""
    root = Path(sys.argv[1])

    def write(grade: Grade, policy: Policy) -> None:
        (root / "results").mkdir(mode=0o700, exist_ok=True)
        write_whole(root / "results" / "results.json", json.dumps(as_prairielearn(grade, policy)).encode())

    grade_remotely(root / "tests", root / "student", write)


if __name__ == "__main__":
    main()
