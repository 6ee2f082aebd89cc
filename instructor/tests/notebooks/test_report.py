"""Tests of the report: an executed notebook as one page, with everything inside."""

import base64
import re
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from instructor.tests.training.samples import stopped
from proj4_code.given.files import png_bytes
from proj4_code.given.notebooks import export
from proj4_code.given.notebooks.export import WIDGET, export_this_notebook, find_browser, read_notebook, to_html
from proj4_code.given.report import main

new = nbformat.v4
PICTURE = png_bytes(Image.new("RGB", (3, 2), (1, 2, 3)))
ENCODED = base64.b64encode(PICTURE).decode()


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A saved notebook with a picture in its text, one in an output, a slider, and a cell whose source is hidden."""
    (tmp_path / "drawn.png").write_bytes(png_bytes(Image.new("RGB", (5, 4), (9, 9, 9))))
    slider = {WIDGET: {"model_id": "abc"}, "text/plain": "what the slider shows at first"}
    hidden = new.new_code_cell("secret_setup()", metadata={"jupyter": {"source_hidden": True}})
    cells = [
        new.new_markdown_cell("Look: ![drawn](drawn.png)"),
        new.new_code_cell("show()", outputs=[new.new_output("display_data", {"image/png": ENCODED})]),
        new.new_code_cell("slide()", outputs=[new.new_output("display_data", slider)]),
        hidden,
    ]
    path = tmp_path / "mine.ipynb"
    nbformat.write(new.new_notebook(cells=cells), path)
    return path


def test_all_pictures_are_inside(notebook: Path) -> None:
    page = to_html(read_notebook(notebook), "mine", notebook.parent)
    assert ENCODED in page
    sources = re.findall(r'src="([^"]*)"', page)
    assert len(sources) == 2
    assert all(source.startswith("data:image/") for source in sources)


def test_a_slider_is_replaced_by_what_it_shows(notebook: Path) -> None:
    page = to_html(read_notebook(notebook), "mine", notebook.parent)
    assert "what the slider shows at first" in page
    assert WIDGET not in page


def test_code_that_the_notebook_hides_is_left_out(notebook: Path) -> None:
    page = to_html(read_notebook(notebook), "mine", notebook.parent)
    assert "secret_setup" not in page
    assert "slide" in page


def test_the_command_writes_it_beside_the_notebook(
    notebook: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "find_browser", lambda: None)
    main([str(notebook)])
    assert notebook.with_suffix(".html").is_file()
    assert "No PDF, as there is no Chrome, Chromium or Edge here" in capsys.readouterr().out


def test_a_browser_makes_a_pdf(notebook: Path) -> None:
    if find_browser() is None:
        pytest.skip("no browser is installed")
    main([str(notebook)])
    assert notebook.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")


def test_a_browser_that_fails_costs_only_the_pdf(
    notebook: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "find_browser", lambda: "/bin/false")
    main([str(notebook)])
    assert notebook.with_suffix(".html").is_file()
    assert "No PDF: /bin/false did not print" in capsys.readouterr().out


def test_what_is_no_executed_notebook_is_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh, other = tmp_path / "fresh.ipynb", tmp_path / "other.ipynb"
    nbformat.write(new.new_notebook(cells=[new.new_code_cell("1 + 1")]), fresh)
    other.write_text("no notebook")
    assert "save it (Ctrl+S, on a Mac Cmd+S)" in stopped(main, capsys, fresh)
    assert "is not a valid notebook" in stopped(main, capsys, other)
    assert "is missing: give the path of a notebook" in stopped(main, capsys, tmp_path / "nowhere.ipynb")


def test_in_a_notebook_that_was_not_saved_it_says_how_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh, out = tmp_path / "fresh.ipynb", tmp_path / "runs" / "report.html"
    nbformat.write(new.new_notebook(cells=[new.new_code_cell("1 + 1")]), fresh)
    export_this_notebook(out, fresh)
    assert "No report yet" in capsys.readouterr().out
    assert not out.exists()
