"""Results in Gradescope's schema, with all that is needed to grade the same upload again in `extra_data`."""

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

from instructor.grading.engine import GRADER_ERROR, GradedTest
from instructor.grading.policy import Policy
from instructor.grading.training_results import PART as TRAINING
from instructor.grading.training_results import Verdict
from instructor.grading.upload import Upload
from instructor.rubric import POINTS
from proj4_code import __version__
from proj4_code.given.files import write_whole
from proj4_code.given.parts import PARTS, TOGETHER
from proj4_unit_tests.harness.console import PASSED, scoreboard
from proj4_unit_tests.harness.submission import KIT

REFUSED, COMPLETE, UNFINISHED, NOT_RUN = "refused", "complete", "unfinished", "not run yet"


def make_results(
    runs: list[GradedTest], upload: Upload, policy: Policy, origin: dict, state: str, seconds: float
) -> dict:
    """Make the results of an upload.

    Args:
        runs: of its tests; those that are missing have not run yet.
        upload: what was graded.
        policy: the instructor's choices.
        origin: what the grade depends on, as `describe_origin` makes it.
        state: `COMPLETE` or `UNFINISHED`.
        seconds: since grading began.
    """
    by_test = {run.outcome.test: run for run in runs}
    tests = [_test(test, by_test.get(test), policy) for test in POINTS]
    errors = [test["extra_data"]["test"] for test in tests if test["extra_data"]["outcome"] == GRADER_ERROR]
    people = [f"the grader failed in {test}" for test in errors] + upload.oddities
    output = "\n".join(scoreboard([run.outcome for run in runs if run.outcome.status != GRADER_ERROR]) if runs else [])
    if upload.ignored:
        output += f"\n\nNot graded: {', '.join(upload.ignored)}"
    if errors:
        output += f"\n\nThe grader itself failed in {len(errors)} tests; your instructor has been told."
    if state == UNFINISHED:
        output = f"Grading has not finished; these are the points so far.\n\n{output}"
    return {
        "score": sum(test["score"] for test in tests),
        "execution_time": round(seconds, 1),
        "output": output,
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {
            **origin,
            "state": state,
            "for a person": people,
            "ignored": upload.ignored,
            "parts": upload.part_hashes,
        },
    }


def add_training(results: dict, verdict: Verdict, policy: Policy) -> None:
    """Add the entry for the results of training, the points for them, and the leaderboard."""
    points = 0 if verdict.problem or verdict.miou is None else policy.points_for(verdict.miou)
    results["tests"].append(
        {
            "name": f"{TRAINING}: mean IoU on the test split",
            "number": f"{TRAINING}.1",
            "max_score": policy.most_points,
            "tags": [TRAINING],
            "visibility": policy.visibility,
            "score": points,
            "status": "passed" if points == policy.most_points else "failed",
            "output": verdict.message,
            "extra_data": {
                "test": TRAINING,
                "outcome": "wrong" if verdict.problem else "passed" if points else "not started",
                "message": verdict.message,
                "miou": verdict.miou,
                "pictures": verdict.pictures,
            },
        }
    )
    results["score"] += points
    if verdict.problem:
        results["extra_data"]["for a person"].append(f"results of training: {verdict.problem}")
    elif policy.leaderboard and verdict.miou is not None:
        results["leaderboard"] = [{"name": "mIoU", "value": round(verdict.miou, 4), "order": "desc"}]


def refused_results(reason: str, origin: dict) -> dict:
    """Make the results of an upload that cannot be graded."""
    said = f"This upload was refused, and nothing of it was graded.\n\n{reason}"
    return _results_without_tests(said, f"refused: {reason}", origin | {"state": REFUSED})


def failed_results(reason: str, origin: dict) -> dict:
    """Make the results of an upload that the grader failed to grade."""
    said = "The grader failed, not your code. All points are still open: your instructor has been told."
    return _results_without_tests(said, f"the grader failed: {reason}", origin | {"state": UNFINISHED})


def _results_without_tests(said: str, for_a_person: str, origin: dict) -> dict:
    return {
        "score": 0,
        "output": said,
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [],
        "extra_data": {**origin, "for a person": [for_a_person], "ignored": [], "parts": {}},
    }


def write_results(results: dict, path: Path) -> None:
    """Write results so that a reader finds the old ones or the new ones, and never half of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = results["extra_data"]["state"] == UNFINISHED  # soon overwritten: compact is quicker
    write_whole(path, json.dumps(results, indent=None if unfinished else 1).encode())


def describe_origin(upload_hash: str, book: bytes, protections: list[str]) -> dict:
    """Say what a grade depends on. The book stays secret: its hash tells one seed from another."""
    return {
        "upload": upload_hash,
        "kit": {"version": __version__, "hash": kit_hash()},
        "answer book": hashlib.sha256(book).hexdigest()[:16],
        "python": platform.python_version(),
        "torch": _torch_version(),
        "protections": protections,
    }


@cache
def _torch_version() -> str:
    return version("torch")


@cache
def kit_hash() -> str:
    """SHA-256 of what grades: the given code, the unit tests and the grader, without the parts and the public book."""
    digest = hashlib.sha256()
    folders = ("proj4_code/given", "proj4_unit_tests", "instructor/grading")
    for path in sorted(path for folder in folders for path in (KIT / folder).rglob("*.py")):
        digest.update(f"{path.relative_to(KIT).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def _numbers() -> dict[str, int]:
    """Number the tests of each file from 1."""
    files: dict[str, list[str]] = {}
    for name in POINTS:
        files.setdefault(name.split("/")[0], []).append(name)
    return {name: number for names in files.values() for number, name in enumerate(names, 1)}


def _test(name: str, run: GradedTest | None, policy: Policy) -> dict:
    """Make a test's entry."""
    file, words = name.split("/")
    part = next(part for part in (*PARTS, TOGETHER) if file == f"test_{part.module}")
    entry = {
        "name": f"{part.name}: {words.removeprefix('test_').replace('_', ' ')}",
        "number": f"{part.name.removeprefix('part ')}.{_numbers()[name]}",
        "max_score": POINTS[name],
        "tags": [part.name],
        "visibility": policy.visibility,
    }
    if run is None:
        unknown = {"score": 0, "status": "failed", "output": NOT_RUN}
        return entry | unknown | {"extra_data": {"test": name, "outcome": NOT_RUN}}
    outcome = run.outcome
    lines = [outcome.message or f"right: {run.checked}"]
    if run.printed and policy.show_printed and outcome.status not in (PASSED, GRADER_ERROR):
        lines += ["", "your code printed:", run.printed]
    return entry | {
        "score": outcome.points,
        "status": "passed" if outcome.status == PASSED else "failed",
        "output": "\n".join(lines),
        "extra_data": {
            "test": name,
            "outcome": outcome.ending or outcome.status,
            "mistake": outcome.mistake,
            "checked": run.checked,
            "message": outcome.message,
            "printed": run.printed,
            "seconds": round(run.seconds, 3),
        },
    }
