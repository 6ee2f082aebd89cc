"""Grading a submission on Gradescope: `python -m instructor.platforms.gradescope.autograder /autograder`."""

import sys
from contextlib import closing
from pathlib import Path

from instructor.grading.grade import grade
from instructor.grading.origin import describe_origin
from instructor.grading.policy import read_policy
from instructor.grading.records import FAILED, Grade
from instructor.grading.results import write_results
from instructor.grading.training_results import read_truth
from instructor.sandbox.sandbox import Sandbox


def main() -> None:
    """Grade what is in `submission`, and write `results/results.json`, whatever happens."""
    root = Path(sys.argv[1])
    source, results = root / "source", root / "results" / "results.json"
    book = source / "answers.npz"
    try:
        policy = read_policy(source / "policy.toml")
        with closing(Sandbox(policy.patience)) as sandbox:
            frames = read_truth(source / "data") if (source / "data").is_dir() else ()
            grade([root / "submission"], book, sandbox, policy, results, frames)
    except BaseException as error:
        failed = Grade(FAILED, describe_origin("", book.read_bytes()), reason=repr(error))
        write_results(failed, read_policy(), results)
        raise


if __name__ == "__main__":
    main()
