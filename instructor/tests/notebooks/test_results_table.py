"""Tests of the table of results that the local notebook shows."""

from proj4_code.given.notebooks.results_table import as_html, as_text

PASSED = {
    "test": "test_part1_ppm/test_every_branch_learns",
    "status": "passed",
    "points": 1.5,
    "most_points": 1.5,
    "checked": "Every branch gets a gradient.",
    "got": "",
    "expected": "",
    "where": "",
    "mistake": None,
    "ending": "",
    "error": 0.0,
}
WRONG = PASSED | {
    "test": "test_part1_ppm/test_a_share_of_0_4_is_right",
    "status": "wrong",
    "points": 0.0,
    "most_points": 2.0,
    "checked": "The share is a < b.",
    "got": "0.5",
    "expected": "0.4",
    "where": "part1_ppm.py, line 7, in forward: return x",
    "mistake": {"name": "1-half", "wrong": "the share is a half", "hint": "What does the paper say?"},
}
NOT_STARTED = PASSED | {
    "test": "test_part2_dilated_resnet/test_the_field_is_right",
    "status": "not started",
    "points": 0.0,
    "most_points": 1.0,
    "got": "TODO: part 2, count",
}


def test_every_field_of_a_wrong_answer_is_shown() -> None:
    lines = as_text([PASSED, WRONG]).splitlines()
    assert lines == [
        "1.5 of 3.5 points",
        "✓ passed       every branch learns",
        "✗ wrong        a share of 0.4 is right",
        "    checked:  The share is a < b.",
        "    expected: 0.4",
        "    got:      0.5",
        "    in:       part1_ppm.py, line 7, in forward: return x",
        "    mistake:  the share is a half",
        "    hint:     What does the paper say?",
    ]
    page = as_html([PASSED, WRONG])
    assert all(text in page for text in ("part 1: 1.5 of 3.5 points", "a &lt; b", "✓ 1 passed", "✗ 1 wrong", "0 of 2"))
    assert all(value in page for value in ("the share is a half", "What does the paper say?", "line 7, in forward"))


def test_an_exception_without_a_mistake_has_no_empty_lines() -> None:
    error = WRONG | {"mistake": None, "where": "", "got": "ValueError: no", "expected": "no exception"}
    assert as_text([error]).splitlines()[3:] == ["    expected: no exception", "    got:      ValueError: no"]


def test_one_cause_is_written_out_once() -> None:
    other = WRONG | {"test": "test_part1_ppm/test_the_rest", "got": "0.7"}
    assert "the rest: as above" in as_html([WRONG, other])
    assert "as above" not in as_html([WRONG, other | {"where": "part1_ppm.py, line 9, in forward: return y"}])
    page = as_html([NOT_STARTED, NOT_STARTED | {"test": "test_part2_dilated_resnet/test_more"}])
    assert page.count("TODO: part 2, count") == 1
    assert "as above" not in page


def test_parts_without_a_wrong_answer_are_folded_away_if_there_are_several() -> None:
    assert as_html([WRONG, NOT_STARTED]).count("<details open") == 1
    assert as_html([NOT_STARTED]).count("<details open") == 1
    assert "in all: 0 of 3 points" in as_html([WRONG, NOT_STARTED])
