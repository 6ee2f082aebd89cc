"""A bundle for classroom50: what goes into `CLASSROOM/autograders/ASSIGNMENT` of the organization's repository."""

import json
from pathlib import Path

from instructor.platforms.grader_files import grader_files
from instructor.release.kit import zip_files
from proj4_code.given.files import write_whole

# Student code needs a user of its own, which only root can give it; GitHub's runners are root in a container alone.
RUNTIME = {"runs-on": "ubuntu-latest", "container": {"image": "python:3.12", "user": "root"}}


def build_bundle(out: Path, book: Path, policy: Path | None, data: Path | None) -> list[str]:
    """Build a zip of the bundle, and return the names in it; errors are those of `grader_files`."""
    files = grader_files("classroom50", book, policy, data)
    files["autograder.py"] = (Path(__file__).parent / "autograder.py").read_bytes()
    files["runtime.json"] = (json.dumps(RUNTIME, indent=2) + "\n").encode()
    write_whole(out, zip_files(files))
    return sorted(files)
