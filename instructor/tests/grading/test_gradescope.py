"""Gradescope's autograder, in the platform's folders, as root in a container that allows no namespaces."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from instructor.platforms.requirements import locked_requirements
from instructor.release.leaks import solution_lines
from instructor.tests.grading.containers import run_in_container, skip_without_containers
from instructor.tests.grading.graders import command, write_parts
from proj4_code.given.parts import EVERYTHING
from proj4_unit_tests.harness.submission import KIT

AUTOGRADER = "instructor.platforms.gradescope.autograder"


@pytest.fixture(scope="module")
def autograder(tmp_path_factory, book):
    """The platform's folders, with the archive unpacked and its setup done."""
    skip_without_containers()
    root = tmp_path_factory.mktemp("gradescope")
    done = command("gradescope", root / "archive.zip", "--answers", book)
    assert done.returncode == 0, done.stderr
    autograder = root / "autograder"
    with zipfile.ZipFile(root / "archive.zip") as archive:
        archive.extractall(autograder / "source")
    autograder.chmod(0o755)
    shutil.copyfile(autograder / "source" / "run_autograder", autograder / "run_autograder")
    setup = run_in_container(autograder, "bash", "/autograder/source/setup.sh", PROJ4_PYTHON=sys.executable)
    assert setup.returncode == 0, setup.stderr
    return autograder


@pytest.fixture
def grade(autograder):
    def run(make):
        for name in ("submission", "results"):
            shutil.rmtree(autograder / name, ignore_errors=True)
        make(autograder / "submission")
        (autograder / "submission_metadata.json").write_text('{"id": 1}')
        done = run_in_container(autograder, "bash", "/autograder/run_autograder")
        assert done.returncode == 0, done.stderr
        return json.loads((autograder / "results" / "results.json").read_text())

    return run


def test_the_archive_holds_no_solution(autograder):
    with zipfile.ZipFile(autograder.parent / "archive.zip") as archive:
        names = archive.namelist()
        source = "\n".join(archive.read(name).decode() for name in names if name.endswith(".py"))
    assert not {"".join(line.split()) for line in source.splitlines()} & solution_lines()
    needed = {"setup.sh", "run_autograder", "answers.npz", "policy.toml", "requirements.txt", "constraints.txt"}
    assert needed <= set(names)
    assert not [name for name in names if "solution" in name or "catalogue" in name or "public_answers" in name]


# What is imported in the sandbox; parts may import all of the package.
IMPORTED_LATER = {
    "instructor/sandbox/confinement.py",
    "instructor/sandbox/server.py",
    "instructor/sandbox/namespaces.py",
    "instructor/sandbox/sweeping.py",
}


def test_the_archive_has_what_grading_imports_and_no_more_but_for_the_package(autograder):
    modules = ("conftest", "adapters", "harness.worker", *(part.tests for part in EVERYTHING))
    program = (
        f"import sys, json, importlib, {AUTOGRADER}\n"
        f"for name in {modules}: importlib.import_module('proj4_unit_tests.' + name)\n"
        "print(json.dumps([m.__file__ for m in [*sys.modules.values()] if getattr(m, '__file__', None)]))"
    )
    source = autograder / "source"
    command, environment = [sys.executable, "-P", "-B", "-c", program], {**os.environ, "PYTHONPATH": str(source)}
    done = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    imported = set(map(Path, json.loads(done.stdout)))
    assert not [path for path in imported if path.is_relative_to(KIT / "instructor")]
    unused = {path.relative_to(source).as_posix() for path in set(source.rglob("*.py")) - imported}
    assert {name for name in unused if not name.startswith("proj4_code/")} == IMPORTED_LATER


def test_the_archive_installs_the_locked_versions():
    files = locked_requirements()
    pins = [line.partition(" ; ")[0].partition("==") for line in files["constraints.txt"].splitlines()]
    assert all(separator == "==" and version for _, separator, version in pins)
    pinned = {name for name, _, _ in pins}
    wanted = [line for line in files["requirements.txt"].splitlines() if not line.startswith("--")]
    assert files["requirements.txt"].startswith("--constraint constraints.txt\n")
    assert {"torch", "torchvision", "numpy", "pytest", "safetensors"} <= set(wanted) <= pinned
    assert not {"jupyter", "distributed", "ruff"} & pinned


def test_the_reference_has_full_marks(grade):
    results = grade(write_parts)
    assert results["score"] == 100
    protections = results["extra_data"]["origin"]["protections"]
    assert protections[0].startswith("NOT ACTIVE: own namespaces")
    assert protections[1] == "an unprivileged user of its own"


def test_a_grade_from_the_archive_is_the_same_in_the_repository(tmp_path, autograder, grade, book):
    grade(lambda folder: write_parts(folder, "part1", "part5"))
    results = autograder / "results" / "results.json"
    upload = write_parts(tmp_path / "upload", "part1", "part5")
    done = command("replay", results, upload, "--answers", book)
    assert done.stdout == "the same grade: 22 points\n", done.stdout + done.stderr


def test_a_hostile_part_gains_nothing_and_the_others_keep_their_points(grade):
    def make(folder):
        write_parts(folder, "part1")
        (folder / "part5_iou.py").write_text(
            "import glob, os\n"
            "for path in ('/autograder/source/answers.npz', '/autograder/results/results.json'):\n"
            "    try:\n"
            "        open(path, 'r+')\n"
            "        print('GAINED')\n"
            "    except OSError: pass\n"
            "def mean_iou(matrix):\n"
            "    while True: pass\n"
        )

    results = grade(make)
    assert results["score"] == 12
    assert "GAINED" not in json.dumps(results)


def test_an_empty_submission_is_refused_with_a_message(grade):
    results = grade(lambda folder: folder.mkdir())
    assert results["score"] == 0
    assert "hand in part1_ppm.py" in results["output"]


def test_a_broken_archive_still_gives_valid_results(autograder, grade):
    book = autograder / "source" / "answers.npz"
    content = book.read_bytes()
    book.write_bytes(b"damaged")
    try:
        shutil.rmtree(autograder / "submission", ignore_errors=True)
        write_parts(autograder / "submission", "part5")
        run_in_container(autograder, "bash", "/autograder/run_autograder")
        results = json.loads((autograder / "results" / "results.json").read_text())
    finally:
        book.write_bytes(content)
    assert results["score"] == 0
    assert "your instructor has been told" in results["output"]
