"""Every quiz file, read back: each question has one right choice, and text of an upload is nothing but text."""

import csv
import io
import xml.etree.ElementTree as ET
import zipfile
from html.parser import HTMLParser

import pytest

from instructor.grading.text import visible
from instructor.questions.forms.canvas import canvas_quiz
from instructor.questions.forms.files import CANVAS, MOODLE, TABLE, write_quizzes
from instructor.questions.forms.markup import question_id, with_code
from instructor.questions.forms.moodle import moodle_questions
from instructor.tests.questions.sheets import ANN, BEN, EVE, HOSTILE, NOBODY
from proj4_code.given.questions.question import Sheet

SHEETS = (ANN, BEN, EVE)
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
CANVAS_META = "{http://canvas.instructure.com/xsd/cccv1p0}"


class _Reader(HTMLParser):
    """Reads HTML as a browser does: its text, and its elements with their attributes."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text, self.tags, self.pieces = "", set(), []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add((tag, *attributes))

    def handle_data(self, data):
        self.text += data
        self.pieces.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def read_html(source: str) -> str:
    """Return the text of HTML, which holds nothing that does anything."""
    read = _Reader(source)
    assert read.tags <= {("p",), ("pre",), ("code",), ("span",)}
    assert not [piece for piece in read.pieces if "$$" in piece or "\\(" in piece or "\\[" in piece or "$1" in piece]
    return read.text


def read_canvas(content: bytes) -> tuple[str, list[dict]]:
    """Return the title and the questions of a zip as Canvas reads it."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    names = [name for name in archive.namelist() if not name.endswith("/")]
    manifest = ET.fromstring(archive.read("imsmanifest.xml"))
    listed = {element.get("href") for element in manifest.iter() if element.get("href")}
    assert set(names) == {"imsmanifest.xml", *listed}  # no picture came along
    [meta] = [ET.fromstring(archive.read(name)) for name in listed if name.endswith("assessment_meta.xml")]
    [root] = [ET.fromstring(archive.read(name)) for name in listed if not name.endswith("assessment_meta.xml")]
    title = meta.findtext(f"{CANVAS_META}title")
    assert root.find(f"{QTI}assessment").get("title") == title
    return title, [_canvas_item(item) for item in root.iter(f"{QTI}item")]


def _canvas_item(item: ET.Element) -> dict:
    fields = dict(zip(item.iter(f"{QTI}fieldlabel"), item.iter(f"{QTI}fieldentry"), strict=True))
    kind = next(entry.text for label, entry in fields.items() if label.text == "question_type")
    presentation = item.find(f"{QTI}presentation")
    choices = {
        label.get("ident"): read_html(label.findtext(f".//{QTI}mattext"))
        for label in item.iter(f"{QTI}response_label")
        if label.find(f".//{QTI}mattext") is not None
    }
    scored = [c for c in item.iter(f"{QTI}respcondition") if c.find(f"{QTI}setvar") is not None]
    right = [choices[equal.text] for condition in scored for equal in condition.iter(f"{QTI}varequal")]
    text = read_html(presentation.findtext(f"{QTI}material/{QTI}mattext"))
    feedback = [read_html(f.findtext(f".//{QTI}mattext")) for f in item.iter(f"{QTI}itemfeedback")]
    return {"kind": kind, "text": text, "choices": list(choices.values()), "right": right, "feedback": feedback}


def read_moodle(content: bytes) -> dict[str, list[dict]]:
    """Return category -> questions, of the fields that Moodle's importer reads."""
    found, category = {}, ""
    for element in ET.fromstring(content):
        assert element.tag == "question"
        if element.get("type") == "category":
            category = element.findtext("category/text")
            found[category] = []
            continue
        assert element.find("questiontext").get("format") == "html"
        answers = element.findall("answer")
        found[category].append(
            {
                "kind": element.get("type"),
                "name": element.findtext("name/text"),
                "text": read_html(element.findtext("questiontext/text")),
                "choices": [read_html(answer.findtext("text")) for answer in answers],
                "right": [read_html(a.findtext("text")) for a in answers if float(a.get("fraction")) == 100],
                "wrong": sum(float(a.get("fraction")) == 0 for a in answers),
                "single": element.findtext("single"),
                "feedback": [read_html(element.findtext("generalfeedback/text"))],
            }
        )
    return found


