"""Tests of the notebooks: they are clean, and they run from start to end, with skeletons and with the reference."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from instructor.release.leaks import check_for_leaks
from instructor.release.skeletons import SOLUTION
from proj4_unit_tests.rubric import POINTS
from proj4_unit_tests.submission import KIT, lay_over

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

LOCAL = "proj4_local.ipynb"
SKELETONS = KIT / "proj4_code"
SETTINGS = {"PROJ4_QUICK": "1", "OMP_NUM_THREADS": "1"}  # tiny tensors are faster with one thread


def make_kit(submission: Path, folder: Path) -> Path:
    """Copy what a student has, with the parts of a submission."""
    lay_over(submission, folder)
    shutil.copytree(KIT / "proj4_unit_tests", folder / "proj4_unit_tests", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (LOCAL, "setup.cfg"):
        shutil.copyfile(KIT / name, folder / name)
    (folder / "docs").mkdir()
    return folder


def execute(notebook: Path, folder: Path, **environment: str):
    """Run all cells with a kernel in a folder; an error in a cell is an error here."""
    cells = nbformat.read(notebook, as_version=4)
    client = nbclient.NotebookClient(cells, timeout=300, resources={"metadata": {"path": str(folder)}})
    client.execute(env={**os.environ, **SETTINGS, **environment})
    return cells


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("semester 5")


@pytest.fixture(scope="module")
def executed(folder: Path) -> Callable:
    """Run the notebook with both kinds of parts, two at a time; `executed(name)` waits for one of them."""
    skeletons, reference = make_kit(SKELETONS, folder / "skeletons"), make_kit(SOLUTION, folder / "reference")
    with ThreadPoolExecutor(max_workers=2) as pool:
        runs: dict[str, Future] = {
            "local, skeletons": pool.submit(execute, skeletons / LOCAL, skeletons / "docs"),
            "local, reference": pool.submit(execute, reference / LOCAL, reference),
        }
        yield lambda name: runs[name].result()


def printed(cells) -> str:
    """Join everything that a notebook shows as text."""
    outputs = [output for cell in cells.cells if cell.cell_type == "code" for output in cell.outputs]
    return "\n".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in outputs)


def warnings(cells) -> str:
    """Join what a notebook writes to stderr."""
    outputs = [output for cell in cells.cells if cell.cell_type == "code" for output in cell.outputs]
    return "".join(output["text"] for output in outputs if output.get("name") == "stderr")


def pictures(cells) -> int:
    """Count the pictures in a notebook."""
    outputs = [output for cell in cells.cells if cell.cell_type == "code" for output in cell.outputs]
    return sum("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("name", [LOCAL])
def test_a_notebook_is_valid_and_holds_no_output(name: str) -> None:
    cells = nbformat.read(KIT / name, as_version=4)
    nbformat.validate(cells)
    assert cells.metadata.kernelspec == {"display_name": "Python 3", "language": "python", "name": "python3"}
    for cell in cells.cells:
        assert cell.cell_type == "markdown" or (cell.outputs, cell.execution_count) == ([], None)


@pytest.mark.parametrize("name", [LOCAL])
def test_a_notebook_gives_nothing_of_the_reference_away(name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(KIT / name, name)
    check_for_leaks(buffer)


@pytest.mark.parametrize(("name", "cell"), [(LOCAL, "setup")])
def test_outside_the_kit_a_notebook_says_what_is_missing(name: str, cell: str, tmp_path: Path) -> None:
    (cell,) = [c for c in nbformat.read(KIT / name, as_version=4).cells if c.id == cell]
    lines = [line for line in cell.source.splitlines() if not line.startswith("%")]
    source = "\n".join(["import os, sys", "IN_COLAB = False", *lines])
    ended = subprocess.run([sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True)
    assert ended.stderr.splitlines()[-1].startswith(f"FileNotFoundError: There is no folder proj4_code in {tmp_path}")


def test_the_local_notebook_runs_with_skeletons(executed: Callable) -> None:
    cells = executed("local, skeletons")
    text = printed(cells)
    assert all(f"part {number} is not written yet" in text for number in (1, 2, 4, 5, 6))
    assert f"0 of {sum(POINTS.values()):g} points" in text
    assert "✗ wrong" not in text
    assert "does not work" not in text
    assert not warnings(cells)


def test_the_local_notebook_runs_with_the_reference(executed: Callable) -> None:
    cells = executed("local, reference")
    text = printed(cells)
    total = f"{sum(POINTS.values()):g}"
    assert f"{total} of {total} points" in text
    assert "yet" not in text
    assert pictures(cells) >= 10
    assert not warnings(cells)


def test_a_demonstration_says_in_a_line_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from proj4_code.given.notebook import demonstration

    sources = {
        "part1_ppm.py": "raise NotImplementedError('TODO: part 1, make the branches')",
        "part2_dilated_resnet.py": "\nx = 1 / 0",
        "part3_pspnet.py": "\n\ndef f(:",
    }
    for name, source in sources.items():
        with demonstration():
            exec(compile(source, str(tmp_path / name), "exec"))
    with demonstration():
        _ = [][0]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "part 1 is not written yet"
    assert lines[1].startswith("part 2 does not work yet: ZeroDivisionError")
    assert "proj4_code/part2_dilated_resnet.py, line 2" in lines[1]
    assert lines[2].startswith("part 3 does not work yet: SyntaxError")
    assert "line 3" in lines[2]
    assert lines[3].startswith("this does not work yet: IndexError")


def test_progress_bars_leave_their_last_state() -> None:
    from proj4_code.given.notebook import on_screen

    assert on_screen("one\n\r  0%\r 50%\r      \rtwo\n\r100%\r\n") == "one\ntwo\n100%"
