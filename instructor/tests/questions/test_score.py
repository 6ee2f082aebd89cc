"""Answers are scored from the tables that people, Canvas and Moodle write; what is unclear is said, not guessed."""

import csv
import html
import re
import subprocess
import sys

import pytest

from instructor.course.quiz_scores import SCORES, QuizScore, read_scores
from instructor.questions.forms.markup import as_html, question_id, with_code
from instructor.questions.score import score
from instructor.tests.questions.sheets import ANN, BEN, EVE, NOBODY
from proj4_code.given.questions.question import as_json
from proj4_unit_tests.harness.submission import KIT

SHEETS = (ANN, BEN, EVE, NOBODY)


def strip_tags(source: str) -> str:
    """Return HTML as Canvas and Moodle write it into tables."""
    return html.unescape(re.sub(r"<[^>]*>", "", source))


@pytest.fixture
def table(tmp_path):
    """Write a table, and return its path."""

    def write(*rows, separator=",", encoding="utf-8"):
        path = tmp_path / "answers.csv"
        with path.open("w", newline="", encoding=encoding) as file:
            csv.writer(file, delimiter=separator).writerows(rows)
        return path

    return write


PLAIN = ("name", "question", "answer")


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-8")])
def test_a_plain_table_takes_letters_and_texts_numbers_and_identifiers(table, separator, encoding):
    rows = [PLAIN, ("ann", "1", "b"), ("ann", question_id(ANN, 3), " (1,3) "), ("ann", "2", "they add up")]
    rows += [("ben", "1", "A."), ("ben", "2", "(2, 2)"), ("", "", "")]
    path = table(*rows, separator=separator, encoding=encoding)
    assert score(path, SHEETS) == [QuizScore("ann", "", 2, 2, 0), QuizScore("ben", "", 0, 3, 1)]


def _canvas(sheet, *answers) -> list[list[str]]:
    heads = ["name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted", "attempt"]
    for number, question in enumerate(sheet.questions, 1):
        heads += [f"{7000 + number}: {strip_tags(as_html(question, question_id(sheet, number)))}", "1.0"]
    heads += ["n correct", "n incorrect", "score"]
    rows = [["Ann Example", "12", "a1", "S", "3", "", "2026-11-29 10:00:00 UTC", "1"]]
    rows[0] += [cell for answer in answers for cell in (answer, "0")] + ["0", "0", "0"]
    return [heads, *rows]


def test_canvas_student_analysis_is_read(table):
    path = table(*_canvas(ANN, "(1, 3)", "Since gradients add up", "(2, 2)"))
    assert score(path, SHEETS) == [QuizScore("ann", "Ann Example", 1, 2, 0)]


def test_a_hostile_choice_is_known_again_and_its_text_names_no_other_question(table):
    question = EVE.questions[0]
    for choice, right in zip(question.choices, (1, 0, 0, 0), strict=True):
        path = table(*_canvas(EVE, strip_tags(with_code(choice)), ""))
        assert score(path, SHEETS) == [QuizScore(EVE.upload, "Ann Example", right, 1, 0)]


def _moodle(sheet, answers, with_text=True) -> list[list[str]]:
    heads = ["Last name", "First name", "Email address", "State", "Grade/3.00"]
    row = ["Example", "Ben", "ben@example.org", "Finished", "1.00"]
    for number, (question, answer) in enumerate(zip(sheet.questions, answers, strict=True), 1):
        summary = strip_tags(as_html(question, question_id(sheet, number))) + ": " + "; ".join(question.choices)
        heads += [f"Question {number}"] * with_text + [f"Response {number}", f"Right answer {number}"]
        row += [summary] * with_text + [answer, question.answer]
    return [heads, row, ["Other", "Carl", "c@example.org", "-", "-", *["-"] * (len(heads) - 5)]]


def test_moodle_responses_are_read(table):
    path = table(*_moodle(BEN, ["(1, 3)", "-", "(1, 3)"]))
    assert score(path, SHEETS) == [QuizScore("ben", "Ben Example", 2, 3, 1)]


def test_moodle_responses_without_the_questions_say_what_to_tick(table):
    with pytest.raises(ValueError, match="line 2: nothing says which question response 1 is to: tick"):
        score(table(*_moodle(BEN, ["(1, 3)", "-", "-"], with_text=False)), SHEETS)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("a", "b")], "nothing in its head, a, b, is known: expected the columns name, question, answer"),
        ([PLAIN, ("carl", "1", "a")], "line 2: there are no questions about 'carl'"),
        ([PLAIN, ("ann", "9", "a")], "line 2: ann has no question '9': expected 1 to 3"),
        ([PLAIN, ("nobody", "1", "a")], "nobody has no question '1': there is none"),
        (
            [PLAIN, ("ann", "1", "a"), ("ann", "1", "(9, 9)")],
            r"line 3: the answer '\(9, 9\)' is not one of the question's",
        ),
        ([PLAIN, ("ann", "1", "e")], r"expected a letter, or one of \(1, 2\); \(1, 3\); \(2, 2\); \(1, 4\)"),
    ],
)
def test_what_is_unclear_is_said(table, rows, said):
    with pytest.raises(ValueError, match=said):
        score(table(*rows), SHEETS)


def test_the_command_scores_several_files_and_the_class_page_finds_the_result(tmp_path, table):
    out = tmp_path / "class" / "questions"
    for sheet in SHEETS:
        (out / sheet.upload).mkdir(parents=True)
        (out / sheet.upload / "questions.json").write_text(as_json(sheet), encoding="utf-8")
    first = table(PLAIN, ("ben", "1", "b")).rename(tmp_path / "first.csv")
    second = table(*_canvas(ANN, "(1, 3)", "", "(1, 3)"))
    done = _command("--score", first, second, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    scores = {QuizScore("ann", "Ann Example", 2, 2, 0), QuizScore("ben", "", 1, 3, 2)}
    assert set(read_scores(tmp_path / "class" / SCORES)) == scores
    assert "ann: questions about this code: 2 of 2 right (answered by Ann Example)" in done.stdout
    empty = _command("--score", first, "--out", tmp_path / "empty")
    assert (empty.returncode, "holds no questions" in empty.stderr) == (1, True)


def _command(*arguments) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "instructor", "questions", *map(str, arguments)]
    return subprocess.run(command, cwd=KIT, capture_output=True, text=True, check=False)


def test_what_is_no_table_is_refused(tmp_path):
    (tmp_path / "answers.csv").write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(ValueError, match="is not UTF-8: save it again"):
        score(tmp_path / "answers.csv", SHEETS)
