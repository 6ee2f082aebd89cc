"""Gradescope's autograder, in the platform's folders, as root in a container that allows no namespaces."""

import json
import shutil
import sys
import zipfile

import pytest

from instructor.release.leaks import solution_lines
from instructor.tests.grading.containers import run_in_container, skip_without_containers
from instructor.tests.grading.graders import command, write_parts


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
    assert {"setup.sh", "run_autograder", "answers.npz", "policy.toml", "requirements.txt"} <= set(names)
    assert not [name for name in names if "solution" in name or "mistakes" in name or "public_answers" in name]


def test_the_reference_has_full_marks(grade):
    results = grade(write_parts)
    assert results["score"] == 100
    assert results["extra_data"]["protections"][0].startswith("NOT ACTIVE: own namespaces")
    assert results["extra_data"]["protections"][1] == "an unprivileged user of its own"


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
