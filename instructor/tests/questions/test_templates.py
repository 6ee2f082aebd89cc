"""Questions that are asked by calling code: the reference's answers are those of other people's code."""

from random import Random

import pytest

from instructor.release.skeletons import SOLUTION
from instructor.tests.questions.oracles import ORACLES, accepted_size
from proj4_code.given.parts import PARTS
from proj4_code.given.questions import part3
from proj4_code.given.questions.draft import RaisedError, different_choices, write_question
from proj4_code.given.questions.templates import TEMPLATES
from proj4_unit_tests.harness.calls import call_adapter

SOURCES = {part.file: (SOLUTION / part.file).read_text(encoding="utf-8") for part in PARTS}
ALL = [template for templates in TEMPLATES.values() for template in templates]
SEEDS = 4


def ask(name, arguments):
    """Call the reference here."""
    try:
        return call_adapter(name, dict(arguments))
    except Exception as error:
        raise RaisedError(str(error)) from error


@pytest.mark.parametrize("template", ALL, ids=lambda template: template.__name__)
def test_answers_are_those_of_other_code(template):
    """What the reference answers is what torch, torchvision, torchmetrics or counting give for the question's text."""
    for seed in range(SEEDS):
        draw = Random(f"{template.__name__} {seed}")
        draft = template(draw)
        question = write_question(draft, draft.find(ask), SOURCES, draw)
        assert question is not None, draft.name
        if template is part3.accepted_size:
            truth = accepted_size(question.text, question.choices)
        else:
            truth = ORACLES[template](question.text)
        assert question.answer == draft.expected == truth, question.text
        assert question.choices.count(truth) == 1 and len(question.choices) == 4, question


@pytest.mark.parametrize("template", ALL, ids=lambda template: template.__name__)
def test_templates_draw_many_questions(template):
    """Thirty draws of a template give at least ten different questions, with at least three other choices each."""
    drafts = [template(Random(seed)) for seed in range(30)]
    assert len({draft.name for draft in drafts}) >= 10
    asked = {(draft.text, draft.expected, draft.wrong) for draft in drafts}
    assert len(asked) == len({draft.name for draft in drafts})
    assert all(len(different_choices(draft.expected, draft.wrong)) >= 3 for draft in drafts)


def test_choices_are_different():
    """As a reader sees them: what is no number is itself, and so are decimals that differ by rounding."""
    assert different_choices("nan", ("nan", "1.04", "inf", "1.05", "inf", "2.50")) == ["1.04", "inf", "2.50"]
    assert different_choices("1.04", ("nan", "nan", "1.05")) == ["nan"]
    assert different_choices("(2, 3)", ("(2,3)", "(3, 2)")) == ["(3, 2)"]
