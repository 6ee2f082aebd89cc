"""A notebook that was run, as one page: HTML with all pictures inside, and PDF where a browser is there."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_core.paths import jupyter_path
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from proj4_code.given.files import write_whole
from proj4_code.given.notebooks.output_area import PAPER

BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
PRINTING_SECONDS = 120
WIDGET = "application/vnd.jupyter.widget-view+json"
LAYOUT = """
:root { --jp-mirror-editor-number-color: #066a06; }
body { max-width: 980px; margin: 0 auto; padding: 1em; }
.jp-OutputArea-output img, .jp-RenderedHTMLCommon img { max-width: 100%; height: auto; }
.jp-OutputArea-output pre { white-space: pre-wrap; overflow-wrap: break-word; word-break: normal; }
.highlight { overflow-x: auto; }
.jp-RenderedHTMLCommon td, .jp-RenderedHTMLCommon th { white-space: normal; }
.jp-RenderedHTMLCommon p a, .jp-RenderedHTMLCommon li a { text-decoration: underline !important; }
.jp-InputPrompt, .jp-OutputPrompt { color: inherit !important; opacity: 1 !important; }
.proj4-picture i { display: none; }
@media screen and (max-width: 600px) { .jp-InputPrompt, .jp-OutputPrompt { display: none; } }
@media print {
  :not(img) { overflow: visible !important; max-height: none !important; }
  .jp-Cell, .jp-Cell-outputWrapper, .jp-OutputArea, .jp-OutputArea-child { display: block; break-inside: auto; }
  .jp-InputPrompt, .jp-OutputPrompt, .jp-Collapser { display: none; }
  .jp-OutputArea-output { width: auto; padding: 0; }
  .jp-RenderedHTMLCommon table { width: auto; max-width: 100%; margin-left: 0; }
  h1, h2, h3 { break-after: avoid; }
  .highlight pre { white-space: pre-wrap; }
  .proj4-picture img { width: auto; max-height: 9.5cm; }
  img, tr, li, dl, .jp-RenderedText, .highlight { break-inside: avoid; }
  .jp-CodeCell .jp-InputArea, .proj4 .total { break-after: avoid; }
}
"""


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook that was run and saved.

    Raises:
        FileNotFoundError: if it is not there.
        ValueError: if it is not a valid notebook, or has no output.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: give the path of a notebook")
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat may raise anything
        raise ValueError(f"{path} is not a valid notebook ({type(error).__name__})") from None
    if not any(cell.get("outputs") for cell in notebook.cells):
        raise ValueError(f"{path} holds no results: run it, save it (Ctrl+S, on a Mac Cmd+S), and try again")
    return notebook


def to_html(notebook: NotebookNode, title: str, folder: Path) -> str:
    """Turn a notebook into one page that needs no other file; its text shows pictures of the folder."""
    for cell in notebook.cells:
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata.transient = {"remove_source": True}
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(WIDGET, None)  # a slider is of no use on paper: what else it shows stays
    exporter = HTMLExporter(embed_images=True, require_js_url="", jquery_url="", theme="light")
    if not any("$" in cell.source for cell in notebook.cells if cell.cell_type == "markdown"):
        exporter.mathjax_url = ""
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title, "path": str(folder)}})
    page = page.replace('<div class="highlight', '<div tabindex="0" class="highlight')  # keys can scroll it
    style = f"<style>{LAYOUT}{_dark_theme()}</style></head>"
    return re.sub(r'<script src="">\s*</script>', "", page).replace("</head>", style, 1)


def _dark_theme() -> str:
    """Return rules for readers whose system is dark; none if this version of nbconvert keeps its themes elsewhere."""
    for folder in jupyter_path("nbconvert", "templates", "lab", "static"):
        if (theme := Path(folder, "theme-dark.css")).is_file():
            paper = f".proj4-picture img {{ filter: {PAPER} }}"
            return f"@media screen and (prefers-color-scheme: dark) {{ {theme.read_text(encoding='utf-8')} {paper} }}"
    return ""


def find_browser() -> str | None:
    """Find a browser that can print to PDF without a window."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def to_pdf(page: Path, out: Path, browser: str) -> None:
    """Print an HTML file to PDF.

    Raises:
        OSError: if the browser does not do it.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ["--headless", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={profile}"]
        if sys.platform == "linux":
            flags.append("--no-sandbox")  # a container allows no other; the page is the student's own
        command = [browser, *flags, f"--print-to-pdf={out.resolve()}", page.resolve().as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PRINTING_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise OSError(f"{browser} did not print {page} in {PRINTING_SECONDS} s") from None
    if done.returncode or not out.is_file():
        raise OSError(f"{browser} did not print {page}: {done.stderr.decode(errors='replace').strip()[-300:]}")


def write_report(notebook: NotebookNode, out: Path, folder: Path) -> None:
    """Write a notebook as HTML, and next to it as PDF if there is a browser; print what was written."""
    write_whole(out, to_html(notebook, out.stem, folder).encode())
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, all pictures inside")
    browser = find_browser()
    if browser is None:
        print("No PDF, as there is no Chrome, Chromium or Edge here: open the page, and print it to a file.")
        return
    try:
        to_pdf(out, out.with_suffix(".pdf"), browser)
        print(out.with_suffix(".pdf"))
    except OSError as error:
        print(f"No PDF: {error}")


def export_this_notebook(out: Path, file: Path) -> None:
    """Write the notebook that this is called from as HTML, or print how to do it; Colab has no file, and is asked."""
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        notebook = notebook_on_colab() if "google.colab" in sys.modules else read_notebook(file)
        write_report(notebook, out, file.parent)
    except Exception as error:  # nbconvert may raise anything, and the cells that follow matter more
        out.unlink(missing_ok=True)
        print(f"No report yet: {error}")


def notebook_on_colab() -> NotebookNode:
    """Ask the browser for the notebook as it shows it now.

    Raises:
        ValueError: if it does not answer.
    """
    try:
        from google.colab import _message  # not documented; there is no other way

        answer = _message.blocking_request("get_ipynb", timeout_sec=60)
        for cell in answer["ipynb"]["cells"]:
            cell.get("metadata", {}).pop("executionInfo", None)  # it holds the student's account and picture
        return nbformat.reads(json.dumps(answer["ipynb"]), as_version=4)
    except Exception as error:
        raise ValueError(
            f"Colab did not give the notebook ({type(error).__name__}): choose File > Download > Download .ipynb, and "
            "at home run: python -m proj4_code.given.report proj4_colab.ipynb"
        ) from None
