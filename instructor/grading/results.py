"""Grades as files: results.json in Gradescope's schema, with the records of grading in its `extra_data`."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from instructor.grading.hints import are_shown, as_student_reads, describe_hints
from instructor.grading.policy import AFTER_DUE_DATE, Policy
from instructor.grading.records import (
    COMPLETE,
    FAILED,
    GRADER_ERROR,
    NOT_RUN,
    NOTHING,
    REFUSED,
    UNFINISHED,
    Decision,
    Grade,
    GradedTest,
    GradedTraining,
    HandIn,
    Origin,
    Picture,
    Student,
)
from proj4_code.given.files import write_whole
from proj4_code.given.parts import Part
from proj4_unit_tests.harness.console import explain, scoreboard
from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, Outcome, part_of, title_of

TRAINING = "training"
HINTS = "hints on what is wrong"
INTRODUCTIONS = {
    UNFINISHED: "Grading has not finished; these are the points so far.",
    REFUSED: "This upload was refused, and nothing in it was graded.",
    NOTHING: "Nothing was handed in that could be graded.",
    FAILED: "The grader failed, not your code. All points are still open: your instructor has been told.",
}
WORDS_OF_GRADER_ERROR = (
    "The grader failed here, not your code. This test's points are still open: your instructor has been told."
)
Json = dict[str, Any]


def write_results(grade: Grade, policy: Policy, path: Path) -> None:
    """Write results.json so that a reader finds the old results or the new ones, and never half of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, as_text(grade, policy).encode())


def as_text(grade: Grade, policy: Policy) -> str:
    """Return the content of results.json."""
    indent = None if grade.state == UNFINISHED else 1  # soon overwritten: compact is quicker
    return json.dumps(as_gradescope(grade, policy), indent=indent)


def as_gradescope(grade: Grade, policy: Policy) -> Json:
    """Return a grade in Gradescope's schema."""
    hints = _hints_entry(grade, policy)
    results: Json = {
        "score": grade.score if grade.points is None else grade.points,
        "execution_time": round(grade.seconds, 1),
        "output": describe(grade),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": list_entries(grade, policy) + ([hints] if hints else []),
        "extra_data": {
            "state": grade.state,
            "reason": grade.reason,
            "notes": grade.notes,
            "origin": asdict(grade.origin),
            "oddities": grade.oddities,
            "ignored": grade.ignored,
            "imports": grade.imports,
            "remarks": grade.remarks,
            "hand_in": grade.hand_in and asdict(grade.hand_in),
            "decision": grade.decision and asdict(grade.decision),
            "parts": dict(grade.parts),
            "students": [asdict(student) for student in grade.students],
            "seconds": grade.seconds,
        },
    }
    training = grade.training
    if policy.leaderboard and training and training.miou is not None and not training.problem:
        results["leaderboard"] = [{"name": "mIoU", "value": round(training.miou, 4), "order": "desc"}]
    return results


def read_results(path: Path) -> Grade:
    """Read what `write_results` wrote.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it holds something else.
    """
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        return _from_gradescope(results)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is not what this version of the kit writes ({error!r}): grade again") from None


def _from_gradescope(results: Json) -> Grade:
    more = results["extra_data"]
    entries = [test["extra_data"] for test in results["tests"]]
    tests = [
        GradedTest(
            Outcome.from_json(entry["outcome"]),
            entry["printed"],
            entry["seconds"],
            entry["failure"],
            entry["answers"],
            entry["alone"],
        )
        for entry in entries
        if "outcome" in entry
    ]
    training = next((_read_training(entry[TRAINING]) for entry in entries if TRAINING in entry), None)
    return Grade(
        state=more["state"],
        origin=Origin(**more["origin"] | {"protections": tuple(more["origin"]["protections"])}),
        tests=tuple(tests),
        training=training,
        reason=more["reason"],
        oddities=tuple(more["oddities"]),
        ignored=tuple(more["ignored"]),
        imports=tuple(more["imports"]),
        remarks=tuple(more["remarks"]),
        hand_in=_read_hand_in(more["hand_in"]),
        decision=Decision(**more["decision"]) if more["decision"] else None,
        parts=more["parts"],
        students=tuple(Student(**student) for student in more["students"]),
        seconds=more["seconds"],
    )


