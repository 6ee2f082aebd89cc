"""What an instructor reads about a whole class: one HTML page."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from instructor.course.concerns import list_concerns
from instructor.course.quiz_scores import QuizScore
from instructor.course.similarity.compare import Pair
from instructor.course.unknown.groups import UnknownMistake, own_lines
from instructor.course.whole_class import ClassGrade
from instructor.course.work_logs import LONGEST_PAUSE, find_progress
from instructor.grading.records import COMPLETE, FAILED, Grade
from instructor.grading.report.html import make_page
from instructor.rubric import POINTS
from proj4_code.given.basics.work_log import Entry
from proj4_code.given.files import write_whole
from proj4_code.given.parts import PARTS, Part
from proj4_unit_tests.harness.outcome import PASSED, Mistake, part_of, title_of

TEMPLATES = Path(__file__).with_name("templates")
BINS = 10  # of the distribution
SIMILARITY = "similarity.html"
MOST_MISTAKES = 20  # that are listed
HARDEST = 20  # tests that are not folded
LONG = 40  # uploads; the table of more can be scrolled, so that what comes after it is near
IN_SHORT = 3  # mistakes and parts on top of the page


class Share(NamedTuple):
    """What an upload has of a part's points, and whether the part was begun."""

    points: float
    most_points: float
    begun: bool


class Row(NamedTuple):
    """An upload, as the table of all uploads shows it.

    Attributes:
        name: of the upload.
        students: whose it is, empty if its name says so.
        submitted: when, to the minute; empty if not known.
        state: empty if it was graded.
        parts: of the six parts.
        points: that count; None if they are open.
        more: how late it was handed in, what a person decided, how questions about it were answered: a line each.
        choices: which files were graded, a line each.
    """

    name: str
    students: str
    submitted: str
    state: str
    parts: Sequence[Share]
    points: float | None
    more: Sequence[str]
    choices: Sequence[str]


class Passed(NamedTuple):
    """A test: its name, how many uploads passed it, and how many had begun with its part."""

    name: str
    passed: int
    begun: int


class Tests(NamedTuple):
    """All tests, the hardest first: those to read, the rest, those that all passed, those that nobody has begun."""

    hard: Sequence[Passed]
    others: Sequence[Passed]
    full: Sequence[Passed]
    untouched: Sequence[Passed]


class ToTeach(NamedTuple):
    """A part: how much of its points those have who began with it, and its hardest test."""

    part: Part
    share: float
    hardest: Passed


def write_class_page(
    grades: Sequence[ClassGrade],
    path: Path,
    unknown: Sequence[UnknownMistake] = (),
    pairs: Sequence[Pair] | None = None,
    logs: Mapping[str, Sequence[Entry]] | None = None,
    quizzes: Sequence[QuizScore] = (),
) -> None:
    """Write the page.

    Args:
        grades: of all uploads.
        path: the HTML file; what pairs of uploads have in common is shown beside it.
        unknown: what no known mistake explains.
        pairs: of uploads that have much in common; None if they were not compared.
        logs: upload -> the log of its student's own work, where there is one.
        quizzes: scores of answers to questions about the uploads.
    """
    most = max((grade.most_points for _, grade in grades), default=0.0)
    uploads = [_row(name, grade, [quiz for quiz in quizzes if quiz.upload == name]) for name, grade in grades]
    scores = [grade.points for _, grade in grades if grade.points is not None]
    tests = _tests(grades)
    page = make_page(
        "class.html",
        TEMPLATES,
        script=(TEMPLATES / "uploads.js").read_text(encoding="utf-8"),
        grades=grades,
        most=most,
        median=statistics.median(scores or [0]),
        distribution=_distribution(scores, most),
        parts=PARTS,
        uploads=uploads,
        labels=_labels(uploads),
        long=LONG,
        in_short=IN_SHORT,
        concerns=list_concerns(grades),
        mistakes=_mistakes(grades),
        tests=tests,
        to_teach=_to_teach(uploads, tests)[:IN_SHORT],
        unknown=unknown,
        own_lines=own_lines,
        pairs=pairs,
        alike=_alike(pairs or ()),
        similarity=SIMILARITY,
        logs=len(logs or {}),
        progress=find_progress(logs or {}),
        longest_pause=LONGEST_PAUSE,
    )
    if pairs is not None:
        similar = make_page("similarity.html", TEMPLATES, pairs=pairs)
        write_whole(path.with_name(SIMILARITY), similar.encode(errors="replace"))
    write_whole(path, page.encode(errors="replace"))


