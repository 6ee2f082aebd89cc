"""The student kit: what is in it, that it gives nothing away, and that it works by itself."""

import io
import json
import os
import py_compile
import re
import zipfile

import pytest

from instructor.release.handout import handout_html
from instructor.release.kit import build_kit
from instructor.release.leaks import check_for_leaks
from instructor.release.skeletons import SOLUTION
from instructor.tests.warm import run_python
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """A student kit."""
    path = tmp_path_factory.mktemp("kit") / "kit.zip"
    build_kit(path)
    return path


def test_it_holds_what_students_need_and_nothing_else(kit):
    names = zipfile.ZipFile(kit).namelist()
    needed = {"README.md", "AGENTS.md", "docs/handout.md", "zip_for_colab.py", ".vscode/settings.json"}
    assert needed | {"pyproject.toml", "setup.cfg", "uv.lock", "environment.yml"} <= set(names)
    assert {f"proj4_code/{part.file}" for part in PARTS} < set(names)
    assert "proj4_unit_tests/public_answers.npz" in names
    assert not [name for name in names if name.startswith(("instructor", ".git", "runs", "data"))]
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    for name in names:
        if name.endswith(".ipynb"):
            notebook = json.loads(zipfile.ZipFile(kit).read(name))
            assert not any(cell.get("outputs") for cell in notebook["cells"])


def test_it_is_the_same_whenever_it_is_built(kit, tmp_path):
    build_kit(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == kit.read_bytes()


def test_its_readme_speaks_to_students(kit):
    readme = zipfile.ZipFile(kit).read("README.md").decode()
    assert "pytest proj4_unit_tests" in readme
    assert "make " not in readme
    assert "instructor/" not in readme


def test_it_asks_assistants_to_tutor_and_not_to_write_the_parts(kit):
    """The repository has no such page: who works on the assignment itself may use what they like."""
    asked = zipfile.ZipFile(kit).read("AGENTS.md").decode()
    assert "tutor" in asked
    assert f"{PARTS[0].file}` to `{PARTS[-1].file}" in asked
    for name in re.findall(r"`(docs/[\w.]+|proj4_\w+(?:/[\w.]+)?)`", asked):
        assert any(path == name or path.startswith(f"{name}/") for path in zipfile.ZipFile(kit).namelist()), name
    assert not (KIT / "AGENTS.md").exists()


def test_it_has_the_handout_as_one_page(kit):
    page = zipfile.ZipFile(kit).read("docs/handout.html").decode()
    assert page == handout_html()


def test_pictures_that_its_pages_show_are_in_it(kit):
    archive = zipfile.ZipFile(kit)
    for page in ("README.md", "docs/handout.md"):
        folder = page.rpartition("/")[0]
        for link in [part.split(")")[0] for part in archive.read(page).decode().split("](")[1:]]:
            if not link.startswith(("http", "#")):
                assert os.path.normpath(os.path.join(folder, link.split("#")[0])) in archive.namelist(), link  # noqa: PTH118


def _with(kit, name: str, content: bytes) -> io.BytesIO:
    archive = io.BytesIO(kit.read_bytes())
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr(name, content)
    return archive


SECRET = "x = 1\n        features = self.layer4(aux_features)\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("proj4_code/notes.py", SECRET),
        ("docs/hint.md", f"Try this:\n\n    {SECRET}"),
        ("proj4_unit_tests/spaces.py", SECRET.replace(" = ", "=")),
        ("extra.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": SECRET.splitlines(keepends=True)}]})),
    ],
)
def test_a_line_of_the_reference_is_found(kit, name, content):
    with pytest.raises(ValueError, match=rf"{name}:\d+ gives away a line of the reference: features"):
        check_for_leaks(_with(kit, name, content.encode()))


def test_compiled_files_and_archives_are_refused(kit, tmp_path):
    compiled = py_compile.compile(str(SOLUTION / "part1_ppm.py"), str(tmp_path / "part1_ppm.pyc"))
    for name in ("proj4_code/__pycache__/part1_ppm.cpython-311.pyc", "solution.zip", "proj4_code/part1_ppm.so"):
        with pytest.raises(ValueError, match=f"{name} does not belong in a student kit"):
            check_for_leaks(_with(kit, name, open(compiled, "rb").read()))  # noqa: SIM115, PTH123
    with pytest.raises(ValueError, match=r"instructor/solution/part1_ppm.py does not belong"):
        check_for_leaks(_with(kit, "instructor/solution/part1_ppm.py", b""))


def test_a_kit_with_a_leak_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr("instructor.release.kit._collect", lambda: {"proj4_code/part2.py": SECRET.encode()})
    with pytest.raises(ValueError, match="gives away"):
        build_kit(tmp_path / "kit.zip")
    assert list(tmp_path.iterdir()) == []


def test_its_first_steps_work_by_themselves(kit, tmp_path):
    """Unpacked in a path with spaces: the tests run, apart from this repository, and nothing is started."""
    folder = tmp_path / "my course" / "proj 4"
    zipfile.ZipFile(kit).extractall(folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = run_python("-m", "pytest", "proj4_unit_tests", cwd=folder, environment=environment)
    assert "0 of 100 points" in done.stdout
    assert "Next: write part 1 in proj4_code/part1_ppm.py" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
