"""What an instructor reads of a whole class: one HTML page, and tables for Canvas and Gradescope."""

import csv
import io
from collections import Counter, defaultdict
from pathlib import Path

from instructor.grading.engine import GRADER_ERROR
from instructor.grading.page import make_page
from instructor.rubric import POINTS
from proj4_code.given.files import write_whole

ASSIGNMENT = "proj4"
BINS = 10  # of the distribution


def write_class_page(results: list[dict], known: dict[str, str], path: Path) -> None:
    """Write the page.

    Args:
        results: of all uploads.
        known: name of each known mistake -> what is wrong.
        path: the HTML file.
    """
    most = max((sum(test["max_score"] for test in result["tests"]) for result in results), default=0)
    scores = sorted(result["score"] for result in results)
    page = make_page(
        "class.html",
        results=results,
        most=most,
        median=_median(scores),
        distribution=_distribution(scores, most),
        tests=_tests(results),
        mistakes=[(known.get(name, name), name, n) for name, n in _count_mistakes(results).most_common(20)],
        people=[(result, reason) for result in results for reason in result["extra_data"]["for a person"]],
        alike=_identical_parts(results),
    )
    write_whole(path, page.encode(errors="replace"))


def _median(scores: list[float]) -> float:
    middle = len(scores) // 2
    return (scores[middle] + scores[~middle]) / 2 if scores else 0


def _distribution(scores: list[float], most: float) -> list[tuple[str, int]]:
    """Count the scores in bins of equal width, from 0 to the most points."""
    width = most / BINS or 1
    counts = Counter(min(int(score / width), BINS - 1) for score in scores)
    return [(f"{number * width:g} to {(number + 1) * width:g}", counts[number]) for number in range(BINS)]


def _tests(results: list[dict]) -> list[tuple[str, int, int]]:
    """Say of each test how many passed it, of how many that had begun with it."""
    passed, begun, names = Counter(), Counter(), {}
    for test in (test for result in results for test in result["tests"]):
        outcome, key = test["extra_data"]["outcome"], test["extra_data"]["test"]
        names[key] = test["name"]
        begun[key] += outcome not in ("not started", "not run yet", GRADER_ERROR)
        passed[key] += outcome == "passed"
    return [(names[key], passed[key], begun[key]) for key in POINTS if key in names]


def _count_mistakes(results: list[dict]) -> Counter:
    """Count in how many uploads each known mistake was found."""
    return Counter(
        name for result in results for name in {test["extra_data"].get("mistake") for test in result["tests"]} if name
    )


def _identical_parts(results: list[dict]) -> list[tuple[str, list[str]]]:
    """List the part files that several uploads share to the byte, skeletons not counted."""
    owners: dict[tuple[str, str], list[str]] = defaultdict(list)
    for result in results:
        for part, digest in result["extra_data"]["parts"].items():
            owners[part, digest].append(result["name"])
    return [(part, names) for (part, _), names in sorted(owners.items()) if len(names) > 1]


def write_tables(results: list[dict], out: Path) -> None:
    """Write `canvas.csv` and `gradescope.csv`, a row a student, as their gradebooks import them."""
    canvas, gradescope = [], []
    for result in results:
        for student in result["extra_data"]["students"]:
            name, number, email = (_cell(student[key]) for key in ("name", "id", "email"))
            canvas.append([name, number, "", email, "", result["score"]])
            gradescope.append([name, number, email, result["score"], result["extra_data"]["state"]])
    headings = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT]
    _write_table(out / "canvas.csv", headings, canvas)
    _write_table(out / "gradescope.csv", ["Name", "SID", "Email", "Total Score", "Status"], gradescope)


def _cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _write_table(path: Path, headings: list[str], rows: list[list]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headings, *rows])
    write_whole(path, text.getvalue().encode(errors="replace"))
