"""Pages in a browser: they fit their screens, have no fault that axe-core calls serious, sort, and are inert."""

import re
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageStat

from docs.drawing.terminal import draw
from instructor.course.class_page import write_class_page
from instructor.course.concerns import IDENTICAL, NO_GRADE, list_concerns, ranges
from instructor.course.whole_class import ClassGrade
from instructor.grading.policy import read_policy
from instructor.grading.records import COMPLETE, Decision, Grade, GradedTest, Student
from instructor.grading.report.html import code, visible
from instructor.grading.report.page import write_report
from instructor.tests.notebooks.lab import find_browser
from instructor.tests.pages import readme
from instructor.tests.pages.samples import GRADES, HOSTILE, ORIGIN, make_class
from instructor.tests.pages.screens import WIDTHS, browser, faults, open_page, pages, too_wide
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.outcome import WRONG, Outcome

PAGES = pages()
LOOKED_AT = (
    *("handout", "report_everything", "report_untouched", "report_refused"),
    *("class_40", "class_shared", "class_similarity"),
)
"""Those that show everything there is; the program `screens` looks at all pages, on all screens."""
needs_browser = pytest.mark.skipif(not find_browser(), reason="no Chromium")


@pytest.fixture(scope="module")
def chromium():
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


def written(folder, name):
    path = folder / f"{name}.html"
    if not path.exists():
        PAGES[name](path)
    return path


@needs_browser
@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_page_fits_its_screen_and_has_no_serious_fault(chromium, folder, name):
    for width, scheme in zip(WIDTHS, ("light", "light", "dark"), strict=True):
        page = open_page(chromium, written(folder, name), width, scheme)
        assert not too_wide(page), width
        if width != WIDTHS[1]:
            assert faults(page) == [], (width, scheme)
        page.close()


@needs_browser
def test_faults_are_found(chromium, tmp_path):
    (tmp_path / "bad.html").write_text("<p style='color: #999; background: #888'>pale <img src='x.png'>")
    found = "\n".join(faults(open_page(chromium, tmp_path / "bad.html", 400)))
    assert "color-contrast" in found
    assert "image-alt" in found


@needs_browser
def test_uploads_are_sorted_by_a_click_and_the_other_way_by_a_second_one(chromium, folder):
    page = open_page(chromium, written(folder, "class_40"), 1280)
    for column, name in ((0, "upload"), (4, "4"), (7, "points")):
        cells = f"[...document.querySelectorAll('.uploads tbody tr')].map(row => row.cells[{column}].dataset.sort)"
        before = page.evaluate(cells)
        kind = str if column == 0 else float
        page.click(f".uploads th:nth-child({column + 1}) button")
        assert page.get_attribute(f".uploads th:nth-child({column + 1})", "aria-sort") == "ascending", name
        if column:
            assert [kind(cell) for cell in page.evaluate(cells)] == sorted(kind(cell) for cell in before)
        upwards = page.evaluate(cells)
        page.click(f".uploads th:nth-child({column + 1}) button")
        assert page.evaluate(cells)[0] == upwards[-1]
        assert sorted(page.evaluate(cells)) == sorted(before)


@needs_browser
def test_points_are_sorted_as_numbers(chromium, folder):
    origin = GRADES["right"]().origin
    points = [9.5, 10.0, 2.25, 2.5]
    outcomes = [Outcome("test_part5_iou/test_matrices_add_up", WRONG, score, 20, "matrices add up") for score in points]
    grades = [ClassGrade(str(n), Grade(COMPLETE, origin, (GradedTest(one),))) for n, one in enumerate(outcomes)]
    write_class_page(grades, folder / "numbers.html")
    page = open_page(chromium, folder / "numbers.html", 1280)
    page.click(".uploads th:nth-child(8) button")
    cells = page.evaluate("[...document.querySelectorAll('.uploads tbody tr')].map(row => row.cells[7].dataset.sort)")
    assert list(map(float, cells)) == sorted(points)


