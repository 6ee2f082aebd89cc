"""What the autograders of all platforms do: grade one submission, whatever happens."""

import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from instructor.grading.grade import grade
from instructor.grading.origin import describe_origin
from instructor.grading.policy import Policy, read_policy
from instructor.grading.records import FAILED, Grade
from instructor.grading.training.frames import read_truth
from instructor.sandbox.sandbox import Sandbox


def grade_remotely(
    source: Path, submission: Path, write: Callable[[Grade, Policy], object], out: Path | None = None
) -> None:
    """Grade a submission.

    Args:
        source: folder of what `grader_files` made.
        submission: folder of the student's files.
        write: writes the grade in the platform's form; also that of a grader that failed.
        out: where `grade` writes results after each test; None: nowhere that stays.
    """
    book = source / "answers.npz"
    try:
        policy = read_policy(source / "policy.toml")
        frames = read_truth(source / "data") if (source / "data").is_dir() else ()
        hidden = [path for path in (book, source / "data", *([out.parent] if out else [])) if path.exists()]
        for path in hidden:
            path.chmod(path.stat().st_mode & ~0o077)
        with closing(Sandbox(policy.patience, hidden=hidden)) as sandbox, tempfile.TemporaryDirectory() as folder:
            results = out or Path(folder) / "results.json"
            write(grade([submission], book, sandbox, policy, results, frames), policy)
    except BaseException as error:
        write(Grade(FAILED, describe_origin("", book.read_bytes()), reason=repr(error)), read_policy())
        raise
