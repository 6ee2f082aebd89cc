"""Running the unit tests on an upload: what is run again, and what is kept meanwhile."""

import gc
from collections import Counter
from contextlib import closing

import pytest

from instructor.grading.policy import read_policy
from instructor.grading.run_tests import run_tests
from instructor.sandbox.sandbox import Sandbox
from instructor.tests.grading.graders import write_parts
from proj4_unit_tests.harness.fixtures import Student
from proj4_unit_tests.harness.outcome import PASSED, WRONG

PART1 = ("test_part1_ppm/test_every_branch_learns", "test_part1_ppm/test_the_input_comes_first_and_unchanged")
PART5 = ("test_part5_iou/test_matrices_add_up", "test_part5_iou/test_iou_of_a_random_matrix")


@pytest.fixture(scope="module")
def sandbox():
    with closing(Sandbox(read_policy().patience)) as sandbox:
        yield sandbox


def test_only_a_module_with_a_wrong_test_is_run_again(tmp_path, book, sandbox, monkeypatch):
    started, real = [], Sandbox.start_test
    monkeypatch.setattr(Sandbox, "start_test", lambda self, tests: (started.append(tests), real(self, tests))[1])
    upload = write_parts(tmp_path / "upload", "part5")
    (upload / "part1_ppm.py").write_text("def PPM(*_, **__): raise ValueError\n")
    runs = run_tests(sandbox, upload, book, tests=(*PART1, *PART5))
    assert [runs[test].outcome.status for test in (*PART1, *PART5)] == [WRONG, WRONG, PASSED, PASSED]
    assert Counter(started) == {"test_part1_ppm": 1 + 2, "test_part5_iou": 2}


def test_a_wrong_answer_is_not_kept_when_its_test_has_ended(tmp_path, book, sandbox):
    """Many large ones would fill the memory."""
    upload = write_parts(tmp_path / "upload", "part5")
    with (upload / "part5_iou.py").open("a") as file:
        file.write("\n\nimport torch\n\ndef confusion_matrix(*_, **__): return torch.zeros(1_000_000)\n")
    gc.collect()
    gc.disable()
    try:
        runs = run_tests(sandbox, upload, book, tests=PART5)
        kept = [thing for thing in gc.get_objects() if type(thing) is Student]
    finally:
        gc.enable()
    assert runs[PART5[0]].outcome.status == WRONG
    assert kept == []
