"""Logs of students' own work: what is read of a file that anybody may write, and what a class page says of it."""

import json
import shutil
import subprocess
import sys
import zipfile

import pytest

from instructor.catalogue import MISTAKES
from instructor.course.class_page import write_class_page
from instructor.course.quiz_scores import QuizScore, read_scores, write_scores
from instructor.course.work_logs import (
    MOST_ENTRIES,
    PART_POINTS,
    Journey,
    find_progress,
    journey,
    read_entries,
    read_logs,
)
from instructor.grading.upload import LARGEST_LOG, open_upload
from instructor.release.skeletons import SOLUTION
from instructor.tests.course.samples import pack
from instructor.tests.pages.samples import HOSTILE, make_class
from proj4_code.given import hand_in
from proj4_code.given.basics.work_log import WORK_LOG, Entry, add_entries
from proj4_unit_tests.harness.submission import KIT, lay_over

NAME, OTHER = "5-transposed", "5-median" if any(edit.name == "5-median" for edit in MISTAKES) else MISTAKES[0].name
ALL = PART_POINTS[5]
NOON = 1_790_000_000


def entry(minute, points, names=(), part=5, most=None) -> Entry:
    most = PART_POINTS[part] if most is None else most
    return Entry(NOON + 60 * minute, part, points, most, tuple(names), "0123456789abcdef")


def lines(*entries) -> bytes:
    return b"".join(json.dumps(one._asdict()).encode() + b"\n" for one in entries)


def test_what_the_tests_write_is_read_back(tmp_path):
    add_entries(tmp_path / WORK_LOG, [entry(0, 3.5, [NAME]), entry(1, ALL)])
    assert read_entries((tmp_path / WORK_LOG).read_bytes()) == [entry(0, 3.5, [NAME]), entry(1, ALL)]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b"[" * 1500,
        b'{"time": 1e400}',
        lines(entry(0, 3.5)).replace(b"3.5", b"NaN"),
        lines(entry(0, 3.5)).replace(b"3.5", b"-1"),
        lines(entry(0, 3.5)).replace(b"3.5", b"true"),
        lines(entry(0, 999)),
        lines(entry(0, 1, most=999)),
        lines(entry(0, 1, part=1)._replace(part=7)),
        lines(entry(0, 1)._replace(time=10**30)),
        lines(entry(0, 1)._replace(file="../../x")),
        lines(entry(0, 1, [["x"]])),
        json.dumps({**entry(0, 1)._asdict(), "more": 1}).encode(),
        json.dumps({**entry(0, 1)._asdict(), "part": [5]}).encode(),
        json.dumps({**entry(0, 1)._asdict(), "mistakes": ["x" * 3000]}).encode(),
    ],
)
def test_a_line_that_no_test_wrote_is_left_out(line):
    assert read_entries(line.strip() + b"\n" + lines(entry(0, 1))) == [entry(0, 1)]


def test_a_log_is_bounded_and_names_nothing_but_known_mistakes():
    assert len(read_entries(lines(entry(0, 1)) * (MOST_ENTRIES + 5))) == MOST_ENTRIES
    hostile = entry(0, 1, [NAME, HOSTILE, "<script>"])
    assert read_entries(lines(hostile)) == [entry(0, 1, [NAME])]


def test_minutes_and_runs_count_from_the_name_to_the_right_code():
    named, again, right = entry(0, 3, [NAME]), entry(4, 3, [NAME]), entry(9, ALL)
    assert journey(NAME, [entry(-5, 2), named, again, entry(6, 1, part=1), right, entry(30, ALL)]) == (2, 9.0, True)
    assert journey(NAME, [named, again]) == Journey(1, 4.0, False)


def test_a_night_is_no_work_and_a_clock_that_goes_back_takes_nothing_off():
    assert journey(NAME, [entry(0, 3, [NAME]), entry(600, ALL)]).minutes == 30
    assert journey(NAME, [entry(0, 3, [NAME]), entry(-60, 3, [NAME]), entry(-50, ALL)]) == (2, 10.0, True)


def test_silence_is_not_right():
    named = entry(0, 3, [NAME])
    assert not journey(NAME, [named, entry(5, 2)]).right  # a worse mistake hides it
    assert not journey(NAME, [named, entry(5, 3.5, most=4)]).right  # some of the tests
    assert not journey(NAME, [named, entry(5, ALL), entry(6, 3, [NAME])]).right  # it is back


