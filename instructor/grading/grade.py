"""Grading one upload: `python -m instructor grade UPLOAD --answers BOOK`."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from instructor.grading.engine import WORDS_OF_GRADER_ERROR, GradedTest, run_tests
from instructor.grading.policy import Policy
from instructor.grading.results import (
    COMPLETE,
    UNFINISHED,
    add_training,
    describe_origin,
    make_results,
    refused_results,
    write_results,
)
from instructor.grading.training_results import PART, Frame, Verdict, check_evidence
from instructor.grading.upload import Refused, Upload, open_upload
from instructor.sandbox.sandbox import GraderError, Sandbox
from proj4_unit_tests.harness.book import AnswerBook


def grade(
    paths: Sequence[Path], book: Path, sandbox: Sandbox, policy: Policy, out: Path, frames: Sequence[Frame] = ()
) -> dict:
    """Grade what a student handed in.

    Args:
        paths: of the upload, as in `open_upload`.
        book: the answer book, which students have never seen.
        sandbox: where the upload's code runs.
        policy: the instructor's choices.
        out: file for the results. It is written after each test, so that it is valid whenever grading is stopped.
        frames: the test split, to grade the results of training; none if they are not graded.

    Returns:
        The results in Gradescope's schema, as they stand in `out`.

    Raises:
        FileNotFoundError: if there is no such upload.
    """
    try:
        upload = open_upload(*paths)
    except Refused as error:
        results = refused_results(str(error), describe_origin("", book.read_bytes(), []))
        write_results(results, out)
        return results
    return grade_upload(upload, book, sandbox, policy, out, frames)


def grade_upload(
    upload: Upload, book: Path, sandbox: Sandbox, policy: Policy, out: Path, frames: Sequence[Frame] = ()
) -> dict:
    """Grade an upload that has been read; as `grade` otherwise."""
    began, content = time.monotonic(), book.read_bytes()

    def keep(runs: list[GradedTest], state: str = UNFINISHED) -> dict:
        origin = describe_origin(upload.hash, content, sandbox.protections)
        results = make_results(runs, upload, policy, origin, state, time.monotonic() - began)
        write_results(results, out)
        return results

    with tempfile.TemporaryDirectory(prefix="proj4-upload-") as folder:
        submission = upload.write(Path(folder) / "parts")
        keep([])
        runs = run_tests(sandbox, submission, book, keep)
        results = keep(runs, COMPLETE)
        if frames:
            add_training(results, _check_training(upload, frames, sandbox, book, policy), policy)
            write_results(results, out)
        return results


def _check_training(upload: Upload, frames: Sequence[Frame], sandbox: Sandbox, book: Path, policy: Policy) -> Verdict:
    if upload.results is None:
        return Verdict(None, "", "no results of training were handed in: proj4_colab.ipynb packs them at its end", [])
    seed = [AnswerBook(book).seed, int(upload.hash, 16)]
    sandbox.start_test(PART)
    try:
        return check_evidence(upload.results, frames, sandbox, policy.evidence, seed)
    except GraderError as error:
        return Verdict(None, f"the grader failed: {error}", WORDS_OF_GRADER_ERROR, [])
    finally:
        sandbox.end_test()