def _distribution(scores: Sequence[float], most: float) -> list[tuple[str, int]]:
    """Count the scores in bins of equal width, from 0 to the most points."""
    width = most / BINS or 1
    counts = Counter(min(int(score / width), BINS - 1) for score in scores)
    return [(f"{number * width:g}–{(number + 1) * width:g}", counts[number]) for number in range(BINS)]


def _row(name: str, grade: Grade, scores: Sequence[QuizScore]) -> Row:
    students = ", ".join(student.name for student in grade.students)
    return Row(
        name,
        "" if students == name else students,
        grade.hand_in.submitted[:16] if grade.hand_in else "",
        {COMPLETE: "", FAILED: "the grader failed"}.get(grade.state, grade.state),
        [_share(grade, part) for part in PARTS],
        grade.points,
        [*_more(grade), *map(str, scores)],
        grade.choices,
    )


def _more(grade: Grade) -> Iterator[str]:
    if grade.hand_in and (late := grade.hand_in.rule or grade.hand_in.late):
        yield late
    if grade.decision:
        yield f"decided: {grade.decision}"


def _labels(rows: Sequence[Row]) -> dict[str, str]:
    """Return what people call each upload: by its students, and by its own name where they have several or none."""
    calls = Counter(row.students for row in rows)
    names = {row.name: f"{row.students} ({row.name})" if row.students else row.name for row in rows}
    return names | {row.name: row.students for row in rows if row.students and calls[row.students] == 1}


def _share(grade: Grade, part: Part) -> Share:
    tests = [test for test in grade.tests if part_of(test.outcome.test) is part]
    points = sum(test.outcome.points for test in tests)
    return Share(points, sum(test.outcome.most_points for test in tests), any(test.begun for test in tests))


def _alike(pairs: Sequence[Pair]) -> dict[tuple[Part, str], list[tuple[int, Pair]]]:
    """Put the pairs of one upload's part together, each with its number from 1."""
    found: dict[tuple[Part, str], list[tuple[int, Pair]]] = defaultdict(list)
    for number, pair in enumerate(pairs, 1):
        found[pair.part, pair.left.name].append((number, pair))
    return found


def _to_teach(rows: Sequence[Row], tests: Tests) -> list[ToTeach]:
    """List the parts in which the class lost points, the one with the largest share of them first."""
    found = []
    for number, part in enumerate(PARTS):
        begun = [row.parts[number] for row in rows if row.parts[number].begun]
        hardest = next((test for test in (*tests.hard, *tests.others) if test.name.startswith(f"{part.name}:")), None)
        if hardest:
            most = sum(share.most_points for share in begun)
            found.append(ToTeach(part, sum(share.points for share in begun) / most, hardest))
    return sorted(found, key=lambda one: one.share)


def _tests(grades: Sequence[ClassGrade]) -> Tests:
    counts = sorted(_counts(grades), key=lambda test: test.passed / max(test.begun, 1))
    hard = [test for test in counts if test.passed < test.begun]
    return Tests(
        hard[:HARDEST],
        hard[HARDEST:],
        [test for test in counts if test.passed == test.begun > 0],
        [test for test in counts if not test.begun],
    )


def _counts(grades: Sequence[ClassGrade]) -> Iterator[Passed]:
    """Yield how often each test was passed, in the order of the rubric."""
    runs = [test for _, grade in grades for test in grade.tests]
    passed = Counter(test.outcome.test for test in runs if test.outcome.status == PASSED)
    begun = Counter(test.outcome.test for test in runs if test.begun)
    graded = {test.outcome.test for test in runs}
    for test in POINTS:
        if test in graded:
            yield Passed(f"{part_of(test).name}: {title_of(test)}", passed[test], begun[test])


def _mistakes(grades: Sequence[ClassGrade]) -> list[tuple[Mistake, list[str]]]:
    """List the most common mistakes, each with the names of the uploads in which it was found."""
    names: dict[Mistake, list[str]] = defaultdict(list)
    for name, grade in grades:
        for mistake in dict.fromkeys(test.outcome.named for test in grade.tests):
            if mistake:
                names[mistake].append(name)
    return sorted(names.items(), key=lambda found: -len(found[1]))[:MOST_MISTAKES]
