"""The local notebook from start to end: on skeletons, on the reference, and on a half-done submission."""

import json
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from nbformat import NotebookNode

from instructor.release.skeletons import SKELETONS, SOLUTION
from instructor.rubric import POINTS
from instructor.tests.notebooks.lab import find_browser
from instructor.tests.notebooks.notebooks import (
    LOCAL,
    SETTINGS,
    execute,
    make_kit,
    outputs,
    pictures,
    printed,
    warnings,
)
from instructor.tests.notebooks.previews import names
from instructor.tests.pages.screens import browser, faults, open_page, too_wide
from proj4_code.given.notebooks.cells import PREVIEWS
from proj4_code.given.notebooks.export import to_html
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT

ALL = f"{sum(POINTS.values()):g}"
TOYS = (
    *("part1-play", "part2-play", "part3-play", "part3-size", "part4-play", "part4-augmentation"),
    *("part5-play", "part6-play"),
)
DEMONSTRATIONS = (
    *("part1-demo", "part2-network", "part2-field", "part3-demo", "part4-demo", "part4-views"),
    *("part5-demo", "part5-wrong", "part6-demo", "training"),
)
LINES = 13  # of a cell: students should see text, pictures and their own code


def half_done(folder: Path) -> Path:
    """Make a submission in which each part is at another state."""
    shutil.copytree(SOLUTION, folder)
    shutil.copyfile(SKELETONS / PARTS[2].file, folder / PARTS[2].file)
    edits = {
        PARTS[3].file: ("def encode_labels(", "def encode_labels(("),
        PARTS[4].file: ("reshape(num_classes, num_classes)", "reshape(num_classes, num_classes).T"),
        PARTS[5].file: ("import torch\n", "import torch\nimport torche\n"),
    }
    for name, (right, wrong) in edits.items():
        source = (folder / name).read_text(encoding="utf-8")
        assert right in source
        (folder / name).write_text(source.replace(right, wrong, 1), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Callable:
    """Run the notebook on a submission, once for all tests: `executed(name)`."""
    folder = tmp_path_factory.mktemp("semester 5")
    submissions = {"skeletons": SKELETONS, "reference": SOLUTION, "half done": half_done(folder / "parts")}

    @cache
    def run(name: str) -> NotebookNode:
        kit = make_kit(submissions[name], folder / name)
        return execute(kit / LOCAL, kit / "docs" if name == "skeletons" else kit, SETTINGS)

    return run


def test_its_cells_are_short() -> None:
    cells = json.loads((KIT / LOCAL).read_text(encoding="utf-8"))["cells"]
    assert max(len(cell["source"]) for cell in cells if cell["cell_type"] == "code") <= LINES


def test_on_skeletons_all_toys_work_and_every_part_is_not_started(executed: Callable) -> None:
    cells = executed("skeletons")
    text = printed(cells)
    assert all(f"part {number} is not written yet" in text for number in (1, 2, 4, 5, 6))
    assert f"0 of {ALL} points" in text
    assert not re.search(r"One (mistake|error|wrong)", text)
    assert "does not work yet" not in text
    assert not warnings(cells)
    assert [pictures(cells, toy) for toy in TOYS] == [1] * len(TOYS)
    cards = [output["data"]["text/html"] for name in DEMONSTRATIONS for output in outputs(cells, name)]
    assert all(
        re.search(r"Appears when <code>\w+</code> in <a href=\"proj4_code/part\d_\w+\.py\">", card) for card in cards
    )
    assert all("data:image/webp;base64," in card for card in cards)


def test_every_demonstration_has_a_preview() -> None:
    assert names() == list(DEMONSTRATIONS)
    assert {path.stem for path in PREVIEWS.iterdir()} == set(names())


def test_on_the_reference_everything_is_right_and_shown(executed: Callable) -> None:
    cells = executed("reference")
    text = printed(cells)
    assert f"{ALL} of {ALL} points" in text
    assert text.count("yet") == printed(cells, "report").count("No report yet: ") == 1  # it was never saved
    assert "✗" not in text
    assert "0 pixels differ" in text
    assert not warnings(cells)
    assert [pictures(cells, cell) for cell in (*TOYS, *DEMONSTRATIONS)] == [1] * len((*TOYS, *DEMONSTRATIONS))


@pytest.mark.deep
def test_on_a_half_done_submission_each_part_says_in_a_line_how_it_is(executed: Callable) -> None:
    cells = executed("half done")
    assert "12 of  12 points" in printed(cells, "part1-tests")
    assert pictures(cells, "part2-field") == 1
    assert printed(cells, "part3-demo").splitlines() == ["part 3 is not written yet"]
    (line,) = printed(cells, "part4-demo").splitlines()
    assert line.startswith("part 4 does not work yet: SyntaxError")
    assert "proj4_code/part4_camvid.py, line " in line
    assert re.search(r"One mistake, [\d.]+ points: rows are the prediction", printed(cells, "part5-tests"))
    assert pictures(cells, "part5-demo") == 1
    (line,) = printed(cells, "part6-demo").splitlines()
    assert line.startswith("part 6 does not work yet: ModuleNotFoundError")
    assert "is not written" in printed(cells, "training") or "does not work" in printed(cells, "training")
    assert not warnings(cells)


def test_a_page_without_a_kernel_keeps_every_picture(executed: Callable) -> None:
    nbconvert = pytest.importorskip("nbconvert")
    page, _ = nbconvert.HTMLExporter().from_notebook_node(executed("reference"))
    assert page.count("<img") == len((*TOYS, *DEMONSTRATIONS)) + 1  # and the frame
    assert len(re.findall(r'<img alt="[^"]{12,}"', page)) == page.count("<img")
    assert page.count("(Sliders, where the notebook runs.)") == len(TOYS) + 5
    assert "application/vnd.jupyter.widget-view+json" not in page.split("</head>")[1]


@pytest.mark.parametrize("name", ["skeletons", pytest.param("half done", marks=pytest.mark.deep)])
@pytest.mark.skipif(not find_browser(), reason="no Chromium")
def test_the_exported_page_fits_its_screen_and_has_no_serious_fault(
    executed: Callable, name: str, tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_text(to_html(executed(name), "page", tmp_path), encoding="utf-8")
    with browser() as chromium:
        for width, scheme in ((400, "light"), (1280, "light"), (1280, "dark")):
            page = open_page(chromium, path, width, scheme)
            assert not too_wide(page), width
            assert faults(page) == [], (width, scheme)
            page.close()


@pytest.mark.deep
def test_at_full_length_the_network_learns(tmp_path: Path) -> None:
    kit = make_kit(SOLUTION, tmp_path / "kit")
    cells = execute(kit / LOCAL, kit, {})
    assert printed(cells, "training").startswith("16 of 16 epochs in ")
    assert float(re.search(r"pixel accuracy (0\.\d+)", printed(cells, "training"))[1]) > 0.5
    assert not warnings(cells)
