"""A mistake is named only if it explains all that was observed in a part, or in some of its functions."""

import numpy as np

from proj4_unit_tests.harness.outcome import PASSED, WRONG, Mistake, Outcome
from proj4_unit_tests.harness.reports.causes import find_causes
from proj4_unit_tests.harness.reports.evidence import Suspect, explanations, same


def _suspect(name: str, fails: str, gives: str | None = None) -> Suspect:
    return Suspect(name, set(fails), set(fails if gives is None else gives))


def _names(wrong: str, *suspects: Suspect, functions: dict[str, str] | None = None) -> list[set[str]]:
    about = dict.fromkeys(wrong, "f") | (functions or {})
    return [{suspect.name for suspect in some} for some in explanations(about, suspects)]


def test_a_mistake_that_gives_all_wrong_tests_explains_them():
    assert _names("ab", _suspect("right", "ab"), _suspect("other", "a")) == [{"right"}]


def test_a_test_that_passed_rules_out_a_mistake_that_must_fail_it():
    assert _names("a", _suspect("wider", "ab", "a")) == []


def test_a_wrong_test_that_nothing_explains_leaves_its_function_without_a_name():
    some = _suspect("some of it", "ab")
    assert _names("abc", some) == []
    assert _names("abc", some, functions={"c": "g"}) == [{"some of it"}]
    assert _names("abc", some, functions={"b": "g"}) == []
    assert _names("abcd", some, _suspect("more", "d"), functions={"c": "g", "d": "h"}) == [{"some of it", "more"}]


def test_a_function_has_no_name_where_nothing_explains_another_that_it_calls():
    functions = {"a": "train_one_epoch", "b": "segmentation_loss"}
    assert _names("ab", _suspect("in the loop", "a"), functions=functions) == []
    assert _names("ab", _suspect("in the loss", "b"), functions=functions) == [{"in the loss"}]
    assert _names("ab", _suspect("in both", "ab"), functions=functions) == [{"in both"}]


def test_two_that_explain_equally_well_are_both_offered():
    assert _names("a", _suspect("one", "a"), _suspect("other", "a")) == [{"one"}, {"other"}]


def test_two_at_once_are_found_if_each_has_a_test_of_its_own():
    assert _names("abc", _suspect("one", "ac", "a"), _suspect("other", "bc", "b")) == [{"one", "other"}]
    assert _names("ac", _suspect("one", "ac", "a"), _suspect("other", "c", "")) == []


def test_six_at_once_are_found():
    assert _names("abcdef", *(_suspect(name, name) for name in "abcdef")) == [set("abcdef")]


def test_measurements_are_the_same_within_their_spread():
    def record(value, spread):
        return {"share": {"value": value, "spread": spread}}

    assert same(record(0.5, 0.1), record(0.55, 0.1))
    assert not same(record(0.5, 0.1), record(0.65, 0.1))
    assert same(record(np.array([1.0, np.nan]), 0.1), record(np.array([1.05, np.nan]), 0.1))
    assert not same(record("half", 0.0), record("none", 0.0))
    assert not same(record("half", 0.0), {**record("half", 0.0), **{"more": {"value": 1, "spread": 0.0}}})


def test_errors_are_the_same_by_kind_and_message():
    def record(kind, message):
        return {"exception": kind, "message": message}

    assert not same(record("ValueError", "crop of 57"), record("ValueError", "stack of 57"))
    assert not same(record("ValueError", [True, False]), record("ValueError", [True, True]))
    assert same(record("FileNotFoundError", "x_1.png"), record("FileNotFoundError", ""))


def test_both_of_two_are_told_and_kept():
    one, other = Mistake("1-a", "a is wrong", "Is a right?"), Mistake("1-b", "b is wrong", "Is b right?")
    outcome = Outcome("test_part1_ppm/test_x", WRONG, 0.0, 1.0, "It works.").with_mistakes([one, other])
    assert Outcome.from_json(outcome.as_json()) == outcome
    assert outcome.named == Mistake(
        "1-a or 1-b",
        "one of these two: a is wrong; or: b is wrong",
        "If it is the first: Is a right? If it is the second: Is b right?",
    )
    (cause,) = find_causes([outcome])
    assert cause.wrong == outcome.named.wrong
    plain = Outcome("test_part1_ppm/test_x", PASSED, 1.0, 1.0, "It works.")
    assert Outcome.from_json(plain.as_json()) == plain
    assert plain.named is None
