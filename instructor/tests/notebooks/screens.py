"""Keeps what the local notebook and its exported page look like: 400, 768 and 1280 pixels wide, light and dark.

`python -m instructor.tests.notebooks.screens OUT` runs the notebook in JupyterLab on parts of which one has a known
mistake and one is a skeleton, exports it, and writes PNG files of all screens, and the page's PDF.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from instructor.catalogue import MISTAKES
from instructor.release.skeletons import SKELETONS
from instructor.tests.notebooks.lab import FLAGS, NOTEBOOK, Page, find_browser, opened
from instructor.tests.notebooks.notebooks import make_kit
from proj4_code.given.notebooks.export import read_notebook, write_report

WIDTHS = (1280, 768, 400)
CHROME = 150  # pixels of JupyterLab's own above and below the notebook
MISTAKE, SKELETON = "1-corners", "part6_training.py"


def half_done(folder: Path) -> Path:
    """Make a kit whose part 1 has a mistake, and whose part 6 is not written."""
    mistake = next(edit for edit in MISTAKES if edit.name == MISTAKE)
    parts = mistake.write(folder / "parts")
    shutil.copy(SKELETONS / SKELETON, parts / SKELETON)
    return make_kit(parts, folder / "kit")


def keep_notebook(notebook: Page, theme: str, out: Path) -> None:
    """Keep the whole notebook at each width."""
    tab = notebook.page
    tab.keyboard.press("Control+b")  # without the list of files
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        tab.wait_for_timeout(1000)
        height = tab.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollHeight")
        tab.set_viewport_size({"width": width, "height": height + CHROME})
        tab.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0")
        tab.wait_for_timeout(1000)
        tab.screenshot(path=out / f"notebook-{theme}-{width}.png")


def keep_page(path: Path, out: Path) -> None:
    """Keep the exported page at each width, light and dark."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for theme in ("light", "dark"):
            tab = chromium.new_page(color_scheme=theme)
            tab.goto(path.as_uri())
            for width in WIDTHS:
                tab.set_viewport_size({"width": width, "height": 900})
                tab.screenshot(path=out / f"page-{theme}-{width}.png", full_page=True)
        chromium.close()


def main() -> None:
    """Write the screens."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        kit = half_done(Path(folder))
        for theme in ("dark", "light"):
            home = Path(folder) / theme
            home.mkdir()
            with opened(kit, home, f"JupyterLab {theme.title()}") as notebook:
                notebook.run_all()
                keep_notebook(notebook, theme, out)
                notebook.page.keyboard.press("Control+s")
                notebook.page.wait_for_timeout(5000)
        write_report(read_notebook(kit / NOTEBOOK), out / "page.html", kit)
    keep_page(out.resolve() / "page.html", out)


if __name__ == "__main__":
    main()
