"""What an instructor reads about a whole class: one HTML page."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from instructor.course.whole_class import ClassGrade
from instructor.grading.report_page import make_page
from instructor.rubric import POINTS
from proj4_code.given.files import write_whole
from proj4_unit_tests.harness.outcome import PASSED, part_of, title_of

TEMPLATES = Path(__file__).with_name("templates")
BINS = 10  # of the distribution
MOST_MISTAKES = 20  # that are listed


def write_class_page(grades: Sequence[ClassGrade], path: Path) -> None:
    """Write the page.

    Args:
        grades: of all uploads.
        path: the HTML file.
    """
    most = max((grade.most_points for _, grade in grades), default=0.0)
    scores = [grade.score for _, grade in grades]
    page = make_page(
        "class.html",
        TEMPLATES,
        grades=grades,
        most=most,
        median=statistics.median(scores or [0]),
        distribution=_distribution(scores, most),
        tests=list(_tests(grades)),
        mistakes=_mistakes(grades),
        notes=[(name, note) for name, grade in grades for note in grade.notes],
        alike=_identical_parts(grades),
    )
    write_whole(path, page.encode(errors="replace"))


def _distribution(scores: Sequence[float], most: float) -> list[tuple[str, int]]:
    """Count the scores in bins of equal width, from 0 to the most points."""
    width = most / BINS or 1
    counts = Counter(min(int(score / width), BINS - 1) for score in scores)
    return [(f"{number * width:g} to {(number + 1) * width:g}", counts[number]) for number in range(BINS)]


def _tests(grades: Sequence[ClassGrade]) -> Iterator[tuple[str, int, int]]:
    """Yield each test, how many uploads passed it, and how many had begun with it."""
    runs = [test for _, grade in grades for test in grade.tests]
    passed = Counter(test.outcome.test for test in runs if test.outcome.status == PASSED)
    begun = Counter(test.outcome.test for test in runs if test.begun)
    graded = {test.outcome.test for test in runs}
    for test in POINTS:
        if test in graded:
            yield f"{part_of(test).name}: {title_of(test)}", passed[test], begun[test]


def _mistakes(grades: Sequence[ClassGrade]) -> list[tuple[str, str, int]]:
    """List the most common mistakes: what is wrong, the mistake's name, and in how many uploads it was found."""
    found = [{test.outcome.mistake for test in grade.tests if test.outcome.mistake} for _, grade in grades]
    counts = Counter(mistake for mistakes in found for mistake in mistakes)
    return [(mistake.wrong, mistake.name, count) for mistake, count in counts.most_common(MOST_MISTAKES)]


def _identical_parts(grades: Sequence[ClassGrade]) -> list[tuple[str, list[str]]]:
    """List the part files that are identical in several uploads, skeletons not counted."""
    owners: Mapping[tuple[str, str], list[str]] = defaultdict(list)
    for name, grade in grades:
        for part, digest in grade.parts.items():
            owners[part, digest].append(name)
    return [(part, names) for (part, _), names in sorted(owners.items()) if len(names) > 1]
