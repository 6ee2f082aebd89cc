"""Sheets of questions about uploads: what is asked, of whom, and what hostile code gets."""

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from instructor.catalogue import MISTAKES
from instructor.catalogue.edits import Edit
from instructor.grading.upload import Upload, open_upload
from instructor.questions.asking import Code
from instructor.questions.page import sheet_page
from instructor.questions.sheet import make_sheet, sources_of
from instructor.sandbox.sandbox import Patience, Sandbox
from instructor.tests.grading.graders import command, part_files, write_parts
from proj4_code.given.parts import PARTS
from proj4_code.given.questions.draft import write_question
from proj4_code.given.questions.question import KINDS, Excerpt, check, from_json
from proj4_unit_tests.harness.book import PUBLIC_BOOK

ALTERNATIVES = sorted(Path(__file__).parents[2].glob("catalogue/alternatives/part*/*.py"))
STYLES = {
    path.parent.name: {part.module: path.with_name(part.file) for part in PARTS}
    for path in Path(__file__).parents[1].glob("implementations/*/part1_ppm.py")
}
"""Name -> module of a part -> its file: implementations of all parts that were written from the student kit alone."""
FORTY = {"reference": {}, **STYLES, **{edit.name: edit for edit in MISTAKES[:: len(MISTAKES) // 34][:34]}}
"""Uploads by their names: code, or a known mistake in the reference."""
EVERY = tuple(part.number for part in PARTS)


@pytest.fixture(scope="module")
def sandbox():
    """A sandbox."""
    with closing(Sandbox(Patience(call=4, slow_call=0.3, upload=42))) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def ask(sandbox):
    """Make a sheet of some part files, the reference's but for those given, and check its questions."""

    def ask(name="alice", parts=EVERY, seed=1, number=6, any_answer=False, **changed):
        upload = Upload(
            {**part_files(), **{f"{file}.py": source.encode() for file, source in changed.items()}}, None, []
        )
        sheet = make_sheet(name, upload, parts, sandbox, PUBLIC_BOOK, seed, number, any_answer)
        for question in sheet.questions:
            check(question, sources_of(upload.parts))
        return sheet

    return ask


def read(files):
    """Return the code of part files by the names of their modules."""
    return {module: path.read_text(encoding="utf-8") for module, path in files.items()}


def names(sheet):
    """Return the names of a sheet's questions."""
    return {question.name for question in sheet.questions}


def test_the_reference_is_asked_all_kinds_of_questions(ask):
    """Six questions of all kinds but perhaps one, about at least four parts, with no remark."""
    sheet = ask()
    assert len(sheet.questions) == 6 and sheet.remarks == ()
    assert len({question.kind for question in sheet.questions}) >= len(KINDS) - 1
    assert len({question.part for question in sheet.questions}) >= 4


def test_a_bad_question_is_left_out_and_said(ask, monkeypatch):
    """It ends neither the sheet nor the command for a whole class."""
    bad = iter([True])

    def write(draft, answer, sources, draw):
        question = write_question(draft, answer, sources, draw)
        if question and next(bad, False):
            check(replace(question, text=""), sources)
        return question

    monkeypatch.setattr("instructor.questions.sheet.write_question", write)
    sheet = ask(parts=(5,), number=2)
    assert len(sheet.questions) == 2
    (remark,) = [remark for remark in sheet.remarks if remark.startswith("Left out")]
    assert remark.endswith(": its text is empty")


def test_two_students_with_the_same_code_get_different_sheets(ask):
    """The seed is combined with the upload's name; the same name and seed give the same sheet."""
    first, again, other = (ask(name, parts=(5,), number=2) for name in ("alice", "alice", "bob"))
    assert first.questions == again.questions
    assert names(first) != names(other)


def test_a_change_is_not_asked_about_where_its_effect_depends_on_what_is_not_shown(ask):
    """Of part 5, no question with a changed line is about the sum over pixels whose classes are not given."""
    questions = [question for seed in range(2) for question in ask(seed=seed, parts=(5,), number=4).questions]
    changed = [question.text for question in questions if question.kind == "change"]
    assert changed and not [text for text in changed if "all together" in text or "label images" in text]


def test_an_alternative_is_asked_about_its_own_lines(ask):
    """Lines are shown as the upload has them, and a question of what a change does quotes its line."""
    source = Path(ALTERNATIVES[0].parents[1] / "part5_iou" / "one_hot.py").read_text()
    sheet = ask(parts=(5,), number=4, part5_iou=source)
    assert len(sheet.questions) == 4
    assert all(excerpt.source in source for question in sheet.questions for excerpt in question.lines)


HOSTILE = {
    "ends": "import os\n\ndef confusion_matrix(*a, **k):\n    os._exit(0)\n",
    "hangs": "def confusion_matrix(*a, **k):\n    while True:\n        pass\n",
    "is not plain": "def confusion_matrix(*a, **k):\n    return {'matrix': object}\n",
    "has no text": "\0",
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_code_gets_no_question(ask, source):
    """Code that ends, hangs, or answers nonsense is not asked about, even if it is said to be right."""
    sheet = ask(parts=(5,), number=1, any_answer=True, part5_iou=source)
    assert sheet.questions == ()
    assert any("too little right code" in remark for remark in sheet.remarks)


def test_an_answer_that_differs_from_one_time_to_the_next_is_none(sandbox):
    """Every answer is computed twice."""
    source = "import os\n\ndef poly_factor(*a, **k):\n    return os.urandom(8)[0] / 7\n"
    code = Code(sandbox, {**part_files(), "part6_training.py": source.encode()}, PUBLIC_BOOK)
    arguments = {"step": 1, "total_steps": 2}
    assert [code.answer(PARTS[5], lambda ask: str(ask("poly_factor", arguments))) for _ in range(3)].count("") >= 2


def test_text_of_an_upload_is_inert_on_the_page(ask):
    """A name, a line and an answer that are HTML are shown as they are written."""
    sheet = ask(parts=(5,), number=1)
    evil = "<script>alert(1)</script>\u202e"
    lines = (Excerpt("part5_iou.py", 1, evil),)
    question = replace(sheet.questions[0], text=evil, lines=lines, choices=(evil, "b"), right=0, answer=evil, why=evil)
    page = sheet_page(replace(sheet, upload=evil, questions=(question,), remarks=(evil,)))
    assert "<script" not in page and "\u202e" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;\\u202e") == 8


@pytest.mark.parametrize("graded", [False, pytest.param(True, marks=pytest.mark.deep)])
def test_the_command_says_which_parts_it_asks_about(tmp_path, graded):
    """An upload with one right part is graded, or not, and asked about that part alone; its file can be read back."""
    write_parts(tmp_path / "upload", "part5")
    done = command(
        "questions",
        tmp_path / "upload",
        "--out",
        tmp_path / "out",
        "--seed",
        2,
        "--number",
        3,
        *([] if graded else ["--any"]),
    )
    assert done.returncode == 0, done.stderr
    sheet = from_json((tmp_path / "out" / "upload" / "questions.json").read_text(encoding="utf-8"))
    assert {question.part for question in sheet.questions} == {5}
    assert sheet.remarks == (f"Asked about {'the parts that are right' if graded else 'these parts'}: 5.",)
    assert len(re.findall("<section", (tmp_path / "out" / "upload" / "questions.html").read_text())) == 3


@pytest.mark.deep
@pytest.mark.parametrize("path", ALTERNATIVES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_alternative_is_asked_about(ask, path):
    """Each alternative gets at least three questions about its part, none of them wrong in itself."""
    number = next(part.number for part in PARTS if part.module == path.parent.name)
    sheet = ask(parts=(number,), number=4, **{path.parent.name: path.read_text(encoding="utf-8")})
    assert len(sheet.questions) >= 3, sheet.remarks


@pytest.mark.deep
@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_code_is_asked_about(ask, style):
    """The six parts of each implementation get six questions with each of two seeds, none of them wrong in itself."""
    code = read(STYLES[style])
    assert len(STYLES) == 5 and len(code) == len(PARTS)
    assert [len(ask(style, seed=seed, **code).questions) for seed in (1, 2)] == [6, 6]


@pytest.mark.deep
@pytest.mark.parametrize("edit", MISTAKES[:: len(MISTAKES) // 50][:50], ids=lambda edit: edit.name)
def test_mistaken_uploads_are_asked_about_their_right_parts(ask, edit, tmp_path):
    """An upload with a known mistake gets six questions, none about the part of the mistake."""
    upload = open_upload(edit.write(tmp_path / "mistake"))
    changed = {part.module: upload.parts[part.file].decode() for part in PARTS}
    right = tuple(number for number in EVERY if number != edit.part.number)
    sheet = ask(edit.name, parts=right, **changed)
    assert len(sheet.questions) == 6
    assert edit.part.number not in {question.part for question in sheet.questions}


@pytest.mark.deep
@pytest.mark.parametrize("name", FORTY)
def test_ten_seeds_give_thirty_different_questions(ask, name, tmp_path):
    """Each of forty uploads, ten seeds: at least thirty questions about its right parts."""
    assert len(FORTY) == 40
    code, parts = FORTY[name], EVERY
    if isinstance(code, Edit):
        parts = tuple(number for number in EVERY if number != code.part.number)
        folder = code.write(tmp_path / "mistake")
        code = {part.module: folder / part.file for part in PARTS}
    assert len(set().union(*(names(ask(name, parts, seed, **read(code))) for seed in range(10)))) >= 30
