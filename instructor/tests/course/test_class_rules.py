"""What a class's grades become: late work, decisions, reruns, tables, feedback, and text that must stay text."""

import csv
import io
import json
import unicodedata
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from instructor.course import whole_class
from instructor.course.class_page import write_class_page
from instructor.course.cluster import Job, _open, _read_truth_once
from instructor.course.exports import ClassUpload
from instructor.course.gradebook import write_tables
from instructor.course.late import hand_in_of
from instructor.course.tables import harmless, write_table
from instructor.course.whole_class import ClassGrade, grade_class
from instructor.grading.origin import describe_origin
from instructor.grading.policy import Gradebook, LateRule, read_policy
from instructor.grading.records import (
    COMPLETE,
    FAILED,
    GRADER_ERROR,
    REFUSED,
    Decision,
    Grade,
    GradedTest,
    HandIn,
    Student,
)
from instructor.grading.report.page import write_report
from instructor.grading.text import one_line, visible
from instructor.grading.upload import Upload
from instructor.tests.course.samples import CODE, PART, pack, packed
from proj4_unit_tests.harness.outcome import Outcome

TEST = "test_part5_iou/test_matrices_add_up"
POLICY = read_policy()


def _graded(score=60.0, most=100.0, status="wrong"):
    return GradedTest(Outcome(TEST, status, score, most, "matrices add up"))


def _grade(state=COMPLETE, score=60.0, **more):
    return Grade(state, describe_origin("", b"book"), (_graded(score),) if state == COMPLETE else (), **more)


@pytest.fixture
def graded(monkeypatch):
    """Names of the uploads that were graded; grading gives 60 points, and takes no time."""
    names = []

    def grade_all(uploads, job, workers, scheduler=""):
        for upload in uploads:
            opened = _open(upload, job.book)
            names.append(upload.name)
            if isinstance(opened, Upload):
                origin = describe_origin(opened.hash, job.book, policy=job.policy)
                opened = replace(_grade(), origin=origin, remarks=opened.remarks, parts=opened.part_hashes)
            yield upload, opened

    monkeypatch.setattr(whole_class, "grade_all", grade_all)
    return names


@pytest.fixture
def run(tmp_path, graded):
    """Grade the class in `class`, and return its grades by name, what was said, and which uploads were graded."""

    def run(policy=POLICY, book=b"book", again=()):
        graded.clear()
        said = []
        out = tmp_path / "out"
        grades = grade_class(tmp_path / "class", Job(book, policy), out, 1, again=again, say=said.append)
        write_tables(grades, out, policy.gradebook)
        write_class_page(grades, out / "index.html")
        return dict(grades), "\n".join(said), sorted(graded)

    return run


def _class(tmp_path, *names):
    for name in names:
        pack(tmp_path / "class" / f"{name}.zip", {PART: CODE + name.encode()})


def _policy(tmp_path, text):
    (tmp_path / "policy.toml").write_text(text)
    return read_policy(tmp_path / "policy.toml")


def test_a_rerun_grades_what_has_changed_and_says_why(tmp_path, run):
    _class(tmp_path, "ann", "ben", "cleo")
    (tmp_path / "class" / "dora.zip").write_text("broken")
    assert run()[1:] == ("4 to grade: 4 new", ["ann", "ben", "cleo", "dora"])
    _, said, graded = run()
    assert graded == ["dora"]
    assert "3 kept as graded before (same upload, kit, answer book, policy, data;" in said
    assert "1 to grade: 1 refused before" in said
    assert run(_policy(tmp_path, "[patience]\ncall = 7"))[2] == ["ann", "ben", "cleo", "dora"]
    assert run(_policy(tmp_path, "[patience]\ncall = 7"))[2] == ["dora"]
    assert "3 another policy" in run()[1]
    assert run(book=b"other")[2] == ["ann", "ben", "cleo", "dora"]
    assert run(book=b"other", again=["ben"])[2] == ["ben", "dora"]
    with pytest.raises(ValueError, match="there is no upload bne"):
        run(again=["bne"])


