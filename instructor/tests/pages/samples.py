"""Made-up grades, so that pages can be looked at without grading anything."""

import random
from collections.abc import Callable
from urllib.parse import quote

from instructor.catalogue import MISTAKES
from instructor.course.quiz_scores import QuizScore
from instructor.course.similarity.compare import Pair, Side
from instructor.course.unknown.groups import UnknownMistake
from instructor.course.whole_class import ClassGrade
from instructor.course.work_logs import PART_POINTS
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
from instructor.rubric import POINTS, list_tests
from proj4_code.given.basics.work_log import Entry
from proj4_code.given.parts import PARTS, Part
from proj4_unit_tests.harness.outcome import CRASHED, NOT_STARTED, PASSED, TIMED_OUT, WRONG, Mistake, Outcome

ORIGIN = Origin(
    upload="9f2c" * 16,
    version="1.1.0",
    kit="1b7e" * 16,
    book="5d5d5d5d",
    python="3.11.7",
    torch="2.15.0",
    protections=("no network", "nothing to read but Python, kit and upload", "at most 2 GB of memory"),
)
CHECKED = "Pooling works for any height and width, even with fewer pixels than cells: 4×5 pixels, `bins=(6,)`."
GOT = "float32 (1, 7, 4, 5), 29% of the values wrong, largest error at [0, 6, 3, 4]: 1.497"
EXPECTED = "float32 (1, 7, 4, 5), 1.239 at [0, 6, 3, 4]"
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh_part1_ppm_final_FINAL_v3_really_the_last_one"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 2"><rect width="9" height="2" fill="teal"/></svg>'
HOSTILE = "</pre><script>document.title = 'taken over'</script> \x1b[31m\u202egnp.exe"
PICTURE = f"data:image/svg+xml,{quote(SVG)}"
STUDENTS = ("Ann", "Ben", "Cleo", "Dora", "Ed", "Fay", "Gus", "Hana", "Ivo", "Jun", "Kim", "Lea")


def passed(test: str) -> GradedTest:
    """Return a test that was passed."""
    return GradedTest(Outcome(test, PASSED, POINTS[test], POINTS[test], CHECKED))


def wrong(test: str, mistake: Mistake | None = None, ending: str = "", printed: str = "") -> GradedTest:
    """Return a test that was not."""
    where = f"{test.partition('/')[0].removeprefix('test_')}.py, line 38: `return torch.cat(outputs, dim=1)`"
    return GradedTest(
        Outcome(test, WRONG, 0.0, POINTS[test], CHECKED, GOT, EXPECTED, where, mistake, ending), printed=printed
    )


def not_started(test: str) -> GradedTest:
    """Return a test of a skeleton."""
    return GradedTest(
        Outcome(test, NOT_STARTED, 0.0, POINTS[test], CHECKED, got="PPM in part1_ppm.py is not written yet")
    )


def mistake_in(part: Part, number: int) -> Mistake:
    """Return one of the known mistakes in a part."""
    edits = [edit for edit in MISTAKES if edit.part == part]
    edit = edits[number % len(edits)]
    return Mistake(edit.name, edit.wrong, edit.hint)


def mixed(seed: int) -> list[GradedTest]:
    """Return tests of an upload in which some parts are right, some have mistakes, and some are not started."""
    draw = random.Random(seed)
    graded = {test: passed(test) for test in POINTS}
    for part in PARTS:
        tests = list_tests(part)
        kind = draw.choices(("right", "mistake", "unknown", "not started"), (6, 3, 1, 1 + (part.number > 4)))[0]
        if kind == "not started":
            graded |= {test: not_started(test) for test in tests}
        if kind == "mistake":
            mistake = mistake_in(part, draw.randrange(4))
            graded |= {test: wrong(test, mistake) for test in draw.sample(tests, min(len(tests), draw.randint(1, 7)))}
        if kind == "unknown":
            ending = draw.choice(("", CRASHED, TIMED_OUT))
            graded |= {test: wrong(test, None, ending) for test in draw.sample(tests, 2)}
    return [graded[test] for test in POINTS]


def right() -> Grade:
    """Return a grade with full marks."""
    return Grade(COMPLETE, ORIGIN, tuple(passed(test) for test in POINTS))


def untouched() -> Grade:
    """Return the grade of the skeletons."""
    return Grade(COMPLETE, ORIGIN, tuple(not_started(test) for test in POINTS))


def refused() -> Grade:
    """Return the grade of an upload that holds no part."""
    reason = f"{LONG}.zip holds no part file: hand in part1_ppm.py to part6_training.py, in a folder or at the top"
    return Grade(REFUSED, ORIGIN, reason=reason, ignored=("essay.docx", f"{LONG}.pdf"))


def nothing() -> Grade:
    """Return the grade of an entry of an export that holds no file."""
    return Grade(NOTHING, ORIGIN, reason="a text entry, without a file", hand_in=HandIn("jun_text.html"))


def late() -> Grade:
    """Return a grade of late work, of which an odd choice of files was graded."""
    remarks = ("of two folders with parts, `final/proj4_code` was taken",)
    rule = "handed in 2 days 3 hours late: 15 points off"
    hand_in = HandIn("kim.zip", "2026-11-24T03:12:00Z", "2 days 3 hours late", 15.0, rule, "", remarks)
    return Grade(COMPLETE, ORIGIN, tuple(passed(test) for test in POINTS), hand_in=hand_in)


def decided() -> Grade:
    """Return a grade in whose place a person gave another."""
    reason = "the laptop was stolen; graded from the branch on GitHub"
    return Grade(COMPLETE, ORIGIN, tuple(mixed(3)), decision=Decision(71.5, reason, "R. Example", "2026-11-25"))


