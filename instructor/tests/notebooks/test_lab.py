"""The local notebook in a real JupyterLab, in both themes: a part is written, a slider moved, a picture dragged."""

import re
import shutil
import zipfile
from pathlib import Path

import pytest

from instructor.release.kit import build_kit
from instructor.release.skeletons import SOLUTION
from instructor.tests.notebooks.lab import MINUTE, find_browser, opened
from proj4_code.given.notebooks.lessons.drawing import DOTS, SMALL, WIDTH
from proj4_code.given.parts import PARTS

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """What a student unpacks: a kit of skeletons."""
    build_kit(tmp_path / "kit.zip")
    with zipfile.ZipFile(tmp_path / "kit.zip") as archive:
        archive.extractall(tmp_path / "kit of a student")
    return tmp_path / "kit of a student"


def errors_in(page) -> list[str]:
    """Collect what is red on the page: tracebacks and what was written to stderr."""
    kinds = ("application/vnd.jupyter.stderr", "application/vnd.jupyter.error")
    return [text for kind in kinds for text in page.locator(f"[data-mime-type='{kind}']").all_inner_texts()]


@pytest.mark.deep
@pytest.mark.skipif(find_browser() is None, reason="no Chromium is installed")
@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_a_student_writes_a_part_moves_a_slider_and_drags_a_picture(kit: Path, theme: str, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with opened(kit, tmp_path / "home", theme) as notebook:
        tab = notebook.page
        notebook.run_all()
        assert errors_in(tab) == []
        demonstration = notebook.cell("from proj4_code.part1_ppm").locator(".proj4-card")
        assert demonstration.inner_text().startswith("Appears when PPM in part1_ppm.py works.")
        assert "part 1 is not written yet" in demonstration.inner_text()
        assert "0 of 12 points" in notebook.cell('run_tests("part1")').inner_text()

        shutil.copyfile(SOLUTION / "part1_ppm.py", kit / "proj4_code" / "part1_ppm.py")
        assert "12 of 12 points" in notebook.run('run_tests("part1")').inner_text()
        shown = notebook.run("from proj4_code.part1_ppm")
        assert "became (15, 241, 321)" in shown.inner_text()

        toy = notebook.cell("pooling.play_with_bins")
        image = toy.locator(".proj4-picture img")
        before = image.get_attribute("src")
        slider = toy.get_by_role("slider", name="1×1 becomes")
        slider.focus()
        tab.keyboard.press("ArrowRight")
        playwright.expect(image).not_to_have_attribute("src", before, timeout=MINUTE)
        assert slider.get_attribute("aria-valuenow") == "2.0"

        rows = toy.get_by_role("slider", name="row")
        assert rows.get_attribute("aria-valuenow") == "22.0"
        toy.locator(".proj4-picture i").first.drag_to(image, target_position={"x": 30, "y": 30}, timeout=MINUTE)
        playwright.expect(rows).not_to_have_attribute("aria-valuenow", "22.0", timeout=MINUTE)
        playwright.expect(image).to_have_attribute("src", re.compile("^data:"), timeout=MINUTE)

        for part in PARTS:
            shutil.copyfile(SOLUTION / part.file, kit / "proj4_code" / part.file)
        notebook.run_all()
        assert errors_in(tab) == []
        assert "100 of 100 points" in notebook.cell("run_tests()").inner_text()
        described = [picture.get_attribute("alt") for picture in tab.locator(".jp-OutputArea-output img").all()]
        assert len(described) >= 19
        assert all(described)
        for width in (1280, 768):
            tab.set_viewport_size({"width": width, "height": 900})
            if width == 768:
                tab.keyboard.press("Control+b")  # without the list of files
            widths = [image.bounding_box()["width"] for image in tab.locator(".proj4-picture img").all()]
            assert min(widths) * SMALL / (WIDTH * DOTS) >= 9, "letters are smaller than 9 points"
