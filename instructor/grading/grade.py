"""Grading one upload: `python -m instructor grade UPLOAD --answers BOOK`."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from instructor.grading.origin import describe_origin
from instructor.grading.policy import Policy
from instructor.grading.records import (
    COMPLETE,
    GRADER_ERROR,
    REFUSED,
    UNFINISHED,
    Grade,
    GradedTraining,
)
from instructor.grading.results import TRAINING, WORDS_OF_GRADER_ERROR, write_results
from instructor.grading.run_tests import Runs, not_run, run_tests
from instructor.grading.training.frames import Frame
from instructor.grading.training.results import grade_training
from instructor.grading.upload import Refused, Upload, open_upload
from instructor.rubric import POINTS
from instructor.sandbox.neighbours import beside_others
from instructor.sandbox.sandbox import GraderError, Sandbox
from proj4_unit_tests.harness.book import AnswerBook
from proj4_unit_tests.harness.outcome import NOT_STARTED, WRONG


def grade(
    paths: Sequence[Path], book: Path, sandbox: Sandbox, policy: Policy, out: Path, frames: Sequence[Frame] = ()
) -> Grade:
    """Grade what a student handed in.

    Args:
        paths: of the upload, as in `open_upload`.
        book: the answer book, which students have never seen.
        sandbox: where the upload's code runs.
        policy: the instructor's choices.
        out: file for the results. It is written after each test, so that it is valid whenever grading is stopped.
        frames: the test split, to grade the results of training; empty if they are not graded.

    Returns:
        The grade, as it stands in `out`.

    Raises:
        FileNotFoundError: if there is no such upload.
    """
    try:
        upload = open_upload(*paths)
    except Refused as error:
        refused = Grade(REFUSED, describe_origin("", book.read_bytes()), reason=str(error))
        write_results(refused, policy, out)
        return refused
    return grade_upload(upload, book, sandbox, policy, out, frames)


def grade_upload(
    upload: Upload, book: Path, sandbox: Sandbox, policy: Policy, out: Path, frames: Sequence[Frame] = ()
) -> Grade:
    """Grade an upload that has been read; as `grade` otherwise."""
    began = time.monotonic()
    origin = describe_origin(upload.hash, book.read_bytes(), policy=policy, frames=frames)

    def keep(runs: Runs, state: str = UNFINISHED, training: GradedTraining | None = None) -> Grade:
        made = Grade(
            state,
            replace(origin, protections=tuple(sandbox.protections)),
            tuple(runs.get(test) or not_run(test) for test in POINTS),
            training,
            oddities=tuple(upload.oddities),
            ignored=tuple(upload.ignored),
            imports=tuple(upload.imports),
            remarks=upload.remarks,
            parts=upload.part_hashes,
            seconds=time.monotonic() - began,
        )
        write_results(made, policy, out)
        return made

    with tempfile.TemporaryDirectory(prefix="proj4-upload-") as folder:
        submission = upload.write(Path(folder) / "parts")
        keep({})
        runs = run_tests(sandbox, submission, book, keep)
        if not frames:
            return keep(runs, COMPLETE)
        keep(runs)
        return keep(runs, COMPLETE, _grade_training(upload, frames, sandbox, book, policy))


def _grade_training(
    upload: Upload, frames: Sequence[Frame], sandbox: Sandbox, book: Path, policy: Policy
) -> GradedTraining:
    if upload.results is None:
        message = "no results of training were handed in: proj4_colab.ipynb packs them at its end"
        return GradedTraining(NOT_STARTED, 0.0, policy.most_points, message)
    seed = [AnswerBook(book).seed, int(upload.hash, 16)]
    sandbox.start_test(TRAINING)
    try:
        with beside_others():
            return grade_training(upload.results, frames, sandbox, policy, seed)
    except GraderError as error:
        problem = str(error)
    finally:
        sandbox.end_test()
    if sandbox.works():
        problem = f"this upload, and no other, made the sandbox fail: {problem}"
        return GradedTraining(WRONG, 0.0, policy.most_points, f"These results earn nothing: {problem}", problem=problem)
    problem = f"the grader failed: {problem}"
    return GradedTraining(GRADER_ERROR, 0.0, policy.most_points, WORDS_OF_GRADER_ERROR, problem=problem)
