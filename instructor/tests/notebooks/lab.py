"""A real JupyterLab in a headless Chromium, for the test of the local notebook."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proj4_unit_tests.harness.submission import KIT

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS_TO_START = 60
NOTEBOOK = "proj4_local.ipynb"
CELLS = sum(cell["cell_type"] == "code" for cell in json.loads((KIT / NOTEBOOK).read_text())["cells"])
MINUTE = 60_000  # milliseconds
RUNS = "Math.max(0, ...[...document.querySelectorAll('.jp-InputPrompt')].map(p => +p.innerText.match(/\\d+/)))"
"""JavaScript: the greatest number that stands in front of a cell."""


def find_browser() -> str | None:
    """Return the path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def jupyter_lab(folder: Path, home: Path, theme: str) -> Iterator[str]:
    """Run a JupyterLab in a folder.

    Args:
        folder: what it opens.
        home: keeps its settings.
        theme: "JupyterLab Light" or "JupyterLab Dark".

    Yields:
        Its address, where it can be opened without a password.
    """
    settings = {
        "apputils-extension/themes.jupyterlab-settings": {"theme": theme},
        "apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false", "checkForUpdates": False},
        "notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},  # all cells are in the page
    }
    for name, content in settings.items():
        path = home / "lab" / "@jupyterlab" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0"]
    options += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {
        "HOME": str(home),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "lab"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "PROJ4_QUICK": "1",
    }
    with (home / "lab.log").open("wb") as log:
        command = [sys.executable, "-m", "jupyter", "lab", *options]
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/api", server)
        yield f"{address}/lab/tree"
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str, server: subprocess.Popen) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address)
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise TimeoutError(f"JupyterLab did not answer at {address} (status {server.poll()})")


class Page:
    """The notebook's page."""

    def __init__(self, page) -> None:
        self.page = page

    def cell(self, text: str):
        """Find the code cell that holds a text."""
        return self.page.locator(".jp-CodeCell", has=self.page.locator(".jp-Editor", has_text=text)).first

    def run(self, text: str):
        """Run the code cell that holds a text, and wait until it has; return it."""
        cell = self.cell(text)
        cell.locator(".cm-content").click()
        before = self.runs()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(f"{RUNS} > {before}", timeout=MINUTE)
        return cell

    def run_all(self) -> None:
        """Run all cells from the menu, and wait until the last has run."""
        expected = self.runs() + CELLS
        self.page.get_by_text("(ipykernel) | Idle").wait_for(timeout=2 * MINUTE)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(f"{RUNS} >= {expected}", timeout=10 * MINUTE)

    def run_next(self, count: int) -> None:
        """Run the first code cells, from the top."""
        self.page.locator(".jp-MarkdownCell").first.click()
        for _ in range(count + 1):  # and the text above them
            self.page.keyboard.press("Shift+Enter")

    def runs(self) -> int:
        """Count the cells that the kernel has run."""
        return self.page.evaluate(RUNS)

    def picture(self, toy: str) -> tuple:
        """Find the cell of a toy and the picture in it."""
        cell = self.cell(toy)
        return cell, cell.locator(".proj4-picture img")


@contextmanager
def opened(folder: Path, home: Path, theme: str = "JupyterLab Light", width: int = 1280) -> Iterator[Page]:
    """Open the notebook of a kit in a JupyterLab with a theme."""
    from playwright.sync_api import sync_playwright

    with jupyter_lab(folder, home, theme) as address, sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=find_browser(), args=FLAGS)
        tab = chromium.new_page(viewport={"width": width, "height": 900})
        tab.goto(f"{address}/{NOTEBOOK}", timeout=2 * MINUTE)
        tab.locator(".jp-CodeCell").first.wait_for(timeout=2 * MINUTE)
        yield Page(tab)
        chromium.close()
