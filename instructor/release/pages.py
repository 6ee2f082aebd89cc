"""The pages of the notebook of experiments, made from what the experiments say of themselves."""

import difflib
import json
from typing import Any

from proj4_code.given.explore.apparatus.experiment import Experiment
from proj4_code.given.explore.index import NAMES, load_experiment
from proj4_unit_tests.harness.submission import KIT

NOTEBOOK = KIT / "proj4_explore.ipynb"
LAST = "own-page-text"
"""Id of the cell before which the pages stand."""
PAGE_CELLS = ("question", "prediction", "run", "notes")
"""What the ids of a page's cells end in, after the experiment's name and "-page-"."""

Cell = dict[str, Any]


def page_of(experiment: Experiment) -> list[Cell]:
    """Make the cells of an experiment's page."""
    name = experiment.name
    needs = f"\n\nNeeds your part{'s' * (len(experiment.parts) > 1)} {', '.join(map(str, experiment.parts))}."
    question = f"## {experiment.title}\n\n{experiment.question.strip()}{needs if experiment.parts else ''}"
    prediction = f"**Predict first.** {experiment.prediction.strip()}\n\n*My prediction (double-click to write):*"
    settings = "".join(f", {option}={option.upper()}" for option in experiment.takes)
    call = f'run_experiment("{name}", QUICK{settings})'
    texts = (question, prediction, call, "*What differs from my prediction, and why:*")
    return [_cell(f"{name}-page-{part}", text, part == "run") for part, text in zip(PAGE_CELLS, texts, strict=True)]


def make_notebook(text: str) -> str:
    """Replace the pages in the text of a notebook; its other cells stay as they are.

    Raises:
        ValueError: if it lacks the cell before which the pages stand.
    """
    notebook = json.loads(text)
    cells = [cell for cell in notebook["cells"] if "-page-" not in cell["id"] or cell["id"] == LAST]
    ids = [cell["id"] for cell in cells]
    if LAST not in ids:
        raise ValueError(f"{NOTEBOOK.name} has no cell with the id {LAST}, before which the pages stand")
    pages = [cell for name in NAMES for cell in page_of(load_experiment(name))]
    cells[ids.index(LAST) : ids.index(LAST)] = pages
    return json.dumps({**notebook, "cells": cells}, indent=1, ensure_ascii=False) + "\n"


def write_pages() -> list[str]:
    """Write the notebook if its pages differ from what the experiments say; return its name if so."""
    text = NOTEBOOK.read_text(encoding="utf-8")
    made = make_notebook(text)
    if made == text:
        return []
    NOTEBOOK.write_text(made, encoding="utf-8", newline="\n")
    return [NOTEBOOK.name]


def pages_drift() -> str:
    """Compare the pages in the notebook with what the experiments say; return a unified diff, empty if they agree."""
    text = NOTEBOOK.read_text(encoding="utf-8")
    lines, made = text.splitlines(keepends=True), make_notebook(text).splitlines(keepends=True)
    return "".join(difflib.unified_diff(lines, made, NOTEBOOK.name, f"{NOTEBOOK.name} as released"))


def _cell(name: str, text: str, is_code: bool) -> Cell:
    source = text.splitlines(keepends=True)
    if is_code:
        return {
            "cell_type": "code",
            "execution_count": None,
            "id": name,
            "metadata": {},
            "outputs": [],
            "source": source,
        }
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}