def test_a_policy_on_who_sees_what_is_applied_without_grading_again(tmp_path, run):
    _class(tmp_path, "ann")
    run()
    results = tmp_path / "out" / "ann" / "results.json"
    before = results.stat().st_mtime_ns
    assert run()[2] == []
    assert results.stat().st_mtime_ns == before
    assert run(_policy(tmp_path, 'visibility = "hidden"'))[2] == []
    assert json.loads(results.read_text())["tests"][0]["visibility"] == "hidden"


def test_other_data_is_another_grade(tmp_path, monkeypatch):
    import numpy as np

    from instructor.grading.training.frames import Frame

    image = np.zeros((2, 2, 3), np.uint8)
    hashes = [
        describe_origin("", b"", frames=[Frame("a", image, np.full((2, 2), label, np.uint8))]).data
        for label in (0, 0, 1)
    ]
    assert hashes[0] == hashes[1] != hashes[2]
    numbers = iter(range(9))
    monkeypatch.setattr("instructor.course.cluster.read_truth", lambda data: next(numbers))
    assert [_read_truth_once(tmp_path, run) for run in ("one", "one", "two")] == [0, 0, 1]


def _upload(time=None, late=False):
    return ClassUpload("ann", [Student("Ann")], lambda: None, "ann.zip", submitted=time, late=late)


RULE = LateRule("2026-12-01T23:59:00+00:00", 10, 10, 3)


@pytest.mark.parametrize(
    ("time", "late", "off", "rule"),
    [
        (datetime(2026, 12, 1, 12, 0, tzinfo=UTC), "", 0, ""),
        (datetime(2026, 12, 2, 0, 9, tzinfo=UTC), "", 0, ""),  # within the minutes of grace
        (
            datetime(2026, 12, 2, 0, 10, tzinfo=UTC),
            "1 day late",
            10,
            "1 day late: 10 points off, 10 for each day begun",
        ),
        (
            datetime(2026, 12, 3, 0, 0, tzinfo=UTC),
            "2 days late",
            20,
            "2 days late: 20 points off, 10 for each day begun",
        ),
        (
            datetime(2026, 12, 4, 23, 59, tzinfo=UTC),
            "3 days late",
            30,
            "3 days late: 30 points off, 10 for each day begun",
        ),
        (datetime(2026, 12, 5, 0, 0, tzinfo=UTC), "4 days late", 60, "4 days late: nothing is given after 3 days"),
    ],
)
def test_late_work_costs_what_the_policy_says(time, late, off, rule):
    hand_in = hand_in_of(_upload(time), 60.0, RULE)
    assert (hand_in.late, hand_in.points_off, hand_in.rule) == (late, off, rule)
    assert _grade(hand_in=hand_in).points == 60 - off


def test_a_late_mark_without_a_time_is_shown_and_left_to_a_person():
    hand_in = hand_in_of(_upload(late=True), 60.0, RULE)
    assert (hand_in.late, hand_in.points_off) == ("LATE", 0)
    assert _grade(hand_in=hand_in).notes == ["marked LATE, but nothing says by how much: the late rule was not applied"]
    assert _grade(hand_in=hand_in_of(_upload(late=True), 60.0, POLICY.late)).notes == []


def test_nothing_is_taken_from_what_has_no_points():
    hand_in = hand_in_of(_upload(datetime(2026, 12, 2, 12, 0, tzinfo=UTC)), 0.0, RULE)
    assert (hand_in.late, hand_in.points_off, hand_in.rule) == ("1 day late", 0, "")