def plain(text: str) -> str:
    """Return a text as a reader sees it."""
    return visible(text).replace("`", "")


def check(question, name: str, read: dict) -> None:
    """Check that a question that was read back is the one that was written."""
    assert read["text"].startswith(f"Question {name}.{plain(question.text)}")
    for excerpt in question.lines:
        for number, line in excerpt.numbered:
            assert f"{number}  {visible(line)}" in read["text"]
    assert read["choices"] == [plain(choice) for choice in question.choices]
    assert read["right"] == ([] if question.open else [plain(question.answer)])


@pytest.mark.parametrize("sheet", SHEETS, ids=["ann", "ben", "eve"])
def test_canvas_reads_the_questions_that_were_written(sheet):
    title, items = read_canvas(canvas_quiz(sheet))
    assert title == f"Questions about your code: {sheet.upload}"
    assert len(items) == len(sheet.questions)
    for number, (question, item) in enumerate(zip(sheet.questions, items, strict=True), 1):
        check(question, question_id(sheet, number), item)
        assert item["kind"] == ("essay_question" if question.open else "multiple_choice_question")
        assert item["feedback"] == ([] if question.open else [plain(question.why)])


def test_moodle_reads_the_questions_that_were_written():
    found = read_moodle(moodle_questions(SHEETS))
    assert [category.rpartition("/")[2] for category in found] == ["ann", "ben", "=eve+1"]
    for sheet, items in zip(SHEETS, found.values(), strict=True):
        for number, (question, item) in enumerate(zip(sheet.questions, items, strict=True), 1):
            check(question, question_id(sheet, number), item)
            assert item["name"] == question_id(sheet, number)
            assert item["feedback"] == [plain(question.why)]
            if question.open:
                assert item["kind"] == "essay"
            else:
                assert (item["kind"], item["single"], item["wrong"]) == ("multichoice", "true", 3)


def test_a_category_is_no_path():
    [category] = read_moodle(moodle_questions([Sheet("a/b/../c", "", 0, ())]))
    assert category.endswith("own code/a-b-..-c")


def test_a_table_holds_everything_and_no_formula(tmp_path):
    written = write_quizzes([*SHEETS, NOBODY], tmp_path)
    with (tmp_path / TABLE).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["Question"] for row in rows] == [question_id(s, n + 1) for s in SHEETS for n in range(len(s.questions))]
    assert [row[row["Right"]] for row in rows if row["Right"]] == [row["Answer"] for row in rows if row["Right"]]
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip("\"' ").startswith(("=", "@")) and not cell.startswith("'")]
    assert not [cell for cell in cells if "\n" in cell or "\x1b" in cell]
    assert written == [tmp_path / "*" / CANVAS, tmp_path / MOODLE, tmp_path / TABLE]
    assert {path.parent.name for path in tmp_path.glob(f"*/{CANVAS}")} == {sheet.upload for sheet in SHEETS}


def test_no_two_questions_have_one_name():
    names = [question_id(sheet, number) for sheet in SHEETS for number in range(1, 10)]
    assert len(set(names)) == len(names)  # Ann and Ben handed in the same code


def test_a_sheet_without_questions_is_no_quiz():
    with pytest.raises(ValueError, match="nobody has no questions"):
        canvas_quiz(NOBODY)


def test_signs_are_numbers_in_the_source_that_filters_read():
    source = with_code(HOSTILE)
    for found in ("$$", "\\(", "http:", "www.", "@@PLUGINFILE", "{mlang", "](", "<script", "<img", "%24"):
        assert found not in source
    assert "<code>code</code>" in source
