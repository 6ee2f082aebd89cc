"""Grading one upload: `python -m instructor grade UPLOAD --answers BOOK`."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from instructor.grading.engine import TestRun, run_tests
from instructor.grading.policy import Policy
from instructor.grading.results import (
    COMPLETE,
    UNFINISHED,
    describe_origin,
    make_results,
    refused_results,
    write_results,
)
from instructor.grading.sandbox import Sandbox
from instructor.grading.upload import Refused, open_upload


def grade(paths: Sequence[Path], book: Path, sandbox: Sandbox, policy: Policy, out: Path) -> dict:
    """Grade an upload.

    Args:
        paths: of the upload, as in `open_upload`.
        book: the answer book, which students have never seen.
        sandbox: where the upload's code runs.
        policy: the instructor's choices.
        out: file for the results. It is written after each test, so that it is valid whenever grading is stopped.

    Returns:
        The results in Gradescope's schema, as they stand in `out`.

    Raises:
        FileNotFoundError: if there is no such upload.
    """
    began = time.monotonic()
    try:
        upload = open_upload(*paths)
    except Refused as error:
        results = refused_results(str(error), describe_origin("", book, []))
        write_results(results, out)
        return results

    def keep(runs: list[TestRun], state: str = UNFINISHED) -> dict:
        origin = describe_origin(upload.hash, book, sandbox.protections)
        results = make_results(runs, upload, policy, origin, state, time.monotonic() - began)
        write_results(results, out)
        return results

    with tempfile.TemporaryDirectory(prefix="proj4-upload-") as folder:
        submission = upload.write(Path(folder) / "parts")
        keep([])
        return keep(run_tests(sandbox, submission, book, keep), COMPLETE)
