"""Copies are found in disguise, and independent solutions are not; the folders are those that JPlag and Dolos take."""

import csv
import io
import re
import zipfile

import pytest

from instructor.course import codes as course_codes
from instructor.course.class_page import write_class_page
from instructor.course.similarity import compare
from instructor.course.similarity.compare import COMPARED, find_pairs
from instructor.course.similarity.export import COLUMNS, write_folders
from instructor.course.whole_class import ClassGrade
from instructor.grading.origin import describe_origin
from instructor.grading.records import COMPLETE, Grade
from instructor.grading.run_tests import not_run
from instructor.proofs.review import list_alternatives, part_of
from instructor.release.skeletons import SOLUTION
from instructor.rubric import POINTS
from instructor.tests.grading.graders import write_parts
from proj4_unit_tests.harness.submission import KIT


def _disguised(source):
    """Rename what can be renamed, drop comments, and add blank lines, as a copier would."""
    text = re.sub(r"#.*", "", source)
    for name in set(re.findall(r"^\s+(\w+) = ", text, re.MULTILINE)):
        text = re.sub(rf"\b{name}\b", f"my_{name}_value", text)
    return text.replace("\n", "\n\n")


@pytest.fixture(scope="module")
def codes():
    """Independent solutions, each a student's; Eve has one of Dan's in disguise, for each part."""
    found = {}
    for part in COMPARED:
        own = [path for _, path in list_alternatives() if part_of(path) is part]
        for number, path in enumerate(own):
            found.setdefault(f"student-{number}", {})[part.file] = path.read_text(encoding="utf-8")
        found.setdefault("dan", {})[part.file] = longest = max(
            (path.read_text(encoding="utf-8") for path in own), key=len
        )
        del found[f"student-{next(n for n, path in enumerate(own) if path.read_text(encoding='utf-8') == longest)}"][
            part.file
        ]
        found.setdefault("eve", {})[part.file] = _disguised(longest)
    return found


def test_a_disguised_copy_is_listed_first_and_independent_solutions_are_far_below(codes):
    pairs = find_pairs(codes)
    first = pairs[: len(COMPARED)]
    assert {(pair.part, pair.left.name, pair.right.name) for pair in first} == {
        (part, "dan", "eve") for part in COMPARED
    }
    assert min(pair.share for pair in first) > 0.8
    assert max((pair.share for pair in pairs[len(COMPARED) :]), default=0) < 0.6


def test_skeletons_and_the_obvious_are_nothing_in_common():
    skeletons = {part.file: (KIT / "proj4_code" / part.file).read_text(encoding="utf-8") for part in COMPARED}
    assert find_pairs({"ann": skeletons, "ben": skeletons}) == []


def test_what_most_of_a_class_has_is_nothing_in_common():
    source = (SOLUTION / COMPARED[0].file).read_text(encoding="utf-8")
    assert find_pairs({f"student-{number}": {COMPARED[0].file: source} for number in range(15)}) == []


def test_many_with_one_code_are_each_listed_once_and_together(tmp_path, codes):
    file = COMPARED[1].file
    others = {name: {file: files[file]} for name, files in codes.items() if name[:3] == "stu" and file in files}
    class_codes = {**{f"copy-{number}": {file: codes["dan"][file]} for number in range(5)}, **others}
    pairs = find_pairs(class_codes)
    assert [(pair.left.name, pair.right.name) for pair in pairs if pair.share > 0.9] == [
        ("copy-0", f"copy-{number}") for number in range(1, 5)
    ]
    assert not {f"copy-{number}" for number in range(1, 5)} & {pair.right.name for pair in pairs[4:]}
    grade = Grade(COMPLETE, describe_origin("", b""), tuple(map(not_run, POINTS)))
    write_class_page([ClassGrade(name, grade) for name in class_codes], tmp_path / "i.html", pairs=pairs)
    section = (tmp_path / "i.html").read_text().partition('id="pairs"')[2]
    assert len(re.findall("<td[^>]*>copy-0</td>", section)) == 1


def test_a_popular_solution_does_not_fill_the_list(codes, monkeypatch):
    monkeypatch.setattr(compare, "MOST_OF_ONE", 2)
    file = COMPARED[1].file
    pairs = find_pairs({**{f"copy-{number}": {file: codes["dan"][file]} for number in range(5)}, "eve": codes["eve"]})
    assert [pair.right.name for pair in pairs if pair.left.name == "copy-0"] == ["copy-1", "copy-2"]


def test_earlier_terms_are_compared_with_the_class_and_not_with_each_other(tmp_path, codes):
    write_parts(tmp_path / "2025" / "old-1")
    write_parts(tmp_path / "2025" / "old-2")
    others = course_codes.read_all([tmp_path / "2025"])
    assert sorted(others) == ["2025/old-1", "2025/old-2"]
    pairs = find_pairs({"dan": codes["dan"], "zoe": dict(others["2025/old-1"])}, others)
    named = {(pair.left.name, pair.right.name) for pair in pairs}
    assert ("zoe", "2025/old-1") in named
    assert not any(left.startswith("2025/") for left, _ in named)


def test_what_is_marked_is_the_text_itself(codes):
    for pair in find_pairs(codes):
        for side in (pair.left, pair.right):
            assert "".join(text for text, _ in side.pieces) == codes[side.name][pair.part.file]
            assert any(marked for _, marked in side.pieces)


def test_without_the_library_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(compare, "CodeFingerprint", None)
    with pytest.raises(ValueError, match="similarity needs copydetect: pip install"):
        find_pairs({})


def test_the_folders_are_those_that_jplag_and_dolos_take(tmp_path, codes):
    write_folders({**codes, "2025/old": codes["dan"], "base": codes["eve"]}, tmp_path)
    for part in COMPARED:
        jplag = tmp_path / "jplag" / part.module  # a folder for each submission, and the base code
        names = {name for name in codes if part.file in codes[name]} | {"2025--old", "base-", "base"}
        assert {path.name for path in jplag.iterdir()} == names
        assert (jplag / "base" / part.file).read_bytes() == (KIT / "proj4_code" / part.file).read_bytes()
        with zipfile.ZipFile(tmp_path / "dolos" / f"{part.module}.zip") as archive:
            rows = list(csv.DictReader(io.StringIO(archive.read("info.csv").decode())))
            assert tuple(rows[0]) == COLUMNS
            assert {row["filename"] for row in rows} == set(archive.namelist()) - {"info.csv"}
            assert {row["label"] for row in rows} == {"class", "2025"}
            assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+\+00:00", row["created_at"]) for row in rows)


def test_the_page_shows_both_texts_and_says_what_it_does_not_prove(tmp_path):
    hostile = "x = '<script>alert(1)</script>'\n" + (SOLUTION / COMPARED[0].file).read_text(encoding="utf-8")
    pairs = find_pairs({"<b>ann": {COMPARED[0].file: hostile}, "ben": {COMPARED[0].file: hostile}})
    grade = Grade(COMPLETE, describe_origin("", b""), tuple(map(not_run, POINTS)))
    write_class_page([ClassGrade("ben", grade)], tmp_path / "index.html", pairs=pairs)
    page, both = ((tmp_path / name).read_text() for name in ("index.html", "similarity.html"))
    assert "Such a list proves nothing" in page
    assert "side by side" in page
    assert both.count("&lt;script&gt;alert(1)") == 2
    assert "<script>" not in both
    assert "<b>" not in page + both
