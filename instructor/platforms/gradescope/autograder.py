"""Grading a submission on Gradescope: `python -m instructor.platforms.gradescope.autograder /autograder`."""

import sys
from contextlib import closing
from pathlib import Path

from instructor.grading.grade import grade
from instructor.grading.policy import read_policy
from instructor.grading.results import describe_origin, failed_results, write_results
from instructor.grading.training_results import read_truth
from instructor.sandbox.sandbox import Sandbox


def main() -> None:
    """Grade what lies in `submission`, and write `results/results.json`, whatever happens."""
    root = Path(sys.argv[1])
    source, results = root / "source", root / "results" / "results.json"
    book = source / "answers.npz"
    try:
        policy = read_policy(source / "policy.toml")
        with closing(Sandbox("auto", policy.patience)) as sandbox:
            frames = read_truth(source / "data") if (source / "data").is_dir() else ()
            grade([root / "submission"], book, sandbox, policy, results, frames)
    except BaseException as error:
        write_results(failed_results(repr(error), describe_origin("", book.read_bytes(), [])), results)
        raise


if __name__ == "__main__":
    main()
