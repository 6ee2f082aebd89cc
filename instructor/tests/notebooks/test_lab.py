"""The local notebook in a real JupyterLab: a part is filled in, tested, a slider moved, in both themes."""

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from instructor.release.kit import build_kit
from instructor.release.skeletons import SOLUTION
from instructor.tests.notebooks.lab import FLAGS, find_browser, jupyter_lab
from proj4_code.given.notebooks.lessons.drawing import DOTS, SMALL, WIDTH
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """What a student unpacks: a kit of skeletons."""
    build_kit(tmp_path / "kit.zip")
    with zipfile.ZipFile(tmp_path / "kit.zip") as archive:
        archive.extractall(tmp_path / "kit of a student")
    return tmp_path / "kit of a student"


@pytest.fixture
def browser() -> Iterator:
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium is installed")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


def errors_in(page) -> list[str]:
    """Collect what is red on the page: tracebacks and what was written to stderr."""
    kinds = ("application/vnd.jupyter.stderr", "application/vnd.jupyter.error")
    return [text for kind in kinds for text in page.locator(f"[data-mime-type='{kind}']").all_inner_texts()]


@pytest.mark.deep
@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_a_student_writes_a_part_and_moves_a_slider(kit: Path, browser, theme: str, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    name = theme.split()[1].lower()
    with jupyter_lab(kit, tmp_path / "home", theme) as address:
        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        tab.goto(f"{address}/{NOTEBOOK}", timeout=2 * MINUTE)
        tab.locator(".jp-CodeCell").first.wait_for(timeout=2 * MINUTE)
        notebook = Page(tab)
        notebook.run_all()
        assert errors_in(tab) == []
        assert "part 1 is not written yet" in notebook.cell("from proj4_code.part1_ppm").inner_text()
        assert "0 of 12 points" in notebook.cell('run_tests("part1")').inner_text()

        shutil.copyfile(SOLUTION / "part1_ppm.py", kit / "proj4_code" / "part1_ppm.py")
        assert "12 of 12 points" in notebook.run('run_tests("part1")').inner_text()
        shown = notebook.run("from proj4_code.part1_ppm")
        assert "became (15, 241, 321)" in shown.inner_text()

        toy = notebook.cell("pooling.play_with_bins")
        before = toy.locator("img").get_attribute("src")
        toy.locator(".noUi-handle").first.focus()
        tab.keyboard.press("ArrowRight")
        playwright.expect(toy.locator("img")).not_to_have_attribute("src", before, timeout=MINUTE)
        assert toy.locator(".widget-readout").first.inner_text() == "2"

        for part in PARTS:
            shutil.copyfile(SOLUTION / part.file, kit / "proj4_code" / part.file)
        notebook.run_all()
        assert errors_in(tab) == []
        assert "100 of 100 points" in notebook.cell("run_tests()").inner_text()
        for width in (1280, 768):
            tab.set_viewport_size({"width": width, "height": 900})
            if width == 768:
                tab.keyboard.press("Control+b")  # without the list of files
            notebook.keep(f"{name}-{width}")
            widths = [image.bounding_box()["width"] for image in tab.locator(".jp-OutputArea-output img").all()]
            assert min(widths) * SMALL / (WIDTH * DOTS) >= 9, "letters are smaller than 9 points"
        tab.close()
