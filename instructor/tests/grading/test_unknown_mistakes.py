"""Mistakes that are in no book are grouped by what they give, and each group has a draft that gives the same."""

from contextlib import closing
from dataclasses import replace

import pytest

from instructor.catalogue import MISTAKES
from instructor.catalogue.edits import write_submission
from instructor.course.unknown.draft import draft_mistake, format_draft
from instructor.course.unknown.groups import find_unknown, read_unknown, write_unknown
from instructor.grading.origin import describe_origin
from instructor.grading.policy import read_policy
from instructor.grading.records import COMPLETE, Grade
from instructor.grading.run_tests import run_tests
from instructor.proofs.review import list_alternatives
from instructor.release.skeletons import SOLUTION
from instructor.rubric import list_tests
from instructor.sandbox.sandbox import Sandbox
from proj4_code.given.parts import PARTS

PART = PARTS[4]
MISTAKEN = {"ann": "5-transposed", "ben": "5-transposed", "cleo": "5-void-counted", "dora": "5-void-counted"}
OTHERWISE = """
def mean_iou(matrix):
    \"\"\"The mean over all classes, absent ones counted as 1.\"\"\"
    # as I understood it
    scores = iou_per_class(matrix)
    return torch.nan_to_num(scores, nan=1.0).mean().item()


def pixel_accuracy"""


@pytest.fixture(scope="module")
def sandbox():
    with closing(Sandbox(read_policy().patience)) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def sources():
    """Part 5 of a class: pairs with a mistake that the book lacks, with one that no catalogue has, and right ones."""
    right = (SOLUTION / PART.file).read_text(encoding="utf-8")
    edits = {edit.name: edit for edit in MISTAKES}
    found = {name: right.replace(edits[m].right, edits[m].mistaken) for name, m in MISTAKEN.items()}
    begin, end = right.index("def mean_iou"), right.index("def pixel_accuracy")
    found["ed"] = found["fay"] = right[:begin] + OTHERWISE.lstrip().removesuffix("def pixel_accuracy") + right[end:]
    two_lines = "scores = iou_per_class(matrix)\n    return torch.nan_to_num(scores,"
    found["fay"] = found["fay"].replace(two_lines, "return torch.nan_to_num(iou_per_class(matrix),")
    alternatives = [path for name, path in list_alternatives() if name.startswith(PART.module)]
    found["gus"], found["hal"] = (path.read_text(encoding="utf-8") for path in alternatives[:2])
    return found


@pytest.fixture(scope="module")
def groups(tmp_path_factory, sandbox, sources, book):
    folder = tmp_path_factory.mktemp("class")
    grades = []
    for name, source in sources.items():
        submission = write_submission(folder / name, PART, source)
        runs = run_tests(sandbox, submission, book, tests=list_tests(PART))
        grades.append((name, Grade(COMPLETE, describe_origin(name, b""), tuple(runs.values()))))
    return [group.with_code({PART.file: sources[group.example]}) for group in find_unknown(grades)]


def test_uploads_that_give_the_same_wrong_answers_are_one_group(groups):
    uploads = {group.uploads for group in groups}
    assert {("ann", "ben"), ("cleo", "dora"), ("ed", "fay")} <= uploads
    assert not {name for group in groups for name in group.uploads} & {"gus", "hal"}
    assert "uploads share an unknown mistake in `part 5: " in groups[0].title
    assert all(group.code and group.got and group.points for group in groups)


def test_a_group_is_read_back(tmp_path, groups):
    write_unknown(groups, tmp_path)
    assert read_unknown(tmp_path, 1) == groups[0]
    with pytest.raises(ValueError, match=f"no group 99: it has {len(groups)}"):
        read_unknown(tmp_path, 99)
    with pytest.raises(FileNotFoundError, match="give the folder that grade-all wrote"):
        read_unknown(tmp_path / "nowhere", 1)


@pytest.mark.parametrize("uploads", [("ann", "ben"), ("ed", "fay")])
def test_a_draft_gives_the_groups_answers_and_is_an_entry_of_the_catalogue(tmp_path, sandbox, book, groups, uploads):
    group = next(group for group in groups if group.uploads == uploads)
    draft = draft_mistake(group, book, sandbox)
    assert (draft.reproduced, draft.tests) == (len(group.answers), len(group.answers))
    assert (SOLUTION / PART.file).read_text(encoding="utf-8").count(draft.right) == 1
    assert "###" not in draft.right + draft.mistaken
    text = format_draft(draft, group)
    code = "from instructor.catalogue.edits import Edit\nENTRIES = (\n" + text + ")\n"
    entries: dict = {}
    exec(compile(code, "draft", "exec"), entries)
    (entry,) = entries["ENTRIES"]
    assert (entry.right, entry.mistaken, entry.part) == (draft.right, draft.mistaken, PART)
    written = entry.write(tmp_path / "again")
    runs = run_tests(sandbox, written, book, tests=list(group.answers))
    assert all(run.answers for run in runs.values())


def test_code_that_is_no_python_has_no_draft(sandbox, book, groups):
    with pytest.raises(ValueError, match=r"part5_iou.py is not Python"):
        draft_mistake(replace(groups[0], code="def ("), book, sandbox)
    with pytest.raises(ValueError, match="no function that differs"):
        draft_mistake(replace(groups[0], code=""), book, sandbox)
