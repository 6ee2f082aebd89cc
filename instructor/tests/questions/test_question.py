"""The record of a question: what it may be, and its form as JSON."""

from dataclasses import replace

import pytest

from proj4_code.given.questions.question import Excerpt, Question, Sheet, as_json, check, form_of, from_json

SOURCES = {"part6_training.py": "import torch\n\ndef poly_factor(step, total_steps, power=0.9):\n    return 1.0\n"}
QUESTION = Question(
    kind="trace",
    part=6,
    name="poly 50 of 100",
    text="What does poly_factor(50, 100, power=2) return?",
    lines=(Excerpt("part6_training.py", 3, "def poly_factor(step, total_steps, power=0.9):\n    return 1.0"),),
    choices=("0.25", "0.5", "0.75"),
    right=0,
    answer="0.25",
    why="Half of the steps are left, and a half to the power of 2 is a quarter.",
    follow_up="What is the factor at the last step?",
)


def test_a_good_question_passes():
    """A question with one right choice about lines that are there is accepted, and so is an open one."""
    check(QUESTION, SOURCES)
    check(replace(QUESTION, choices=(), right=None, kind="why"), SOURCES)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "essay"}, "its kind 'essay'"),
        ({"right": 3}, "choice 3 of 3"),
        ({"right": 1}, "its right choice '0.5'"),
        ({"right": None}, "none is right"),
        ({"choices": ("0.25", "0.5", "0.25 ")}, "the same"),
        ({"choices": ("0.25", "0.5", "none of these")}, "different forms"),
        ({"choices": ("0.25", "all of them", "none of these")}, "'none of these' is no choice"),
        ({"choices": ("0.25", "(1, 2)", "0.5")}, "different forms"),
        ({"why": ""}, "its why is empty"),
        ({"lines": ()}, "its lines is empty"),
        ({"lines": (Excerpt("part6_training.py", 4, "def poly_factor"),)}, "does not have these lines at 4"),
        ({"lines": (Excerpt("part5_iou.py", 1, "import torch"),)}, "part5_iou.py does not have these lines"),
    ],
)
def test_a_bad_question_is_refused(change, problem):
    """Every way in which a question can be wrong in itself is named."""
    with pytest.raises(ValueError, match=problem.replace("(", r"\(")):
        check(replace(QUESTION, **change), SOURCES)


def test_choices_have_one_form():
    """Shapes of any length have one form; a number has another, and words a third."""
    assert form_of("(1, 9, 8, 11)") == form_of("(1, 9, 8)") != form_of("3")
    assert form_of("line 12: optimizer.zero_grad()") == form_of("line 3: loss.backward()") == "words"


def test_a_sheet_is_read_as_it_was_written():
    """JSON keeps every field of a sheet, letters beyond ASCII included, and anything else is refused by name."""
    sheet = Sheet(
        "müller_1.zip", "ab" * 32, 7, (QUESTION, replace(QUESTION, text="1×1?", right=None, choices=())), ("few",)
    )
    assert from_json(as_json(sheet)) == sheet
    for text in ("", "[]", "{}", '{"questions": [{"kind": 1}]}'):
        with pytest.raises(ValueError, match="not a sheet"):
            from_json(text)