def test_mistakes_whose_hints_lead_least_often_come_first():
    logs = {"a": [entry(0, 3, [NAME, OTHER]), entry(5, 8, [OTHER])], "b": [entry(0, 3, [NAME]), entry(3, ALL)]}
    together, first, second = find_progress(logs)
    assert (together.mistake, together.right, len(together.journeys)) == (None, 2, 3)
    assert (first.mistake.name, first.right, first.minutes) == (OTHER, 0, None)
    assert (second.mistake.name, second.right, second.minutes, second.runs) == (NAME, 2, 4.0, 1)
    assert find_progress({}) == []


def test_the_class_page_says_what_leads_and_how_questions_were_answered(tmp_path):
    grades = make_class(3)
    logs = {grades[0].name: [entry(0, 3, [NAME]), entry(12, ALL)]}
    write_scores([QuizScore(grades[1].name, HOSTILE, 4, 6, 1)], tmp_path / "scores.csv")
    write_class_page(grades, tmp_path / "with.html", logs=logs, quizzes=read_scores(tmp_path / "scores.csv"))
    write_class_page(grades, tmp_path / "without.html")
    page, without = ((tmp_path / name).read_text() for name in ("with.html", "without.html"))
    assert "From named to right" in page and NAME in page
    assert "4 of 6 right, 1 not answered" in page
    assert HOSTILE not in page
    assert "From named to right" not in without


def test_a_table_that_is_none_of_scores_is_refused(tmp_path):
    (tmp_path / "scores.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="is no table of scores"):
        read_scores(tmp_path / "scores.csv")
    assert read_scores(tmp_path / "nowhere.csv") == []


def _parts() -> dict[str, bytes]:
    return {f"proj4_code/{path.name}": path.read_bytes() for path in SOLUTION.glob("part*.py")}


def test_a_log_changes_nothing_that_is_graded_and_is_no_file_that_is_left_out(tmp_path):
    plain = open_upload(pack(tmp_path / "plain.zip", _parts()))
    logged = open_upload(pack(tmp_path / "logged.zip", {**_parts(), WORK_LOG: lines(entry(0, 3, [NAME]))}))
    assert (logged.hash, logged.ignored, logged.remarks) == (plain.hash, plain.ignored, plain.remarks)
    assert read_entries(logged.log) == [entry(0, 3, [NAME])]
    assert plain.log == b""
    huge = open_upload(pack(tmp_path / "huge.zip", {**_parts(), WORK_LOG: b"x" * (LARGEST_LOG + 10)}))
    assert len(huge.log) == LARGEST_LOG
    assert huge.hash == plain.hash


def test_logs_of_a_class_are_those_of_the_uploads_that_have_one(tmp_path):
    pack(tmp_path / "class" / "ann.zip", {**_parts(), WORK_LOG: lines(entry(0, 3))})
    pack(tmp_path / "class" / "ben.zip", _parts())
    (tmp_path / "class" / "carl.zip").write_bytes(b"damaged")
    assert read_logs(tmp_path / "class") == {"ann": [entry(0, 3)]}


def test_what_is_handed_in_and_what_goes_to_colab_hold_the_log_and_say_so(tmp_path, monkeypatch):
    folder = lay_over(SOLUTION, tmp_path / "kit")
    shutil.copyfile(KIT / "zip_for_colab.py", folder / "zip_for_colab.py")
    (folder / "run").mkdir()
    monkeypatch.setattr(hand_in, "PACKAGE", folder / "proj4_code")
    without = hand_in.pack_results(folder / "run", folder / "without.zip")
    assert WORK_LOG not in without and WORK_LOG not in hand_in.contents(without)
    add_entries(folder / WORK_LOG, [entry(0, 3, [NAME])])
    names = hand_in.pack_results(folder / "run", folder / "with.zip")
    assert f"packed too: {WORK_LOG}" in hand_in.contents(names)
    command = [sys.executable, folder / "zip_for_colab.py"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    assert f"{WORK_LOG}: the log of your work" in said
    for archive in ("with.zip", "proj4_colab.zip"):
        assert zipfile.ZipFile(folder / archive).read(WORK_LOG) == lines(entry(0, 3, [NAME]))
