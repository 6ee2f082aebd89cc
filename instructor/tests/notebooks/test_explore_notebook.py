"""The notebook of experiments: on skeletons and on the reference, from its first cell to its last."""

import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from instructor.release.pages import page_of
from instructor.release.skeletons import SKELETONS, SOLUTION
from instructor.tests.notebooks.notebooks import (
    EXPLORE,
    SETTINGS,
    execute,
    make_kit,
    outputs,
    pictures,
    printed,
    warnings,
)
from proj4_code.given.explore.index import NAMES, load_experiment
from proj4_code.given.notebooks import experiments

STOPPED = SimpleNamespace(status=1, failure={})
ALONE = [name for name in NAMES if not load_experiment(name).parts]
"""Experiments that need no part of the student's."""


def test_on_skeletons_it_shows_what_it_can_and_says_which_parts_are_missing(tmp_path: Path) -> None:
    kit = make_kit(SKELETONS, tmp_path / "semester 5")
    cells = execute(kit / EXPLORE, kit / "docs", SETTINGS)
    for name in NAMES:
        experiment = load_experiment(name)
        if experiment.parts:
            (card,) = [output["data"]["text/html"] for output in outputs(cells, f"{name}-page-run")]
            assert "proj4-card" in card
            assert f"part {experiment.parts[0]} is not written yet" in card
        else:
            shown = printed(cells, f"{name}-page-run")
            assert "What to conclude." in shown
            assert "| --- |" in shown
            assert pictures(cells, f"{name}-page-run") >= 1
    assert len(ALONE) >= 2
    assert not warnings(cells)


def test_a_folder_that_holds_rows_of_other_parts_is_explained(tmp_path: Path) -> None:
    kit = make_kit(SKELETONS, tmp_path / "kit")
    out = kit / "runs" / "explore" / f"{ALONE[0]}-quickest"
    out.mkdir(parents=True)
    (out / "settings.json").write_text('{"parts": {"part1_ppm.py": "0"}}')
    notebook = kit / EXPLORE
    for name in (name for name in NAMES if name != ALONE[0]):
        notebook.write_text(notebook.read_text(encoding="utf-8").replace(f'run_experiment("{name}"', "print("), "utf-8")
    shown = printed(execute(notebook, kit, SETTINGS), f"{ALONE[0]}-page-run")
    assert "here: add again=True to the call" in shown


@pytest.mark.parametrize("name", NAMES)
def test_a_page_passes_on_the_settings_that_its_experiment_takes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple] = []
    monkeypatch.setattr(experiments, "KIT", make_kit(SOLUTION, tmp_path / "kit"))
    monkeypatch.setattr(experiments, "run_program", lambda *options, watch: asked.append(options) or STOPPED)
    given = {"data": "data/camvid", "pairs": "my pairs", "weights": "resnet18.pth"}
    settings = {option.upper(): value for option, value in given.items()}
    call = page_of(load_experiment(name))[2]["source"]
    exec("".join(call), {"run_experiment": experiments.run_experiment, "QUICK": True, **settings})
    ((_, _, *options),) = asked
    assert options[3:] == [word for taken in load_experiment(name).takes for word in (f"--{taken}", given[taken])]


@pytest.mark.deep
def test_in_quick_form_every_page_of_the_reference_has_a_result(tmp_path: Path) -> None:
    kit = make_kit(SOLUTION, tmp_path / "kit")
    shutil.rmtree(kit / "runs", ignore_errors=True)
    began = time.perf_counter()
    cells = execute(kit / EXPLORE, kit, {})
    print(f"the whole notebook in quick form: {time.perf_counter() - began:.0f} s")
    for name in NAMES:
        assert "What to conclude." in printed(cells, f"{name}-page-run"), name
        assert "as the lecture says" in printed(cells, f"{name}-page-run"), name
    assert not warnings(cells)