def test_late_work_is_never_below_zero():
    rule = RULE._replace(points_off_a_day=50, nothing_after_days=0)
    assert _grade(hand_in=hand_in_of(_upload(datetime(2026, 12, 9, tzinfo=UTC)), 60.0, rule)).points == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[late]\ndue = "tomorrow"', "due is 'tomorrow': expected one like 2026-12-01T23:59"),
        ("[late]\npoints_off_a_day = -1", "points_off_a_day is negative"),
        ("[gradebook]\ncolumn = 4", "column is 4: expected something like 'proj4'"),
    ],
)
def test_a_wrong_late_rule_says_what_is_wrong(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        _policy(tmp_path, text)


@pytest.mark.parametrize("due", ['"2026-12-01T23:59+01:00"', "2026-12-01T23:59:00+01:00"])
def test_a_due_date_may_be_text_or_a_time_of_toml(tmp_path, due):
    rule = _policy(tmp_path, f"[late]\ndue = {due}").late
    assert datetime.fromisoformat(rule.due) == datetime(2026, 12, 1, 22, 59, tzinfo=UTC)


def test_the_time_and_the_rule_reach_report_page_and_tables(tmp_path, graded):
    submitted = "  :created_at: 2026-12-03 00:00:00.0 Z\n"
    text = f"submission_1:\n  :submitters:\n  - :name: Ann\n    :sid: '7'\n    :email: a@x.org\n{submitted}"
    pack(tmp_path / "export.zip", {"submission_metadata.yml": text, f"submission_1/{PART}": CODE})
    policy = POLICY._replace(late=RULE)
    out = tmp_path / "out"
    grades = grade_class(tmp_path / "export.zip", Job(b"book", policy), out, 1)
    write_tables(grades, out, policy.gradebook)
    write_class_page(grades, out / "index.html")
    rule = "2 days late: 20 points off, 10 for each day begun"
    for page in ("index.html", "submission_1/report.html", "submission_1/results.json", "class.csv", "gradescope.csv"):
        assert rule in (out / page).read_text(), page
    assert _rows(out / "canvas.csv")[2][-1] == "40"
    assert json.loads((out / "submission_1" / "results.json").read_text())["score"] == 40


def _decide(tmp_path, text):
    (tmp_path / "out" / "decisions.toml").write_text(text)


DECISION = '[[decision]]\nupload = "ann"\npoints = {}\nreason = "by e-mail"\nwho = "Ben"\nwhen = 2026-12-02\n'


def test_a_decision_is_kept_and_shown(tmp_path, run):
    _class(tmp_path, "ann", "ben")
    (tmp_path / "class" / "ann.zip").write_text("broken")
    grades, _, _ = run()
    assert (grades["ann"].points, grades["ben"].points) == (None, 60)
    example = (tmp_path / "out" / "decisions.toml").read_text()
    assert "[[decision]]" in example
    _decide(tmp_path, text := example + DECISION.format(80))
    for _ in range(2):
        grades, _, _ = run()
        assert (grades["ann"].points, grades["ann"].notes) == (80, [])
        assert (tmp_path / "out" / "decisions.toml").read_text() == text
    out = tmp_path / "out"
    for page in ("index.html", "ann/report.html", "class.csv", "gradescope.csv"):
        assert "80 points: by e-mail (Ben, 2026-12-02)" in (out / page).read_text(), page
    assert _rows(out / "canvas.csv")[2][-1] == "80"
    assert json.loads((out / "ann" / "results.json").read_text())["score"] == 80
    _decide(tmp_path, DECISION.format('"accepted"'))
    assert run()[0]["ann"].points == 0


def test_an_accepted_grade_needs_nobody_any_more():
    decision = Decision(None, "I looked", "Ben", "today")
    assert _grade(oddities=("odd",)).notes == ["odd"]
    assert _grade(oddities=("odd",), decision=decision).notes == []
    assert _grade(decision=decision).points == 60


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DECISION.format(80).replace('"ann"', '"anm"'), "there is no upload anm: did you mean ann?"),
        (DECISION.format(-1), "points is -1: expected a number that is not negative"),
        (DECISION.format("true"), "points is True"),
        (DECISION.format("nan"), "points is nan"),
        (DECISION.format(80) * 2, "ann is decided twice"),
        ('[[decision]]\nupload = "ann"', "points is missing"),
        (DECISION.format(80) + "score = 1\n", "score is unknown: choose from upload, points"),
        ("[ann]\npoints = 3", r"expected only tables headed \[\[decision\]\]"),
        ("x =", "is not valid TOML"),
    ],
)
def test_a_wrong_decision_says_what_is_wrong(tmp_path, run, text, message):
    _class(tmp_path, "ann")
    run()
    _decide(tmp_path, text)
    with pytest.raises(ValueError, match=message):
        run()


def _rows(path, delimiter=","):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), delimiter=delimiter))