def _read_hand_in(entry: Json | None) -> HandIn | None:
    return HandIn(**entry | {name: tuple(entry[name]) for name in ("remarks", "notes")}) if entry else None


def _read_training(entry: Json) -> GradedTraining:
    pictures = tuple(Picture(**picture) for picture in entry["pictures"])
    return GradedTraining(**entry | {"pictures": pictures, "oddities": tuple(entry["oddities"])})


def describe(grade: Grade) -> str:
    """Return what a student reads first: what became of the files, the scoreboard, and what is not graded."""
    paragraphs = [INTRODUCTIONS[grade.state]] if grade.state != COMPLETE else []
    if grade.state in (REFUSED, NOTHING):
        paragraphs.append(grade.reason)
    if grade.hand_in and grade.hand_in.rule:
        paragraphs.append(f"{grade.hand_in.rule}.")
    if grade.decision:
        paragraphs.append(f"Decided by a person: {grade.decision}")
    paragraphs += [f"Please note: {remark}." for remark in grade.choices]
    run = [test.outcome for test in grade.tests if test.outcome.status not in (NOT_RUN, GRADER_ERROR)]
    if run:
        paragraphs.append("\n".join(scoreboard(run)))
    paragraphs += grade.imports
    if grade.ignored:
        paragraphs.append(f"Not graded: {', '.join(grade.ignored)}")
    if grade.failed_tests:
        paragraphs.append(
            f"The grader itself failed in {len(grade.failed_tests)} tests; your instructor has been told."
        )
    return "\n\n".join(paragraphs)


def list_entries(grade: Grade, policy: Policy) -> list[Json]:
    """Return the entry of each test, numbered by part, and that of the results of training."""
    numbers: Counter[Part] = Counter()
    entries = []
    read = as_student_reads(grade, policy)
    for test, as_read in zip(grade.tests, read.tests, strict=True):
        part = part_of(test.outcome.test)
        numbers[part] += 1
        entries.append(
            {
                "name": f"{part.name}: {title_of(test.outcome.test)}",
                "number": f"{part.number or part.name}.{numbers[part]}",
                "max_score": test.outcome.most_points,
                "tags": [part.name],
                "visibility": policy.visibility,
                "score": test.outcome.points,
                "status": "passed" if test.outcome.status == PASSED else "failed",
                "output": _output(as_read, policy.show_printed),
                "extra_data": {
                    "outcome": test.outcome.as_json(),
                    "printed": test.printed,
                    "seconds": round(test.seconds, 3),
                    "failure": test.failure,
                    "answers": test.answers,
                    "alone": test.alone,
                },
            }
        )
    return [*entries, *([_training_entry(grade.training, policy)] if grade.training else [])]


def _hints_entry(grade: Grade, policy: Policy) -> Json | None:
    """Return the entry with all hints that Gradescope shows after its due date; None if they have no place there."""
    hints = describe_hints([test.outcome for test in grade.tests])
    if not hints or policy.hints != AFTER_DUE_DATE or are_shown(policy):
        return None
    visibility = AFTER_DUE_DATE if policy.visibility == "visible" else policy.visibility
    return {"name": HINTS, "number": HINTS, "visibility": visibility, "output": hints, "extra_data": {}}


def _output(test: GradedTest, show_printed: bool) -> str:
    """Return what a student reads of a test."""
    outcome = test.outcome
    if outcome.status == GRADER_ERROR:
        return WORDS_OF_GRADER_ERROR
    if outcome.status == NOT_RUN:
        return NOT_RUN
    lines = [test.remark] if test.remark else []
    if outcome.status == PASSED:
        return "\n".join([*lines, f"right: {outcome.checked}"])
    lines += [outcome.got if outcome.status == NOT_STARTED else explain(outcome)]
    if test.printed and show_printed:
        lines += ["", "your code printed:", test.printed]
    return "\n".join(lines)


def _training_entry(training: GradedTraining, policy: Policy) -> Json:
    return {
        "name": f"{TRAINING}: mean IoU on the test split",
        "number": f"{TRAINING}.1",
        "max_score": training.most_points,
        "tags": [TRAINING],
        "visibility": policy.visibility,
        "score": training.points,
        "status": "passed" if training.points == training.most_points else "failed",
        "output": training.message,
        "extra_data": {TRAINING: asdict(training)},
    }
