"""Tests of the Colab notebook, on a machine that looks like Colab and elsewhere: from start to end, and its setup."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import nbformat
import pytest

import proj4_code
from instructor.grading.policy import read_policy
from instructor.grading.training.frames import read_truth
from instructor.grading.training.results import grade_training
from instructor.grading.upload import open_upload
from instructor.release.skeletons import SOLUTION
from instructor.sandbox.sandbox import Sandbox
from instructor.tests.notebooks.notebooks import (
    COLAB,
    SETTINGS,
    colab_machine,
    execute,
    make_kit,
    pictures,
    printed,
    source_of,
    warnings,
)
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT

SKELETONS = KIT / "proj4_code"
PART_NAMES = {f"proj4_code/{part.file}" for part in PARTS}
IN_A_RUN = {
    *(f"run/{name}" for name in ("curves.png", "iou.png", "metrics.jsonl", "predictions.png", "settings.json")),
    *(f"run/test/{name}" for name in ("iou.png", "predictions.png", "scores.json")),
    "run/report.html",
    "run/results.safetensors",
}


def half_done(folder: Path) -> Path:
    """Write the reference's parts with a misspelt name in the last one."""
    shutil.copytree(SOLUTION, folder)
    part = folder / PARTS[5].file
    source = part.read_text()
    assert source.count("optimizer.step()") == 1
    part.write_text(source.replace("optimizer.step()", "optimiser.step()"))
    return folder


def pack(kit: Path) -> Path:
    """Run `zip_for_colab.py` in a kit; return the zip."""
    subprocess.run([sys.executable, kit / "zip_for_colab.py"], check=True, capture_output=True)
    return kit / "proj4_colab.zip"


def saved_notebook(path: Path) -> Path:
    """Write a notebook as Colab gives it: old format, with an output and the student's account."""
    output = {"output_type": "stream", "name": "stdout", "text": ["a line that the report shows"]}
    cell = {"cell_type": "code", "execution_count": 1, "source": ["1 + 1"], "outputs": [output]}
    cell["metadata"] = {"executionInfo": {"user": {"displayName": "Ann Student"}}}
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": {}, "cells": [cell]}))
    return path


def on_colab(folder: Path):
    """Run the notebook in an empty folder of a machine that looks like Colab, with the reference's zip."""
    kit = make_kit(SOLUTION, folder / "at home")
    machine = colab_machine(folder / "modules", [pack(kit)], None, saved_notebook(folder / "now.ipynb"))
    content = folder / "content"
    content.mkdir()
    return execute(kit / COLAB, content, SETTINGS | machine)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("semester 5")


@pytest.fixture(scope="module")
def executed(folder: Path) -> Callable:
    """Run the notebook with three kinds of parts, two at a time; `executed(name)` waits for one of them."""
    skeletons = make_kit(SKELETONS, folder / "skeletons")
    half = make_kit(half_done(folder / "parts"), folder / "half done")
    (folder / "colab").mkdir()
    with ThreadPoolExecutor(max_workers=2) as pool:
        runs: dict[str, Future] = {
            "reference": pool.submit(on_colab, folder / "colab"),
            "half done": pool.submit(execute, half / COLAB, half, SETTINGS),
            "skeletons": pool.submit(execute, skeletons / COLAB, skeletons, SETTINGS),
        }
        yield lambda name: runs[name].result()


def test_it_is_of_the_version_of_the_kit() -> None:
    cell = source_of(nbformat.read(KIT / COLAB, as_version=4), "zip")
    assert f'VERSION = "{proj4_code.__version__}"' in cell.source


def test_it_runs_on_colab_with_the_zip_alone(executed: Callable, folder: Path) -> None:
    cells = executed("reference")
    text, kit = printed(cells), folder / "colab" / "content" / "proj4"
    assert f"Your code is in {kit}" in text
    assert "No GPU: choose Runtime > Change runtime type" in text or "GPU: " in text
    assert "Without Google Drive (mount failed)" in text
    assert "epoch 1 of 1  ·  loss" in text
    assert f"downloaded {kit / 'proj4_results.zip'}" in text
    assert "graded: your 6 parts" in text
    assert "graded: results.safetensors" in text
    assert pictures(cells) >= 5
    assert not warnings(cells)
    with zipfile.ZipFile(kit / "proj4_results.zip") as archive:
        assert set(archive.namelist()) >= PART_NAMES | IN_A_RUN
        report = archive.read("run/report.html").decode()
    assert "a line that the report shows" in report
    assert "Ann Student" not in report


def test_what_it_packs_is_what_the_grader_takes(executed: Callable, folder: Path) -> None:
    executed("reference")
    kit = folder / "colab" / "content" / "proj4"
    upload = open_upload(kit / "proj4_results.zip")
    assert upload.parts == {part.file: (SOLUTION / part.file).read_bytes() for part in PARTS}
    (data,) = (kit / "data").iterdir()
    policy = read_policy()
    rules = policy.training_results._replace(most_lost=1)  # it learnt for a moment: nothing holds on other frames
    with closing(Sandbox(read_policy().patience)) as sandbox:
        sandbox.load(upload.write(folder / "upload"))
        sandbox.start_test("training")
        verdict = grade_training(
            upload.results, read_truth(data), sandbox, policy._replace(training_results=rules), [1]
        )
        sandbox.end_test()
    assert verdict.problem == ""


