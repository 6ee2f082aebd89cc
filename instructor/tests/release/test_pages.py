"""The notebook of experiments holds what the experiments say of themselves."""

import json
from dataclasses import replace

import pytest

from instructor.release import pages
from proj4_code.given.explore.index import NAMES, load_experiment


def test_the_pages_are_those_of_the_experiments() -> None:
    assert pages.pages_drift() == ""
    cells = json.loads(pages.NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    questions = [cell["id"] for cell in cells if cell["id"].endswith("-page-question")]
    assert questions == [f"{name}-page-question" for name in NAMES]
    assert cells[-1]["id"] == pages.LAST


def test_another_question_makes_another_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked_otherwise(name: str):
        return replace(load_experiment(name), question="What else?", parts=(4, 5))

    monkeypatch.setattr(pages, "load_experiment", asked_otherwise)
    assert '+    "What else?' in pages.pages_drift()
    assert '+    "Needs your parts 4, 5."' in pages.pages_drift()


def test_a_notebook_without_a_place_for_the_pages_is_refused() -> None:
    with pytest.raises(ValueError, match="no cell with the id own-page-text"):
        pages.make_notebook('{"cells": []}')
