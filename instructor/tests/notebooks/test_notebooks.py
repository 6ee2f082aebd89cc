"""Tests of what holds for all notebooks."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from instructor.release.leaks import check_for_leaks
from instructor.tests.notebooks.notebooks import COLAB, EXPLORE, LOCAL, source_of
from proj4_unit_tests.harness.submission import KIT


@pytest.mark.parametrize("name", [LOCAL, COLAB, EXPLORE])
def test_a_notebook_is_valid_and_holds_no_output(name: str) -> None:
    cells = nbformat.read(KIT / name, as_version=4)
    nbformat.validate(cells)
    assert cells.metadata.kernelspec == {"display_name": "Python 3", "language": "python", "name": "python3"}
    for cell in cells.cells:
        assert cell.cell_type == "markdown" or (cell.outputs, cell.execution_count) == ([], None)


@pytest.mark.parametrize("name", [LOCAL, COLAB, EXPLORE])
def test_a_notebook_gives_nothing_of_the_reference_away(name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(KIT / name, name)
    check_for_leaks(buffer)


@pytest.mark.parametrize(("name", "cell"), [(LOCAL, "setup"), (COLAB, "code"), (EXPLORE, "setup")])
def test_outside_the_kit_a_notebook_says_what_is_missing(name: str, cell: str, tmp_path: Path) -> None:
    lines = source_of(nbformat.read(KIT / name, as_version=4), cell).source.splitlines()
    before = ["import os, sys", "from pathlib import Path", "IN_COLAB = False", "class SetupError(Exception): pass"]
    source = "\n".join([*before, *(line for line in lines if not line.startswith("%"))])
    ended = subprocess.run([sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True)
    assert f"Error: There is no folder proj4_code in {tmp_path}" in ended.stderr.splitlines()[-1]


def test_progress_bars_leave_their_last_state() -> None:
    from proj4_code.given.notebooks.programs import on_screen

    assert on_screen("one\n\r  0%\r 50%\r      \rtwo\n\r100%\r\n") == "one\ntwo\n100%"