def test_it_runs_with_skeletons(executed: Callable, folder: Path) -> None:
    cells = executed("skeletons")
    text = printed(cells)
    assert "is not written yet" in text
    assert "do not hand this in" in text
    assert "There are no pictures yet: nothing was trained." in text
    assert "not finished: parts 1, 2, 3, 4, 5, 6" in text
    assert "Traceback" not in text
    assert not warnings(cells)
    with zipfile.ZipFile(folder / "skeletons" / "proj4_results.zip") as archive:
        assert set(archive.namelist()) == PART_NAMES


def test_it_names_the_line_of_a_part_that_fails_and_goes_on(executed: Callable, folder: Path) -> None:
    cells = executed("half done")
    text = printed(cells)
    lines = (folder / "half done" / "proj4_code" / PARTS[5].file).read_text().splitlines()
    number = next(number for number, line in enumerate(lines, start=1) if "optimiser.step()" in line)
    assert f"part 6 has an error in proj4_code/{PARTS[5].file}, line {number}: NameError: name 'optimiser'" in text
    assert "There is no finished training to test." in text
    assert not warnings(cells)


@pytest.mark.deep
def test_it_runs_at_full_length_with_the_comparison(tmp_path: Path) -> None:
    kit = make_kit(SOLUTION, tmp_path / "kit")
    cells = execute(kit / COLAB, kit, {}, seconds=3600, COMPARE="True")
    text = printed(cells)
    assert all(row in text for row in ("| whole network |", "| without pyramid pooling |", "| without both |"))
    assert not warnings(cells)
    assert pictures(cells) >= 9


