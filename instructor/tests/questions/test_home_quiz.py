"""The quiz at home: questions on one's own code, one at a time, with an explanation after each answer."""

from dataclasses import replace

import pytest

from proj4_code.given.questions.home import make_quiz
from proj4_code.given.questions.question import Excerpt, Sheet
from proj4_unit_tests.harness.calls import call_adapter

quiz = pytest.importorskip("proj4_code.given.notebooks.quiz")


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    """Questions on the reference, which stands in the parts' place here."""
    return make_quiz(call_adapter, seed=5, number=4)


def test_it_asks_about_several_parts(sheet):
    """Four questions are about four parts, have a right choice each, and another seed asks others."""
    assert len({question.part for question in sheet.questions}) == 4
    assert all(question.choices[question.right] == question.answer for question in sheet.questions)
    others = make_quiz(call_adapter, seed=6, number=2).questions
    assert not {question.name for question in others} & {question.name for question in sheet.questions}


def test_an_answer_is_checked_and_explained(sheet):
    """Nothing happens before a choice; a wrong answer names the right one; the end counts those that were right."""
    asked = quiz.Quiz(sheet)
    asked.press()
    assert not asked.answered
    for number, question in enumerate(sheet.questions):
        assert question.why.split("`")[0][:20] not in asked.said.value
        asked.choices.index = question.right if number else (question.right + 1) % len(question.choices)
        asked.press()
        assert ("Right." in asked.said.value) == bool(number)
        assert ("The answer is" in asked.said.value) == (not number)
        if number < 3:
            asked.press()
    assert "3 of 4 right" in asked.said.value
    assert asked.button.disabled


def test_lines_are_text(sheet):
    """What stands in the student's lines is shown, and not obeyed."""
    lines = (Excerpt("part5_iou.py", 3, "<img src=x onerror=alert(1)>"),)
    html = quiz.question_html(replace(sheet.questions[0], lines=lines, text="<b>`<i>`"), "1 of 1")
    assert "<img" not in html and "&lt;img" in html and "<i>" not in html and "   3  " in html


def test_skeletons_are_not_asked_about():
    """Where no part is written, there is no question."""

    def unwritten(name, arguments):
        raise NotImplementedError("TODO: part 1")

    assert make_quiz(unwritten, seed=1, number=3).questions == ()


def test_the_cell_makes_its_sheet_in_another_process():
    """That process prints the sheet that is made here."""
    assert quiz.make_sheet(seed=1, number=2) == make_quiz(call_adapter, seed=1, number=2)