@needs_browser
def test_a_large_class_says_first_what_matters_and_its_rows_are_found(chromium, folder):
    page = open_page(chromium, written(folder, "class_300"), 1280)
    top = page.locator("dl.summary")
    assert top.bounding_box()["y"] + top.bounding_box()["height"] < 900, "without scrolling"
    assert {"For a person", "Most common", "To teach again"} == set(top.locator("dt").all_inner_texts())
    assert page.locator("#people").bounding_box()["y"] < 2500, "the table of uploads is scrolled by itself"
    assert page.evaluate("document.documentElement.scrollHeight") < 12_000
    rows = page.locator(".uploads tbody tr:visible")
    assert rows.count() == 300
    page.fill("input[type=search]", "REFUSED")
    assert 0 < rows.count() < 60
    assert page.inner_text("output") == f"{rows.count()} of 300"
    page.fill("input[type=search]", "")
    assert rows.count() == 300


def test_uploads_are_called_by_their_students_and_two_of_one_name_are_told_apart(folder):
    grade = GRADES["refused"]()
    names = {"submission_1": "Ann", "submission_2": "Ben", "submission_3": "Ben"}
    grades = [ClassGrade(name, replace(grade, students=(Student(who),))) for name, who in names.items()]
    write_class_page(grades, folder / "named.html")
    people = (folder / "named.html").read_text().partition('id="people"')[2]
    assert re.findall(r"report.html[^>]*>([^<]*)<", people)[:3] == ["Ann", "Ben (submission_2)", "Ben (submission_3)"]


@needs_browser
def test_without_javascript_a_page_says_the_same_and_has_no_dead_button(chromium, folder):
    path = written(folder, "class_40")
    plain = open_page(chromium, path, 1280, java_script_enabled=False)
    assert plain.locator(".uploads tbody tr").count() == 40
    assert plain.locator("button").count() == 0
    assert open_page(chromium, path, 1280).locator("button").count() == 8


@needs_browser
@pytest.mark.parametrize("name", ["class_40", "report_everything"])
def test_no_script_runs_but_the_pages_own(chromium, folder, name):
    path = written(folder, name)
    page = open_page(chromium, path, 1280)
    assert "taken over" not in page.title()
    assert "<script>document.title" in page.inner_text("body")
    path = folder / "injected.html"
    path.write_text(
        written(folder, name).read_text().replace("</main>", "<script>document.title = 'run'</script></main>")
    )
    assert open_page(chromium, path, 1280).title() != "run"


@needs_browser
def test_a_line_opens_a_test_and_a_link_leads_to_its_part(chromium, folder):
    page = open_page(chromium, written(folder, "report_one_mistake"), 768)
    first = page.locator("section.cause details").first
    assert not first.locator("dl").is_visible()
    first.locator("summary").click()
    assert first.locator("dl").is_visible()
    targets = page.evaluate("[...document.querySelectorAll('a')].every(a => document.getElementById(a.hash.slice(1)))")
    assert targets


@needs_browser
def test_the_contents_of_the_handout_follow_the_reader(chromium, folder):
    for width in (400, 1280):
        page = open_page(chromium, written(folder, "handout"), width)
        page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
        page.evaluate("document.getElementById('questions-1').scrollIntoView()")
        page.wait_for_function("document.querySelector('nav a[aria-current]').hash === '#questions-1'")
        assert page.locator("nav li.current > a").inner_text().startswith("Part 2") == (width == 1280)
        assert page.inner_text("nav summary").startswith("Contents")
        assert ("Part 2" in page.inner_text("nav summary")) == (width == 400)


@needs_browser
def test_the_contents_of_the_handout_can_be_read_without_javascript(chromium, folder):
    page = open_page(chromium, written(folder, "handout"), 400, java_script_enabled=False)
    assert page.get_by_role("link", name="Part 2: A dilated ResNet").first.is_visible()
    assert page.locator("button").count() == 0


@needs_browser
def test_commands_of_the_handout_can_be_copied_and_output_cannot(chromium, folder):
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(written(folder, "handout").as_uri())
    page.locator("button", has_text="Copy").first.click()
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("python3 -m venv .venv\n")
    assert page.locator("button").count() == page.locator("pre").count() - page.locator("code.language-text").count()
    assert page.locator("code.language-text").count() == 1
    context.close()


@needs_browser
def test_figures_follow_the_theme_and_keep_their_letters_readable_on_a_phone(chromium, folder):
    shades = {}
    for scheme in ("light", "dark"):
        page = open_page(chromium, written(folder, "handout"), 400, scheme)
        figure = page.locator("img").nth(1)
        assert figure.bounding_box()["width"] >= 640
        (folder / "figure.png").write_bytes(figure.screenshot())
        shades[scheme] = Image.open(folder / "figure.png").convert("L").getpixel((2, 2))
    assert shades["light"] > 240
    assert shades["dark"] < 40