def test_a_grade_that_could_not_be_given_is_an_empty_cell_with_a_reason(tmp_path):
    students = {"students": (Student("Ann", "7"),)}
    broken = replace(_grade(**students), tests=(_graded(0, status=GRADER_ERROR),))
    grades = [
        ClassGrade("a", _grade(**students)),
        ClassGrade("b", _grade(REFUSED, reason="no zip", **students)),
        ClassGrade("c", _grade(FAILED, reason="no memory", **students)),
        ClassGrade("d", broken),
    ]
    assert write_tables(grades, tmp_path) == 4
    assert [row[-1] for row in _rows(tmp_path / "canvas.csv")[2:]] == ["60", "", "", ""]
    rows = _rows(tmp_path / "gradescope.csv")
    assert [row[3] for row in rows[1:]] == ["60", "", "", ""]
    assert [row[-1] for row in rows[1:]] == [
        "", "refused: no zip", "failed: no memory", "the grader failed in 1 test",
    ]  # fmt: skip
    assert len(_rows(tmp_path / "class.csv")) == 5


def test_the_columns_name_and_the_points_possible_are_the_instructors(tmp_path):
    grades = [ClassGrade("a", _grade(students=(Student("Ann", "7"),)))]
    write_tables(grades, tmp_path, Gradebook("PSPNet (4711)", 20, True))
    assert _rows(tmp_path / "canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "PSPNet (4711)"],
        ["    Points Possible", "", "", "", "", "20"],
        ["Ann", "7", "", "", "", "12"],
    ]
    write_tables(grades, tmp_path, Gradebook("PSPNet (4711)", 20, False))
    assert _rows(tmp_path / "canvas.csv")[1:] == [
        ["    Points Possible", "", "", "", "", "20"],
        ["Ann", "7", "", "", "", "60"],
    ]


def test_a_number_goes_into_the_column_of_the_system_that_made_it(tmp_path):
    student = (Student("Ann", "7", "a@x.org"),)
    systems = {
        "Canvas": ["7", "", "a@x.org"],
        "Gradescope": ["", "7", "a@x.org"],
        "Moodle": ["", "", ""],
        "": ["7", "", "a@x.org"],
    }
    grades = [ClassGrade(system, _grade(students=student, hand_in=HandIn("e", system=system))) for system in systems]
    write_tables(grades, tmp_path)
    assert [row[1:4] for row in _rows(tmp_path / "canvas.csv")[2:]] == list(systems.values())


HOSTILE = (
    "=1+1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x", "﹦1", " =1", "\u00a0=1", "\u3000＝1", "\t=1", "\r=1", "\n=1",
    "a;=1", "a\t=1", "a,=1", "a; \u00a0@x", "a;'=1", 'a;"=1', '"=1', "'=1;=2", "\u200b=1", "\ufeff=1", "a；=1", "−1",
    "x|=1", "\x00=1", "\x1b=1",
)  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_becomes_a_formula_wherever_a_table_is_split(tmp_path, delimiter):
    write_table(tmp_path / "t.csv", [["row", text, "x", 5.5, text] for text in HOSTILE])
    for row in _rows(tmp_path / "t.csv", delimiter):
        for cell in row:
            start = unicodedata.normalize("NFKC", cell).lstrip(' \u200b\ufeff"\t\r\n')[:1]
            assert start not in ("=", "+", "@", "−"), (cell, row)
            assert start != "-" or cell.startswith("-5")
    assert harmless("O'Neil-Ward, Ann (x=1)") == "O'Neil-Ward, Ann (x=1)"


def test_numbers_stay_numbers(tmp_path):
    write_table(tmp_path / "t.csv", [[60.0, 12.5, 1 / 3, 0, None]])
    assert _rows(tmp_path / "t.csv") == [["60", "12.5", "0.3333333333", "0", ""]]


ODD_TEXT = "a\x07b\x1b[2Jc\u202ed\u200ee\ud800f\u2028g\x85h\x9bi"
SHOWN = r"a\x07b\x1b[2Jc\u202ed\u200ee\ud800f\u2028g\x85h\x9bi"