def set_up(tmp_path: Path, environment: dict[str, str], new_zip: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the cells that open Drive, take the zip and unpack it, as on Colab, in the folder `content`."""
    cells = nbformat.read(KIT / COLAB, as_version=4)
    sources = [source_of(cells, name).source for name in ("settings", "drive", "zip", "code")]
    prelude = f"import os, sys\nIN_COLAB = 'google.colab' in sys.modules\n{sources[0]}\nNEW_ZIP = {new_zip}"
    script = "\n".join([prelude, *sources[1:]])
    (tmp_path / "content").mkdir(exist_ok=True)
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, cwd=tmp_path / "content", env={**os.environ, **environment}, capture_output=True, text=True
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_kit(SOLUTION, tmp_path / "at home")


def test_without_a_zip_it_stops_with_a_sentence(tmp_path: Path) -> None:
    ended = set_up(tmp_path, colab_machine(tmp_path / "modules", [], None))
    assert ended.stderr.splitlines()[-1].endswith("No zip was chosen. Run this cell again when you have it.")


def test_a_sentence_that_stops_it_has_no_traceback(tmp_path: Path) -> None:
    cell = source_of(nbformat.read(KIT / COLAB, as_version=4), "zip")
    names: dict = {"IN_COLAB": False}
    exec(cell.source, names)
    assert names["SetupError"]("a sentence")._render_traceback_() == ["a sentence"]


def test_other_zips_are_refused_until_the_right_one_comes(tmp_path: Path, home: Path) -> None:
    right = pack(home)
    old, other, broken = (tmp_path / f"{name}.zip" for name in ("old", "other", "broken"))
    version = home / "proj4_code" / "__init__.py"
    version.write_text('"""The package of an earlier kit."""\n')
    shutil.move(right, tmp_path / "right.zip")
    shutil.move(pack(home), old)
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("holiday.txt", "sun")
    broken.write_bytes(old.read_bytes()[:5000])
    environment = colab_machine(tmp_path / "modules", [broken, other, old, tmp_path / "right.zip"], None)
    ended = set_up(tmp_path, environment)
    assert ended.returncode == 0, ended.stderr
    said = [line for line in ended.stdout.splitlines() if "Choose proj4_colab.zip" in line]
    assert [line.split(". ")[0] for line in said] == [
        "Choose proj4_colab.zip; on your machine, python zip_for_colab.py makes it.",
        "broken (1).zip was not made by zip_for_colab.py, or is incomplete",
        "other (1).zip was not made by zip_for_colab.py, or is incomplete",
        "old (1).zip is from another version of the kit than this notebook: use both from the same kit",
    ]
    part = tmp_path / "content" / "proj4" / "proj4_code" / PARTS[0].file
    assert part.read_bytes() == (SOLUTION / PARTS[0].file).read_bytes()


def test_a_new_machine_takes_the_zip_from_drive_and_a_new_zip_replaces_it(tmp_path: Path, home: Path) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    first = set_up(tmp_path, colab_machine(tmp_path / "first", [pack(home)], drive))
    assert first.returncode == 0, first.stderr
    shutil.rmtree(tmp_path / "content")  # Colab has taken the machine back

    second = set_up(tmp_path, colab_machine(tmp_path / "second", [], drive))
    assert second.returncode == 0, second.stderr
    fingerprint = first.stdout.split("fingerprint ")[1].split()[0]
    assert f"proj4_colab.zip, fingerprint {fingerprint}" in second.stdout

    (home / "proj4_code" / PARTS[0].file).write_text("changed = True\n")
    third = set_up(tmp_path, colab_machine(tmp_path / "third", [pack(home)], drive), new_zip=True)
    assert third.returncode == 0, third.stderr
    assert (tmp_path / "content" / "proj4" / "proj4_code" / PARTS[0].file).read_text() == "changed = True\n"
    assert (drive / "proj4" / "proj4_colab.zip").read_bytes() == (home / "proj4_colab.zip").read_bytes()


def test_an_upload_that_fails_leads_to_the_files_pane(tmp_path: Path, home: Path) -> None:
    machine = colab_machine(tmp_path / "modules", [], None) | {"FAKE_UPLOADS": "fail"}
    ended = set_up(tmp_path, machine)
    last = ended.stderr.splitlines()[-1]
    assert "The upload does not work here (RuntimeError): drag proj4_colab.zip into the Files pane" in last

    shutil.copyfile(pack(home), tmp_path / "content" / "proj4_colab.zip")
    for new_zip in (False, True):  # on a machine that has not used one yet, any zip is new
        shutil.rmtree(tmp_path / "content" / "proj4", ignore_errors=True)
        ended = set_up(tmp_path, machine, new_zip)
        assert ended.returncode == 0, ended.stderr
        assert "proj4_colab.zip, fingerprint" in ended.stdout

    ended = set_up(tmp_path, machine, new_zip=True)
    assert "drag proj4_colab.zip into the Files pane" in ended.stderr.splitlines()[-1], "the zip there is the old one"
    (home / "proj4_code" / PARTS[0].file).write_text("changed = True\n")
    shutil.copyfile(pack(home), tmp_path / "content" / "proj4_colab.zip")
    assert set_up(tmp_path, machine, new_zip=True).returncode == 0
    assert (tmp_path / "content" / "proj4" / "proj4_code" / PARTS[0].file).read_text() == "changed = True\n"


def test_what_is_changed_on_colab_stays_and_is_put_aside_by_another_zip(tmp_path: Path, home: Path) -> None:
    content, machine = tmp_path / "content", colab_machine(tmp_path / "modules", [], None)
    content.mkdir()
    shutil.copyfile(pack(home), content / "proj4_colab.zip")
    part = content / "proj4" / "proj4_code" / PARTS[0].file
    assert set_up(tmp_path, machine).returncode == 0
    part.write_text("mine = True\n")
    assert set_up(tmp_path, machine).returncode == 0
    assert part.read_text() == "mine = True\n"
    (home / "proj4_code" / PARTS[1].file).write_text("changed = True\n")
    shutil.copyfile(pack(home), content / "proj4_colab.zip")
    assert set_up(tmp_path, machine).returncode == 0
    assert part.read_bytes() == (SOLUTION / PARTS[0].file).read_bytes()
    assert (content / "proj4" / "replaced" / PARTS[0].file).read_text() == "mine = True\n"


def encrypted(right: bytes) -> bytes:
    """Set the flag of encryption of every file of a zip, in its header and in the list at the end."""
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begin, *entries = right.split(mark)
        flag = place - len(mark)
        marked = [entry[:flag] + bytes([entry[flag] | 1]) + entry[flag + 1 :] for entry in entries]
        right = mark.join([begin, *marked])
    return right


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (encrypted, "proj4_colab.zip is encrypted: make it again, without a password"),
        (
            lambda right: right.replace(b"import torch", b"import TORCH", 1),
            "was not made by zip_for_colab.py",
        ),
        (lambda right: right.replace(b"PK\x01\x02", b"PK\x01\x03"), "was not made by zip_for_colab.py"),
        (lambda right: b"", "was not made by zip_for_colab.py"),
    ],
    ids=["encrypted", "changed", "odd", "empty"],
)
def test_zips_of_all_kinds_get_a_sentence(tmp_path: Path, home: Path, damage: Callable, said: str) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "proj4_colab.zip").write_bytes(damage(pack(home).read_bytes()))
    ended = set_up(tmp_path, colab_machine(tmp_path / "modules", [], None))
    assert said in ended.stdout
    assert ended.stderr.splitlines()[-1].endswith("No zip was chosen. Run this cell again when you have it.")


def test_outside_the_kit_it_says_what_is_missing(tmp_path: Path) -> None:
    ended = set_up(tmp_path, {})
    said = f"There is no folder proj4_code in {tmp_path / 'content'} or above it: open this notebook there."
    assert ended.stderr.splitlines()[-1].endswith(said)
