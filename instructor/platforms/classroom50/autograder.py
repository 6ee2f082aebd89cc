"""Grading a student's repository in classroom50's runner, which starts this file in the checkout."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
INSTALLED = "PROJ4_INSTALLED"


def main() -> None:
    """Grade the working directory, and write `result.json` and `release-body.md` there.

    A grader that fails ends with an exception: the runner takes that for an error, not for a grade.
    """
    sys.path.insert(0, str(SOURCE))
    from instructor.grading.policy import Policy
    from instructor.grading.records import FAILED, Grade
    from instructor.grading.results import describe
    from instructor.platforms.classroom50.result import as_classroom50
    from instructor.platforms.remote import grade_remotely

    commit = ["git", "show", "--no-patch", "--format=%cI", "HEAD"]
    submitted = datetime.fromisoformat(
        subprocess.run(commit, check=True, capture_output=True, text=True).stdout.strip()
    )

    def write(grade: Grade, policy: Policy) -> None:
        if grade.state != FAILED:
            result = as_classroom50(grade, policy, os.environ, submitted)
            Path("result.json").write_text(json.dumps(result, indent=2), encoding="utf-8")
        Path("release-body.md").write_text(f"```\n{describe(grade)}\n```\n", encoding="utf-8")

    grade_remotely(SOURCE, Path.cwd(), write)


def install() -> None:
    """Install what grading needs, where it is not in the image, and start again."""
    requirements = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--requirement",
        str(SOURCE / "requirements.txt"),
    ]
    subprocess.run(requirements, check=True, cwd=SOURCE)
    os.execve(sys.executable, [sys.executable, "-B", __file__], {**os.environ, INSTALLED: "1"})


if __name__ == "__main__":
    if INSTALLED not in os.environ:
        install()
    main()
