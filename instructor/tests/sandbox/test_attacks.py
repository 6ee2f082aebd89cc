"""No hostile upload gains anything: in both sandboxes."""

import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

import pytest

from instructor.attacks import by_code
from instructor.attacks.archives import ARCHIVES
from instructor.attacks.by_code import ATTACKS
from instructor.attacks.check import NAMES, SAMPLE, check, describe
from instructor.attacks.naive import damage
from instructor.grading.policy import read_policy
from instructor.sandbox.bubblewrap import Bubblewrap
from instructor.sandbox.sandbox import Sandbox
from instructor.tests.grading.containers import (
    copy_kit,
    run_as_ordinary_user,
    run_in_container,
    skip_without_containers,
)
from instructor.tests.grading.graders import part_files
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.submission import KIT


def test_there_are_enough():
    assert len(NAMES) == len(ATTACKS) + len(ARCHIVES) == len(set(NAMES)) >= 182
    assert set(SAMPLE) < set(NAMES)
    for module in iter_modules(by_code.__path__, f"{by_code.__name__}."):
        attacks = import_module(module.name).ATTACKS
        assert {attack.name for attack in attacks} & set(SAMPLE), module.name


@pytest.mark.parametrize("names", [SAMPLE, pytest.param(NAMES, marks=pytest.mark.deep)], ids=["some", "all"])
def test_no_attack_gains_anything_in_namespaces(book, names):
    if not Bubblewrap.works():
        pytest.skip("bubblewrap does not work here")
    done = check("bubblewrap", book, names)
    assert done.problems == []
    assert done.marks is not None
    assert sum(map(bool, done.marks.values())) == len(names)


@pytest.mark.deep
def test_no_attack_gains_anything_from_an_ordinary_user(tmp_path, book):
    skip_without_containers()
    source = copy_kit(tmp_path / "source")
    (source / "book.npz").write_bytes(book.read_bytes())
    shutil.copyfile(PUBLIC_BOOK, source / PUBLIC_BOOK.relative_to(KIT))  # one attack reads it
    command = [sys.executable, "-B", "-m", "instructor", "attacks", "--sandbox", "bubblewrap"]
    done = run_as_ordinary_user(source, *command, "--answers", "book.npz", limit=1800)
    assert f"{len(NAMES)} shown to run without the sandbox, 0 problems" in done.stdout, (
        done.stdout[-3000:] + done.stderr
    )


def test_code_of_an_ordinary_users_upload_reaches_nothing_of_that_user(tmp_path, book):
    """It has the user's number, so all depends on its namespaces: also where the kit lies in Python's own folder."""
    skip_without_containers()
    source = copy_kit(tmp_path / "source")
    (source / "book.npz").write_bytes(book.read_bytes())
    names = (
        "write-the-parents-memory",
        "through-the-parents-root",
        "the-parents-memory",
        "kill-everything",
        "answer-book",
    )
    program = (
        "import sys; from pathlib import Path; from instructor.attacks.check import check; "
        f"print(check('bubblewrap', Path('book.npz'), {names}).problems)"
    )
    done = run_as_ordinary_user(source, sys.executable, "-B", "-c", program)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout[-3000:] + done.stderr[-3000:]


def test_an_attack_that_does_nothing_is_not_shown_to_run(book, monkeypatch):
    from instructor.attacks import check as module

    if not Bubblewrap.works():
        pytest.skip("bubblewrap does not work here")
    monkeypatch.setattr(module, "rehearse", lambda names, book: ((name, "") for name in names))
    done = check("bubblewrap", book, ["open-files"])
    assert done.problems == ["open-files: not shown to run: no mark without the sandbox"]
    assert list(describe(done))[-1] == "1 attacks, 0 shown to run without the sandbox, 1 problems"


def test_a_harmless_upload_does_no_damage_to_a_careless_grader(tmp_path):
    upload = tmp_path / "upload.zip"
    with zipfile.ZipFile(upload, "w") as archive:
        for name, content in part_files().items():
            archive.writestr(f"proj4_code/{name}", content)
        archive.writestr("notes.txt", "a note")
    assert list(damage(upload, tmp_path)) == []


def test_an_attack_whose_modules_are_gone_leaves_no_mark(tmp_path):
    """As by a grader that only imports the part: the mark comes after what must work first."""
    attack = next(attack for attack in ATTACKS if attack.name == "patched-checks")
    moved = replace(attack, code=attack.code.replace("harness", "moved"))
    for chosen, marks in ((attack, 1), (moved, 0)):
        folder = chosen.write(tmp_path / str(marks))
        command = [sys.executable, "-c", "import part5_iou"]
        environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{KIT}"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.stdout.count("REACHED patched") == marks, done.stderr


@pytest.mark.deep
def test_no_attack_gains_anything_in_a_container_without_namespaces(tmp_path, book):
    skip_without_containers()
    source = copy_kit(tmp_path / "source")
    (source / "book.npz").write_bytes(book.read_bytes())
    (source / "book.npz").chmod(0o600)
    command = ["/usr/bin/env", "-C", "/autograder/source", sys.executable, "-B", "-m", "instructor", "attacks"]
    done = run_in_container(tmp_path, *command, "--answers", "book.npz", limit=1800)
    assert " 0 problems" in done.stdout, done.stdout[-3000:] + done.stderr[-1000:]


def test_a_sandbox_that_does_not_hide_the_reference_refuses_to_start(monkeypatch, tmp_path):
    from instructor.sandbox import other_user

    skip_without_containers()
    monkeypatch.setattr(other_user, "_can_read", lambda folder, user: True)
    with pytest.raises(PermissionError, match=r"any user may read .*solution"):
        Sandbox(read_policy().patience, "user")


@pytest.mark.parametrize(
    ("name", "mode"), [("instructor/catalogue", 0o755), ("instructor/tests", 0o711), (".git", 0o755)]
)
def test_all_that_holds_right_solutions_must_be_closed_to_the_user_that_runs_uploads(tmp_path, name, mode):
    skip_without_containers()
    source = copy_kit(tmp_path / "source")
    (source / ".git").mkdir(0o700)
    for folder in (source / "instructor").iterdir():
        folder.chmod(0o700)
    program = (
        "from instructor.sandbox.other_user import OtherUser\ntry: OtherUser()\nexcept PermissionError as e: print(e)"
    )
    command = ["/usr/bin/env", "-C", "/autograder/source", sys.executable, "-B", "-c", program]
    (source / "instructor").chmod(0o755)
    assert run_in_container(tmp_path, *command).stdout == ""
    (source / name).chmod(mode)
    assert f"any user may read /autograder/source/{name}" in run_in_container(tmp_path, *command).stdout


def test_without_any_protection_nothing_is_graded(monkeypatch):
    from instructor.sandbox import launch

    monkeypatch.setattr(launch.Bubblewrap, "works", lambda: False)
    monkeypatch.setattr(launch.os, "geteuid", lambda: 1000)
    with pytest.raises(PermissionError, match="student code needs a sandbox: install bubblewrap"):
        Sandbox(read_policy().patience)


def test_the_report_says_which_protections_were_active(tmp_path):
    with closing(Sandbox(read_policy().patience)) as sandbox:
        (tmp_path / "part5_iou.py").write_text("def mean_iou(matrix): return 0.5")
        sandbox.load(tmp_path)
        sandbox.start_test("test_part5_iou")
        assert sandbox.call("mean_iou", {"matrix": [[1.0]]}) == 0.5
        sandbox.end_test()
        assert len(sandbox.protections) == 4
        assert (folder := sandbox.folder).is_dir()
    assert not folder.exists()