def failed() -> Grade:
    """Return a grade that the grader could not give."""
    return Grade(FAILED, ORIGIN, reason="the sandbox did not start: bwrap: no permission")


def one_mistake() -> Grade:
    """Return a grade in which one mistake fails seven tests of a part."""
    mistake = mistake_in(PARTS[0], 5)
    failing = list_tests(PARTS[0])[2:9]
    return Grade(COMPLETE, ORIGIN, tuple(wrong(t, mistake) if t in failing else passed(t) for t in POINTS))


def unknown() -> Grade:
    """Return a grade in which one error fails five tests, and another answer is wrong without a known mistake."""
    crashing, other = list_tests(PARTS[3])[:5], list_tests(PARTS[5])[0]
    tests = {test: passed(test) for test in POINTS}
    tests |= {test: wrong(test, ending=CRASHED) for test in crashing} | {other: wrong(other)}
    return Grade(COMPLETE, ORIGIN, tuple(tests.values()))


def everything() -> Grade:
    """Return a grade with all that a report can show."""
    tests = mixed(11)
    tests[3] = wrong(tests[3].outcome.test, mistake_in(PARTS[0], 1), printed=HOSTILE + "\n" + LONG)
    tests[20] = GradedTest(Outcome(tests[20].outcome.test, GRADER_ERROR, 0.0, 1.0, CHECKED), failure="lost")
    tests[-1] = GradedTest(Outcome(tests[-1].outcome.test, NOT_RUN, 0.0, 1.0, CHECKED))
    pictures = tuple(Picture(f"0016E5_0{n}: frame, truth, prediction", PICTURE) for n in range(3))
    training = GradedTraining(WRONG, 8, 10, "mean IoU 0.582 on the test split: 8 of 10 points", 0.582, "", pictures)
    oddities = ("part 2 reads `sys.modules`",)
    imports = ("part 4 imports cv2 in line 3, which the grader does not have: use torchvision or Pillow",)
    return Grade(UNFINISHED, ORIGIN, tuple(tests), training, "", oddities, (HOSTILE, "notes.txt"), imports)


GRADES: dict[str, Callable[[], Grade]] = {
    **{kind.__name__: kind for kind in (right, untouched, one_mistake, unknown, everything, late, decided)},
    **{kind.__name__: kind for kind in (refused, nothing, failed)},
}
"""The kinds of grades that there are."""


def unknown_mistakes() -> list[UnknownMistake]:
    """Return two groups of uploads that give the same wrong answers."""
    code = "def receptive_field(layers):\n    return 7  # </pre><script>\n"
    many = tuple(f"ann_{number}" for number in range(30))
    first, second = list_tests(PARTS[1])[:2]
    return [
        UnknownMistake(1, {first: "", second: ""}, GOT, EXPECTED, "part2_dilated_resnet.py, line 2", many, code),
        UnknownMistake(2, {list_tests(PARTS[4])[0]: ""}, GOT, EXPECTED, "", ("ben_1", LONG)),
    ]


def pairs() -> list[Pair]:
    """Return two pairs of uploads that have much in common."""
    pieces = [("import torch\n\n\n", False), ("def forward(self, x):\n    return self.layers(x)\n" * 12, True)]
    left, right = Side("ann_0", 0.93, pieces), Side(LONG, 0.71, [*pieces, (HOSTILE, False)])
    return [Pair(PARTS[1], 900, left, right), Pair(PARTS[3], 500, right, left)]


def logs() -> dict[str, list[Entry]]:
    """Return the logs of a class: its students make a mistake of each part, and find their way out or do not."""
    return {f"{name.lower()}_{number}": _log(number) for number, name in enumerate(STUDENTS)}


def _log(number: int) -> list[Entry]:
    draw, minute = random.Random(number), 0
    entries = []
    for part in PARTS:
        name, most = mistake_in(part, draw.randrange(3)).name, PART_POINTS[part.number]
        for points in (most / 4, most / 2, most if draw.random() < 0.8 else most / 4):
            names = (name,) if points < most else ()
            entries.append(Entry(1_790_000_000 + 60 * minute, part.number, points, most, names, "0" * 16))
            minute += draw.randrange(1, 25)
    return entries


def quizzes() -> list[QuizScore]:
    """Return how questions about uploads were answered."""
    return [QuizScore("ann_0", "Ann Example", 6, 6, 0), QuizScore("ben_1", HOSTILE, 2, 6, 1)]


def make_class(count: int) -> list[ClassGrade]:
    """Return the grades of a class: some copied, some refused, one with a long name, one with a hostile one."""
    return [ClassGrade(*_upload(number)) for number in range(count)]


def _upload(number: int) -> tuple[str, Grade]:
    first = STUDENTS[number % len(STUDENTS)]
    name = f"{first.lower()}_{number}" if number != 5 else LONG
    students: tuple[Student, ...] = (Student(f"{first} Example{number}", str(1000 + number), "x@example.org"),)
    if number % 9 == 4:
        students += (Student(f"Partner Of{number}"),)
    if number == 6:
        students = (Student(HOSTILE),)
    odd = (everything, late, decided, nothing)
    special = {1: right, 7: untouched, 11: refused, 12: failed} | dict(enumerate(odd, start=13))
    if make := special.get(number if number < 20 else number % 60):
        grade = make()
    else:
        parts = {part.file: f"{number}-{part.file}" for part in PARTS}
        if number % 10 in (2, 3, 8):
            parts |= {part.file: f"copied-{number // 30}-{part.file}" for part in PARTS[1:5]}
        oddities = ("part 4 imports subprocess",) if number % 14 == 9 else ()
        grade = Grade(COMPLETE, ORIGIN, tuple(mixed(number)), oddities=oddities, parts=parts)
    return name, Grade(**vars(grade) | {"students": students})
