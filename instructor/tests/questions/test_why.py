"""Open questions, and the lines that are shown: for the reference and for every alternative, without running any."""

from pathlib import Path
from random import Random

import pytest

from instructor.questions.change import TRIED
from instructor.questions.reasons import REASONS
from instructor.questions.topics import TOPICS
from instructor.questions.why import ask_why
from instructor.release.skeletons import SOLUTION
from instructor.rubric import FUNCTIONS
from proj4_code.given.parts import PARTS
from proj4_code.given.questions.excerpts import excerpts_of
from proj4_code.given.questions.question import check
from proj4_code.given.questions.templates import TEMPLATES

INSTRUCTOR = Path(__file__).parents[2]
ALTERNATIVES = sorted(INSTRUCTOR.glob("catalogue/alternatives/part*/*.py"))
IMPLEMENTATIONS = sorted(INSTRUCTOR.glob("tests/implementations/*/part*.py"))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.module)
def test_the_reference_is_asked_why_in_several_ways(part):
    """Thirty draws find at least four ideas in each part; each question is open and names a line that is shown."""
    sources = {part.file: (SOLUTION / part.file).read_text(encoding="utf-8")}
    questions = {ask_why(sources, part.number, Random(seed)) for seed in range(30)}
    assert len(questions) >= 4
    for question in questions:
        check(question, sources)
        line = int(question.text.split()[1])
        assert line in {number for excerpt in question.lines for number, _ in excerpt.numbered}


@pytest.mark.parametrize("path", [*ALTERNATIVES, *IMPLEMENTATIONS], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_other_right_code_has_lines_to_ask_about(path):
    """In each right solution, most templates find the function that they are about, and at least one idea is found."""
    part = next(part for part in PARTS if part.module in (path.parent.name, path.stem))
    sources = {part.file: path.read_text(encoding="utf-8")}
    drafts = [template(Random(1)) for template in TEMPLATES[part.number]]
    assert sum(bool(excerpts_of(sources, part.file, draft.about)) for draft in drafts) > len(drafts) / 2
    assert ask_why(sources, part.number, Random(1)) is not None


@pytest.mark.parametrize(
    "path", [path for path in IMPLEMENTATIONS if "part4" in path.name], ids=lambda p: p.parent.name
)
def test_the_line_that_is_asked_about_is_the_one_that_is_meant(path):
    """Whoever is asked why images are normalised is shown the line that does it, not one that fills with the mean."""
    sources = {path.name: path.read_text(encoding="utf-8")}
    questions = {ask_why(sources, 4, Random(seed)) for seed in range(30)}
    (text,) = {question.text for question in questions if "Why are CamVid's images normalised" in question.text}
    assert "normalize(" in text.lower()


def test_tables_name_what_there_is():
    """Topics are of tests, functions that are tried have tests, and reasons are of functions of their part."""
    assert set(TOPICS) <= set(FUNCTIONS)
    for number, names in TRIED.items():
        assert set(names) <= set(PARTS[number - 1].contents) & set(FUNCTIONS.values())
    assert all(reason.function in PARTS[reason.part - 1].contents for reason in REASONS)
