"""Tests of the results of tests that the local notebook shows."""

import re

from proj4_unit_tests.harness.outcome import NOT_STARTED, PASSED, WRONG, Mistake, Outcome
from proj4_unit_tests.harness.reports.notebook import as_html, as_output

HALF = Mistake("1-half", "the share is `a < b`", "What does the paper say about `share`?")
RIGHT = Outcome("test_part1_ppm/test_every_branch_learns", PASSED, 1.5, 1.5, "Every branch gets a gradient.")
NEW = Outcome("test_part2_dilated_resnet/test_nothing_is_frozen", NOT_STARTED, 0.0, 1.0, "No.", "TODO: part 2, go")


def wrong(test: str, mistake: Mistake | None = None) -> Outcome:
    place = "part1_ppm.py, line 7, in forward: return x"
    return Outcome(f"test_part1_ppm/test_{test}", WRONG, 0.0, 2.0, "It is a < b.", "0.5", "0.4", place, mistake)


def text_of(page: str) -> str:
    """Return what a reader sees of a page."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def test_a_mistake_is_the_headline_above_its_tests_and_the_total_above_all() -> None:
    page = as_html([RIGHT, wrong("one_bin", HALF), wrong("each_iou", HALF), NEW])
    text = text_of(page)
    assert text.startswith("1.5 of 6.5 points ✓ 1 passed ✗ 2 wrong – 1 not started One mistake, 4 points: the share is")
    assert text.count("What does the paper say about") == 1
    assert "<code>a &lt; b</code>" in page
    assert text.index("One mistake") < text.index("each IoU") < text.index("part 1: pyramid pooling, 1.5 of 5.5 points")
    assert text.index("part 1: pyramid") < text.index("part 2: dilated ResNet, 0 of 1")


def test_another_wrong_answer_has_all_its_fields() -> None:
    page = as_html([RIGHT, wrong("one_bin")])
    assert all(f"<dt>{name}</dt>" in page for name in ("checked", "expected", "got", "in"))
    assert "It is a &lt; b." in page
    assert "One wrong answer, 2 points: one bin" in text_of(page)


def test_what_is_to_be_written_and_what_comes_next_is_said() -> None:
    text = text_of(as_html([NEW]))
    assert "To do: part 2, go" in text
    assert "Next: write part 2 in proj4_code/part2_dilated_resnet.py" in text


def test_a_page_without_html_has_the_terminals_text() -> None:
    output = as_output([RIGHT, wrong("one_bin", HALF)])
    assert set(output) == {"text/html", "text/plain"}
    assert output["text/plain"].startswith("One mistake, 2 points: the share is")
    assert "1.5 of 3.5 points" in output["text/plain"]


def test_hints_that_are_not_shown_are_announced() -> None:
    output = as_output([RIGHT, wrong("one_bin")], "ask for <hints>")
    assert "ask for &lt;hints&gt;" in output["text/html"]
    assert "\nask for <hints>\n" in output["text/plain"]
