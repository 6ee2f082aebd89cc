"""Small changes of a student's code."""

import ast

import pytest

from instructor.questions.change import told_by
from instructor.questions.changes import list_changes
from instructor.release.skeletons import SOLUTION
from instructor.rubric import FUNCTIONS
from proj4_code.given.parts import PARTS
from proj4_code.given.questions.excerpts import MOST_LINES, excerpts_of
from proj4_code.given.questions.question import Excerpt

SOURCE = '''"""A part."""

STEP = 2


def helper(x):
    """Help."""
    return x + STEP


def loss(x, y, *, scale=1, mean=True):
    """Compute.

    More.
    """
    if x == 0 and y > 1:  # both
        return 0
    x.clear()
    total = helper(y).clamp(min=1).sum(dim=0)
    return total * scale
'''


def afters(line: int) -> set[str]:
    """Return what a line of the source becomes."""
    changes = list_changes(SOURCE, [Excerpt("part.py", 1, SOURCE.rstrip("\n"))])
    return {change.after for change in changes if change.line == line}


def test_lines_are_changed_as_they_should_be():
    """Operators, numbers, keywords, methods and statements are changed; arguments and docstrings are not."""
    assert afters(8) == {"return x - STEP"}
    assert {"if x != 0 and y > 1:  # both", "if x == 0 or y > 1:  # both", "if x == 0 and y >= 1:  # both"} <= afters(
        16
    )
    assert afters(18) == {"pass"}
    assert {"total = helper(y).sum(dim=0)", "total = helper(y).clamp(min=2).sum(dim=0)"} <= afters(19)
    assert afters(11) == set()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.module)
def test_a_change_changes_one_line_and_can_be_read(part):
    """In every part of the reference, there are at least five changes, each of one line, and all are Python."""
    source = (SOLUTION / part.file).read_text(encoding="utf-8")
    whole = [Excerpt(part.file, 1, source.rstrip("\n"))]
    changes = list_changes(source, whole)
    assert len({change.source for change in changes}) == len(changes) >= 5
    for change in changes:
        ast.parse(change.source)
        pairs = zip(source.split("\n"), change.source.split("\n"), strict=True)
        different = [number for number, (before, after) in enumerate(pairs, 1) if before != after]
        assert different == [change.line]
        assert source.split("\n")[change.line - 1].strip() == change.before != change.after


@pytest.mark.parametrize(
    ("failing", "told"),
    [
        ({"an_epoch_changes_the_weights_as_sgd_does": False, "training_happens_in_training_mode": False}, 1),
        ({"an_epoch_changes_the_weights_as_sgd_does": False, "a_scaler_takes_the_optimizers_place": False}, None),
        ({"a_batch_counts_by_its_size": False, "training_happens_in_training_mode": False}, None),
        ({"training_happens_in_training_mode": True}, None),
        ({}, None),
    ],
)
def test_a_test_is_asked_for_only_where_its_name_tells_that_it_fails(failing, told):
    """Not where several would fail by their names, where only general ones fail, or where the code raises."""
    tests = {f"test_part6_training/test_{name}": raises for name, raises in failing.items()}
    assert set(tests) <= set(FUNCTIONS)
    assert told_by(tests) == (None if told is None else list(tests)[told])


def test_excerpts_hold_what_a_function_uses_and_no_docstrings():
    """A function comes with the helpers and constants that it uses, in the order of the file."""
    excerpts = excerpts_of({"part.py": SOURCE}, "part.py", ("loss",))
    text = "\n".join(excerpt.source for excerpt in excerpts)
    assert text.startswith("STEP = 2\ndef helper(x):\n    return x + STEP\ndef loss(")
    assert "Compute" not in text and "Help." not in text
    assert [excerpt.first for excerpt in excerpts] == [3, 6, 8, 11, 16]


def test_what_cannot_be_shown_is_left_out():
    """A name that is not defined, a file that is no Python and a function of many lines have no excerpts."""
    long = "def loss():\n" + "    x = 1\n" * MOST_LINES
    for source in (SOURCE.replace("def loss", "def lost"), "def loss(:", "\0", long, ""):
        assert excerpts_of({"part.py": source}, "part.py", ("loss",)) == ()
