"""Tests of the notebooks: they are clean, and the one for Colab runs from start to end."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from instructor.release.leaks import check_for_leaks
from instructor.release.skeletons import SOLUTION
from instructor.tests.notebook_runs import COLAB, LOCAL, execute, make_kit, pictures, printed, warnings
from proj4_unit_tests.rubric import PARTS
from proj4_unit_tests.submission import KIT

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")

SKELETONS = KIT / "proj4_code"
FAKE_COLAB = """
import shutil, sys, types

def upload():
    shutil.copyfile("{archive}", "proj4_colab (1).zip")
    return {{"proj4_colab (1).zip": b""}}

colab = types.ModuleType("google.colab")
colab.files = types.SimpleNamespace(upload=upload, download=lambda path: print("downloaded", path))
google = types.ModuleType("google")
google.colab = colab
sys.modules.update({{"google": google, "google.colab": colab}})
"""


def execute_on_colab(folder: Path):
    """Run the Colab notebook in an empty folder of a machine that looks like Colab, with the reference's zip."""
    kit = make_kit(SOLUTION, folder / "at home")
    subprocess.run([sys.executable, kit / "zip_for_colab.py"], check=True, capture_output=True)
    python_path, content = folder / "modules", folder / "content"
    python_path.mkdir()
    content.mkdir()
    fake = FAKE_COLAB.format(archive=(kit / "proj4_colab.zip").as_posix())
    (python_path / "sitecustomize.py").write_text(fake)
    return execute(kit / COLAB, content, PYTHONPATH=str(python_path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("semester 5")


@pytest.fixture(scope="module")
def executed(folder: Path) -> Callable:
    """Run the Colab notebook with both kinds of parts at once; `executed(name)` waits for one of them."""
    skeletons = make_kit(SKELETONS, folder / "skeletons")
    with ThreadPoolExecutor(max_workers=2) as pool:
        runs: dict[str, Future] = {
            "colab, skeletons": pool.submit(execute, skeletons / COLAB, skeletons),
            "colab, reference": pool.submit(execute_on_colab, folder / "colab"),
        }
        yield lambda name: runs[name].result()


@pytest.mark.parametrize("name", [LOCAL, COLAB])
def test_a_notebook_is_valid_and_holds_no_output(name: str) -> None:
    cells = nbformat.read(KIT / name, as_version=4)
    nbformat.validate(cells)
    assert cells.metadata.kernelspec == {"display_name": "Python 3", "language": "python", "name": "python3"}
    for cell in cells.cells:
        assert cell.cell_type == "markdown" or (cell.outputs, cell.execution_count) == ([], None)


@pytest.mark.parametrize("name", [LOCAL, COLAB])
def test_a_notebook_gives_nothing_of_the_reference_away(name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(KIT / name, name)
    check_for_leaks(buffer)


@pytest.mark.parametrize(("name", "cell"), [(LOCAL, "setup"), (COLAB, "code")])
def test_outside_the_kit_a_notebook_says_what_is_missing(name: str, cell: str, tmp_path: Path) -> None:
    (cell,) = [c for c in nbformat.read(KIT / name, as_version=4).cells if c.id == cell]
    lines = [line for line in cell.source.splitlines() if not line.startswith("%")]
    source = "\n".join(["import os, sys", "IN_COLAB = False", *lines])
    ended = subprocess.run([sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True)
    assert ended.stderr.splitlines()[-1].startswith(f"FileNotFoundError: There is no folder proj4_code in {tmp_path}")


def test_the_colab_notebook_runs_with_skeletons(executed: Callable, folder: Path) -> None:
    cells = executed("colab, skeletons")
    assert "is not written yet" in printed(cells)
    assert "do not hand this in" in printed(cells)
    assert not warnings(cells)
    with zipfile.ZipFile(folder / "skeletons" / "proj4_results.zip") as archive:
        assert archive.namelist() == [f"proj4_code/{part.file}" for part in PARTS]


def test_the_colab_notebook_runs_on_colab_with_the_zip_alone(executed: Callable, folder: Path) -> None:
    cells = executed("colab, reference")
    text, kit = printed(cells), folder / "colab" / "content" / "proj4"
    assert f"Your code is in {kit}" in text
    assert "No GPU: choose Runtime > Change runtime type" in text or "GPU: " in text
    assert "not there" not in text
    assert f"downloaded {kit / 'proj4_results.zip'}" in text
    assert pictures(cells) == 5
    assert not warnings(cells)
    expected = {f"proj4_code/{part.file}" for part in PARTS}
    run_files = ("curves.png", "iou.png", "metrics.jsonl", "predictions.png", "settings.json")
    expected |= {f"run/{name}" for name in run_files}
    expected |= {f"run/test/{name}" for name in ("iou.png", "predictions.png", "scores.json")}
    expected.add("run/results.safetensors")
    with zipfile.ZipFile(kit / "proj4_results.zip") as archive:
        assert set(archive.namelist()) == expected


def test_progress_bars_leave_their_last_state() -> None:
    from proj4_code.given.notebook import on_screen

    assert on_screen("one\n\r  0%\r 50%\r      \rtwo\n\r100%\r\n") == "one\ntwo\n100%"
