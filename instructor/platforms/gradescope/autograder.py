"""Grading a submission on Gradescope: `python -m instructor.platforms.gradescope.autograder /autograder`."""

import sys
from pathlib import Path

from instructor.grading.results import write_results
from instructor.platforms.remote import grade_remotely


def main() -> None:
    """Grade what is in `submission`, and write `results/results.json` after each test, whatever happens."""
    root = Path(sys.argv[1])
    results = root / "results" / "results.json"
    grade_remotely(
        root / "source", root / "submission", lambda grade, policy: write_results(grade, policy, results), results
    )


if __name__ == "__main__":
    main()
