"""Running notebooks from their first cell to the last, and reading what came out."""

import os
import shutil
from pathlib import Path

import pytest

from proj4_unit_tests.submission import KIT, lay_over

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

LOCAL, COLAB = "proj4_local.ipynb", "proj4_colab.ipynb"
SETTINGS = {"PROJ4_QUICK": "1", "OMP_NUM_THREADS": "1"}  # tiny tensors are faster with one thread


def make_kit(submission: Path, folder: Path) -> Path:
    """Copy what a student has, with the parts of a submission."""
    lay_over(submission, folder)
    shutil.copytree(KIT / "proj4_unit_tests", folder / "proj4_unit_tests", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (LOCAL, COLAB, "setup.cfg", "zip_for_colab.py"):
        shutil.copyfile(KIT / name, folder / name)
    (folder / "docs").mkdir()
    return folder


def execute(notebook: Path, folder: Path, **environment: str):
    """Run all cells with a kernel in a folder; an error in a cell is an error here."""
    cells = nbformat.read(notebook, as_version=4)
    client = nbclient.NotebookClient(
        cells, timeout=300, resources={"metadata": {"path": str(folder)}}, store_widget_state=False
    )
    client.execute(env={**os.environ, **SETTINGS, **environment})
    return cells


def outputs(cells, cell: str | None = None) -> list:
    """Collect the outputs of all code cells, or of the one with an id."""
    chosen = [c for c in cells.cells if c.cell_type == "code" and cell in (None, c.id)]
    return [output for c in chosen for output in c.outputs]


def printed(cells, cell: str | None = None) -> str:
    """Join everything that is shown as text, by all cells or by the one with an id."""
    return "\n".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in outputs(cells, cell))


def warnings(cells) -> str:
    """Join what a notebook writes to stderr."""
    return "".join(output["text"] for output in outputs(cells) if output.get("name") == "stderr")


def pictures(cells, cell: str | None = None) -> int:
    """Count the pictures, of all cells or of the one with an id."""
    return sum("image/png" in output.get("data", {}) for output in outputs(cells, cell))
