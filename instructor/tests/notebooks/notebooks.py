"""Running the notebooks as students do: in a kernel, with the parts of a submission, on Colab or elsewhere."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import nbclient
import nbformat
from nbformat import NotebookNode

from instructor.tests.unit_tests.suites import write_kit
from proj4_unit_tests.harness.submission import KIT

LOCAL, COLAB, EXPLORE = "proj4_local.ipynb", "proj4_colab.ipynb", "proj4_explore.ipynb"
SETTINGS = {"PROJ4_QUICK": "1", "OMP_NUM_THREADS": "1"}  # tiny tensors are faster with one thread
FAKE_COLAB = """
import json, os, pathlib, shutil, sys, types

uploads = os.environ.get("FAKE_UPLOADS", "").split(os.pathsep)

def upload():
    if os.environ.get("FAKE_UPLOADS") == "fail":
        raise RuntimeError("TypeError: Cannot read properties of undefined (reading '_uploadFiles')")
    if not uploads[0]:
        return {}
    source = uploads.pop(0)
    uploads.append("")
    name = pathlib.Path(source).stem + " (1).zip"  # as Colab does when there is one of that name
    shutil.copyfile(source, name)
    return {name: b""}

def mount(path):
    if not os.environ.get("FAKE_DRIVE"):
        raise ValueError("mount failed")
    pathlib.Path(path).mkdir(exist_ok=True)
    if not pathlib.Path(path, "MyDrive").exists():
        pathlib.Path(path, "MyDrive").symlink_to(os.environ["FAKE_DRIVE"])

def blocking_request(what, timeout_sec):
    return {"ipynb": json.loads(pathlib.Path(os.environ["FAKE_NOTEBOOK"]).read_text())}

colab = types.ModuleType("google.colab")
colab.files = types.SimpleNamespace(upload=upload, download=lambda path: print("downloaded", path))
colab.drive = types.SimpleNamespace(mount=mount)
colab._message = types.SimpleNamespace(blocking_request=blocking_request)
google = types.ModuleType("google")
google.colab = colab
sys.modules.update({"google": google, "google.colab": colab})
"""


def make_kit(submission: Path, folder: Path) -> Path:
    """Copy what a student has, with the parts of a submission."""
    write_kit(submission, folder)
    for name in (LOCAL, COLAB, EXPLORE, "zip_for_colab.py"):
        shutil.copyfile(KIT / name, folder / name)
    (folder / "docs").mkdir()
    return folder


def colab_machine(folder: Path, uploads: list[Path], drive: Path | None, notebook: Path | None = None) -> dict:
    """Make an environment in which Python believes to be on Colab.

    Args:
        folder: for what makes it so; it is made.
        uploads: files that the student chooses, one at each request; then none any more.
        drive: the student's Drive; None if they do not allow it.
        notebook: what Colab says that the notebook is now.
    """
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(FAKE_COLAB)
    environment = {"PYTHONPATH": str(folder), "FAKE_UPLOADS": os.pathsep.join(map(str, uploads))}
    return environment | {"FAKE_DRIVE": str(drive or ""), "FAKE_NOTEBOOK": str(notebook or "")}


def execute(
    notebook: Path, folder: Path, environment: Mapping[str, str], seconds: int = 600, **changes: str
) -> NotebookNode:
    """Run all cells with a kernel in a folder; an error in a cell is an error here.

    Args:
        notebook: the file, which stays as it is.
        folder: where the kernel starts.
        environment: variables besides those that are set.
        seconds: that a cell may take.
        changes: text of the settings cell -> what stands there instead, as a student would edit it.
    """
    cells = nbformat.read(notebook, as_version=4)
    for name, value in changes.items():
        settings = source_of(cells, "settings")
        assert f"{name} = False" in settings.source
        settings.source = settings.source.replace(f"{name} = False", f"{name} = {value}")
    client = nbclient.NotebookClient(
        cells, timeout=seconds, resources={"metadata": {"path": str(folder)}}, store_widget_state=False
    )
    client.execute(env={**os.environ, "PYTHONPATH": "", **environment})
    return cells


def source_of(cells: NotebookNode, name: str) -> NotebookNode:
    """Find a cell by its id."""
    (cell,) = [cell for cell in cells.cells if cell.id == name]
    return cell


def outputs(cells: NotebookNode, name: str | None = None) -> list[NotebookNode]:
    """Collect the outputs of all cells, or of the one with an id."""
    chosen = [cell for cell in cells.cells if cell.cell_type == "code" and name in (None, cell.id)]
    return [output for cell in chosen for output in cell.outputs]


def printed(cells: NotebookNode, name: str | None = None) -> str:
    """Join everything that is shown as text, by all cells or by the one with an id."""
    shown = [(output.get("text", ""), output.get("data", {})) for output in outputs(cells, name)]
    return "\n".join(text or data.get("text/markdown", data.get("text/plain", "")) for text, data in shown)


def warnings(cells: NotebookNode) -> str:
    """Join what a notebook writes to stderr."""
    return "".join(output["text"] for output in outputs(cells) if output.get("name") == "stderr")


def pictures(cells: NotebookNode, name: str | None = None) -> int:
    """Count the pictures, of all cells or of the one with an id."""
    shown = [output.get("data", {}) for output in outputs(cells, name)]
    return sum("image/png" in data or 'class="proj4-picture"' in data.get("text/html", "") for data in shown)