def test_control_and_direction_characters_are_shown_as_what_they_are(tmp_path):
    assert visible(ODD_TEXT + "\n\té 👩‍👩 نص") == SHOWN + "\n\té 👩‍👩 نص"
    assert one_line("a\nb\tc\u00a0d" + "x" * 200) == r"a\nb\tc\xa0d" + "x" * (100 - len(r"a\nb\tc\xa0d") - 1) + "…"
    outcome = Outcome(TEST, "wrong", 0.0, 1.0, "it", got=ODD_TEXT, expected="<b>")
    grade = replace(_grade(), tests=(GradedTest(outcome, printed=ODD_TEXT),), students=(Student(ODD_TEXT),))
    write_report(grade, ODD_TEXT, POLICY, tmp_path / "report.html")
    write_class_page([ClassGrade("a", grade)], tmp_path / "index.html")
    write_tables([ClassGrade("a", grade)], tmp_path)
    for name in ("report.html", "index.html", "class.csv", "canvas.csv"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert SHOWN in text, name
        assert not [
            letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Cs") and letter not in "\r\n\t"
        ]
    assert "&lt;b&gt;" in (tmp_path / "report.html").read_text()


def test_feedback_goes_back_under_the_names_that_canvas_and_moodle_want(tmp_path, graded):
    inner = packed({PART: CODE})
    canvas = {"leeann_101_9001_proj4.zip": inner, "bo_LATE_102_9002_proj4.zip": inner, "cleo_103_text.html": "x"}
    moodle = {
        "Ann Lee_1_assignsubmission_file_/proj4.zip": inner,
        "Ann Lee_2_assignsubmission_file_/proj4.zip": inner,
        "Bo_3_assignsubmission_onlinetext_/onlinetext.html": "x",
    }
    wanted = {
        "canvas": {"leeann_101_9001_report.html": "leeann_101", "bo_LATE_102_9002_report.html": "bo_102"},
        "moodle": {
            "Ann Lee_1_assignsubmission_file_/report.html": "Ann_Lee_1",
            "Ann Lee_2_assignsubmission_file_/report.html": "Ann_Lee_2",
            "Bo_3_assignsubmission_file_/report.html": "Bo_3",
        },
    }
    for system, files in (("canvas", canvas), ("moodle", moodle)):
        out = tmp_path / system
        grade_class(pack(tmp_path / f"{system}.zip", files), Job(b"book", POLICY), out, 1)
        assert [path.name for path in out.glob("*.zip")] == [f"{system}_feedback.zip"]
        with zipfile.ZipFile(out / f"{system}_feedback.zip") as archive:
            assert sorted(archive.namelist()) == sorted(wanted[system])
            for name, folder in wanted[system].items():
                assert archive.read(name) == (out / folder / "report.html").read_bytes()


def test_what_was_chosen_reaches_student_and_class_page(tmp_path, run):
    pack(tmp_path / "class" / "ann.zip", {PART: CODE, "part5_iou (1).py": b"x = 6", "a/part1_ppm.py": b"x"})
    run()
    for page in ("index.html", "ann/report.html"):
        text = (tmp_path / "out" / page).read_text()
        assert "part5_iou (1).py is not graded: part5_iou.py beside it is" in text or "lies deeper" in text
        assert "is not graded" in text


def test_skeletons_that_an_editor_saved_are_no_copies(tmp_path, run):
    from proj4_unit_tests.harness.submission import KIT

    skeleton = (KIT / "proj4_code" / PART).read_bytes()
    for name in ("ann", "ben"):
        pack(tmp_path / "class" / f"{name}.zip", {PART: skeleton.replace(b"\n", b"\r\n")})
    for name, ending in (("cleo", b"\n"), ("dora", b"  \r\n")):
        pack(tmp_path / "class" / f"{name}.zip", {PART: b"x = 1" + ending})
    grades, _, _ = run()
    assert [bool(grades[name].parts) for name in ("ann", "ben", "cleo", "dora")] == [False, False, True, True]
    page = (tmp_path / "out" / "index.html").read_text()
    assert page.count("part 5 identical") == 1


def test_uploads_that_cannot_be_read_start_no_workers(tmp_path, monkeypatch):
    monkeypatch.setattr("instructor.course.cluster._connect", None)
    (tmp_path / "class" / "empty").mkdir(parents=True)
    (tmp_path / "class" / "ann.zip").write_text("broken")
    grades = grade_class(tmp_path / "class", Job(b"book", POLICY), tmp_path / "out", 1)
    assert [(name, grade.state) for name, grade in grades] == [("ann", REFUSED), ("empty", "nothing handed in")]