@pytest.mark.deep
def test_the_pictures_of_the_readme_are_what_the_kit_prints_and_predicts():
    assert readme.TERMINAL.read_text(encoding="utf-8") == draw(readme.printed())
    cropped = readme.crop_predictions().convert("L")
    shown = Image.open(readme.PREDICTIONS).convert("L")
    assert shown.size == cropped.size
    assert ImageStat.Stat(ImageChops.difference(shown, cropped)).mean[0] < 3  # its palette is smaller
    assert shown.height * 830 / shown.width <= 400, "pixels, as wide as a page on GitHub"


def test_a_mistake_that_fails_seven_tests_is_said_once_and_then_linked(tmp_path):
    write_report(GRADES["one_mistake"](), "ann", read_policy(), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    outcomes = [test.outcome for test in GRADES["one_mistake"]().tests if test.outcome.mistake]
    mistake, lost = outcomes[0].mistake, sum(outcome.most_points - outcome.points for outcome in outcomes)
    assert f"One mistake, {lost:g} points: {code(mistake.wrong)}" in page
    assert page.count(str(code(mistake.hint))) == 1
    assert page.count('class="test"') == 7


def test_an_untouched_kit_gets_a_next_step_and_its_tests_are_folded(tmp_path):
    write_report(GRADES["untouched"](), "ann", read_policy(), tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "Nothing is written yet" in page
    assert "<code>pytest proj4_unit_tests -k part1</code>" in page
    assert page.count("<details>") == 7
    assert "<details open" not in page


def test_what_only_an_instructor_should_read_is_not_in_the_report(tmp_path):
    grade = GRADES["everything"]()
    write_report(grade, "ann", read_policy(), tmp_path / "report.html")
    assert grade.oddities
    assert "sys.modules" not in (tmp_path / "report.html").read_text()


def test_backticks_become_code_and_nothing_else_becomes_html():
    assert code("see `a < b` & `c`") == "see <code>a &lt; b</code> &amp; <code>c</code>"
    assert code("`<img src=x>") == "`&lt;img src=x&gt;"


def test_characters_that_cannot_be_seen_are_shown_by_their_numbers():
    assert visible(HOSTILE).endswith(r"\x1b[31m\u202egnp.exe")
    assert visible("é 日本語 ×\n\t🙂") == "é 日本語 ×\n\t🙂"


def test_people_are_needed_for_groups():
    def upload(name, **digests):
        return ClassGrade(name, Grade(COMPLETE, ORIGIN, parts={_file(key): text for key, text in digests.items()}))

    grades = [
        upload("ann", part2="a", part3="a", part4="a", part5="a", part6="x"),
        upload("ben", part2="a", part3="a", part4="a", part5="a", part6="y"),
        upload("cem", part2="a", part3="a", part4="a", part5="a"),
        upload("dan", part1="z"),
        upload("eva", part1="z"),
    ]
    assert list_concerns(grades) == [
        (["ann", "ben", "cem"], "parts 2-5 identical", IDENTICAL),
        (["dan", "eva"], "part 1 identical", IDENTICAL),
    ]
    accepted = Decision(None, "they worked together", "Kim", "2026-12-02")
    decided = [ClassGrade(name, replace(grade, decision=accepted)) for name, grade in grades]
    assert [concern.names for concern in list_concerns([*decided[:3], *grades[3:]])] == [["dan", "eva"]]
    concerns = list_concerns(make_class(80))
    refused = [concern for concern in concerns if "refused" in concern.text]
    assert (refused[0].names, refused[0].kind) == (["lea_11", "lea_71"], NO_GRADE)
    kinds = [concern.kind for concern in concerns]
    assert kinds == sorted(kinds, key=list(dict.fromkeys(kinds)).index), "each kind stands together"


def _file(key):
    return next(part.file for part in PARTS if part.key == key)


@pytest.mark.parametrize(("numbers", "text"), [([2, 3, 4, 5], "2-5"), ([1, 3, 4, 6], "1, 3-4, 6"), ([5], "5")])
def test_numbers_that_follow_each_other_are_a_range(numbers, text):
    assert ranges(numbers) == text
