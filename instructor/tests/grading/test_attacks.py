"""No hostile upload gains anything: in both sandboxes."""

import sys
from contextlib import closing

import pytest

from instructor.attacks import list_attacks
from instructor.attacks.archives import ARCHIVES
from instructor.attacks.check import problems, try_attacks
from instructor.sandbox.launch import Bubblewrap
from instructor.sandbox.sandbox import Sandbox
from instructor.tests.grading.containers import copy_kit, run_in_container, skip_without_containers


def test_there_are_enough():
    names = [*(attack.name for attack in list_attacks()), *ARCHIVES]
    assert len(names) == len(set(names)) >= 50


def test_no_attack_gains_anything_in_namespaces(book):
    if not Bubblewrap.works():
        pytest.skip("bubblewrap does not work here")
    assert problems(try_attacks("bubblewrap", book)) == []


@pytest.mark.deep
def test_no_attack_gains_anything_in_a_container_without_namespaces(tmp_path, book):
    skip_without_containers()
    source = copy_kit(tmp_path / "source")
    (source / "book.npz").write_bytes(book.read_bytes())
    (source / "book.npz").chmod(0o600)
    command = ["/usr/bin/env", "-C", "/autograder/source", sys.executable, "-B", "-m", "instructor", "attacks"]
    done = run_in_container(tmp_path, *command, "--answers", "book.npz", limit=900)
    assert " 0 problems" in done.stdout, done.stdout[-3000:] + done.stderr[-1000:]


def test_a_sandbox_that_does_not_hide_the_reference_refuses_to_start(monkeypatch, tmp_path):
    from instructor.sandbox import launch

    skip_without_containers()
    monkeypatch.setattr(launch, "_can_list", lambda folder, user: True)
    with pytest.raises(PermissionError, match=r"any user may read .*solution"):
        Sandbox("user")


def test_without_any_protection_nothing_is_graded(monkeypatch):
    from instructor.sandbox import launch

    monkeypatch.setattr(launch.Bubblewrap, "works", lambda: False)
    monkeypatch.setattr(launch.os, "geteuid", lambda: 1000)
    with pytest.raises(PermissionError, match="student code needs a sandbox: install bubblewrap"):
        Sandbox()


def test_the_report_says_which_protections_were_active(tmp_path):
    with closing(Sandbox()) as sandbox:
        (tmp_path / "part5_iou.py").write_text("def mean_iou(matrix): return 0.5")
        sandbox.load(tmp_path)
        sandbox.start_test("test_part5_iou")
        assert sandbox.call("mean_iou", {"matrix": [[1.0]]}) == 0.5
        sandbox.end_test()
        assert len(sandbox.protections) == 4
        assert (folder := sandbox.folder).is_dir()
    assert not folder.exists()
