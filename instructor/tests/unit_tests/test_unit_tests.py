"""The unit tests themselves: right solutions pass, skeletons are not started, and students read what helps them."""

import shutil

import numpy as np
import pytest

from instructor.proofs.trials import Trial, run_trials
from instructor.release.skeletons import SOLUTION
from instructor.rubric import POINTS, list_tests
from instructor.tests.grading.graders import write_parts
from instructor.tests.unit_tests.suites import points_by_part, run_suite, write_kit
from instructor.tests.warm import run_python
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.book import PUBLIC_BOOK, AnswerBook
from proj4_unit_tests.harness.console import explain
from proj4_unit_tests.harness.submission import KIT


def test_points_are_given_for_every_test_and_sum_to_100():
    tests, _, _ = run_suite("--submission", SOLUTION, "-k", "part5")
    listed = run_suite("--collect-only", "-q")[1]
    collected = {line.split("proj4_unit_tests/")[1].strip() for line in listed.splitlines() if "::" in line}
    assert {f"{name.replace('/', '.py::')}" for name in POINTS} == collected
    assert sum(POINTS.values()) == 100
    assert {test.test for test in tests} == {name for name in POINTS if "part5" in name}
    for part in PARTS:
        assert len(list_tests(part)) >= 8


def test_an_activation_with_an_upper_limit_is_no_relu(tmp_path):
    """It answers as ReLU does wherever values are small."""
    trials = []
    for part in (PARTS[0], PARTS[2]):
        folder = write_parts(tmp_path / part.module, part.module)
        file = folder / part.file
        file.write_text(file.read_text().replace("nn.ReLU(", "nn.ReLU6("))
        trials.append(Trial(part.name, folder, list_tests(part)))
    for result in run_trials(trials):
        (wrong,) = [test for test in result.tests if test.status == "wrong"]
        assert wrong.expected == "ReLU has no upper limit" and not wrong.mistakes


def test_skeletons_are_not_started():
    """All points zero, every test not started, and not a traceback in sight."""
    tests, printed, status = run_suite()
    assert {test.status for test in tests} == {"not started"}
    assert len(tests) == len(POINTS)
    assert status == 1
    assert "Traceback" not in printed
    assert "NotImplementedError" not in printed
    assert printed.count("not started") >= len(PARTS)


def test_the_reference_in_its_own_process_from_elsewhere(tmp_path):
    """A student's own run, in a path with spaces and from another folder: full marks, exit status 0."""
    folder = write_kit(SOLUTION, tmp_path / "a kit of mine")
    tests, printed, status = run_suite(folder=folder, cwd=tmp_path)
    assert [test.test for test in tests if test.status != "passed"] == []
    assert status == 0
    assert "100 of 100 points" in printed
    assert "Next: run python zip_for_colab.py" in printed


def test_a_part_alone_earns_all_its_points(tmp_path):
    """The reference's file beside five skeletons."""
    trials = []
    for part in PARTS:
        trials.append(Trial(part.name, write_parts(tmp_path / part.module, part.module), list_tests(part)))
    for result in run_trials(trials):
        assert set(result.lost.values()) == {0}, result.printed


@pytest.mark.parametrize(("broken", "using"), [(0, 2), (4, 5)], ids=["part 1 and part 3", "part 5 and part 6"])
def test_a_part_that_cannot_be_imported_costs_no_other_part_a_point(tmp_path, broken, using):
    submission = write_parts(tmp_path / "parts", *(part.module for part in PARTS))
    (submission / PARTS[broken].file).write_text("raise RuntimeError('it cannot be imported')\n")
    (result,) = run_trials([Trial("broken", submission, list_tests(PARTS[using]))])
    assert set(result.lost.values()) == {0}, result.printed


def test_a_file_can_be_run_by_its_path(tmp_path):
    path = KIT / "proj4_unit_tests" / "test_part1_ppm.py"
    tests, _, status = run_suite(path, "--submission", SOLUTION, cwd=tmp_path)
    assert points_by_part(tests) == {"test_part1_ppm": 12}
    assert status == 0


def _submission(folder, name: str, text: str):
    (folder / name).write_text(text)
    return folder


def test_a_syntax_error_is_named_with_its_line(tmp_path):
    submission = _submission(tmp_path, "part5_iou.py", "import torch\n\ndef confusion_matrix(:\n    pass\n")
    tests, printed, _ = run_suite("--submission", submission, "-k", "part5")
    assert {test.status for test in tests} == {"wrong"}
    assert "SyntaxError" in tests[0].got
    assert tests[0].where == "part5_iou.py, line 3: def confusion_matrix(:"
    assert "Traceback" not in printed


REFERENCE = (SOLUTION / "part5_iou.py").read_text(encoding="utf-8")


WITHOUT_VOID = REFERENCE.replace("target: Tensor, num_classes: int, ignore_index: int = 255", "target: Tensor")
CHANGES_TORCH = "part5_iou.py changes torch for all other code when it is imported: default dtype to torch.float64"
MISBEHAVING = {
    "raise SystemExit\n": "SystemExit",
    "import not_installed_here\n": "ModuleNotFoundError: No module named 'not_installed_here'",
    "print('hello')\n": "module 'proj4_code.part5_iou' has no attribute 'confusion_matrix'",
    "import pytest\npytest.skip('please', allow_module_level=True)\n": "Skipped: please",
    WITHOUT_VOID: "confusion_matrix() takes 2 positional arguments but 3 were given",
    f"{REFERENCE}\ntorch.set_default_dtype(torch.float64)\n": CHANGES_TORCH,
    f"{REFERENCE}\ntorch.set_grad_enabled(False)\n": "gradients being on to False",
    f"{REFERENCE}\ntorch.set_default_device('meta')\n": "default device to meta",
}


def test_a_module_that_does_not_behave_loses_its_points_and_no_others(tmp_path):
    trials = []
    for number, text in enumerate(MISBEHAVING):
        submission = _submission(write_parts(tmp_path / str(number), "part6"), "part5_iou.py", text)
        trials.append(Trial(text, submission, [*list_tests(PARTS[4]), *list_tests(PARTS[5])]))
    for result in run_trials(trials):
        points = points_by_part(result.tests)
        assert points["test_part6_training"] == 18, result.printed
        assert points["test_part5_iou"] < 10, result.printed
        assert MISBEHAVING[result.trial.name] in result.tests[0].got
        assert len(explain(result.tests[0]).splitlines()) <= 10


def test_a_missing_file_is_a_part_that_is_not_started(tmp_path):
    submission = _submission(tmp_path, "part5_iou.py", REFERENCE)
    tests, printed, _ = run_suite("--submission", submission)
    assert {test.test.split("/")[0] for test in tests if test.status == "passed"} == {"test_part5_iou"}
    assert {test.status for test in tests} == {"passed", "not started"}
    assert "part 6   training" in printed


@pytest.mark.parametrize("text", ["print('hello')\n", "import sys\nsys.stdout.write('x' * 10**6)\n"])
def test_a_module_that_prints_keeps_its_points(tmp_path, text):
    submission = _submission(tmp_path, "part5_iou.py", text + REFERENCE)
    tests, _, _ = run_suite("--submission", submission, "-k", "part5")
    assert points_by_part(tests) == {"test_part5_iou": 10}


@pytest.mark.parametrize("text", ["while True:\n    pass\n", "import time\ntime.sleep(1000)\n"])
def test_a_module_that_hangs_is_given_up_and_named_with_its_line(tmp_path, text):
    submission = _submission(tmp_path, "part5_iou.py", text)
    shutil.copy(SOLUTION / "part6_training.py", submission)
    tests, _, _ = run_suite("--submission", submission, "-k", "iou_is or accuracy or poly", "--longest-call", 4)
    assert points_by_part(tests) == {"test_part5_iou": 0, "test_part6_training": 1}
    assert tests[0].got == "ImportTimeoutError: part5_iou.py does not finish importing: no answer within 4 s"
    assert tests[0].where.startswith("part5_iou.py, line")
    assert tests[0].ending == "timed out"
    assert "no answer within 1 s" in tests[1].got


def test_a_module_that_ends_python_is_named(tmp_path):
    submission = _submission(tmp_path, "part5_iou.py", "import os\nos._exit(0)\n")
    tests, _, _ = run_suite("--submission", submission, "-k", "part5")
    assert points_by_part(tests) == {"test_part5_iou": 0}
    assert "it ended Python with status 0" in tests[0].got


def test_student_code_without_submission_cannot_skip_its_tests(tmp_path):
    code = "import pytest\npytest.skip('x', allow_module_level=True)"
    kit = write_kit(_submission(tmp_path, "part5_iou.py", code), tmp_path / "kit")
    tests, _, status = run_suite("-k", "part5", folder=kit)
    assert points_by_part(tests) == {"test_part5_iou": 0}
    assert status == 1


def test_a_file_that_is_not_a_book_is_refused_in_a_line(tmp_path):
    _, printed, status = run_suite("--answers", tmp_path / "none.npz")
    assert status == 4
    assert "none.npz is missing" in printed
    (tmp_path / "bad.npz").write_bytes(b"not a book")
    assert "bad.npz is not an answer book" in run_suite("--answers", tmp_path / "bad.npz")[1]


def test_the_public_book_is_small_and_holds_arrays_only():
    assert PUBLIC_BOOK.stat().st_size < 2_000_000
    with np.load(PUBLIC_BOOK, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)
    assert AnswerBook(PUBLIC_BOOK).seed >= 0


def test_a_book_that_changed_is_read_again_by_the_next_run_of_one_process(tmp_path):
    """As by a worker that grades one class after the other, with another book at the same place."""
    program = """
import shutil, sys
import pytest
for book in sys.argv[2:]:
    shutil.copy(book, sys.argv[1])
    pytest.main(["-q", "proj4_unit_tests", "-k", "perfect", "--answers", sys.argv[1], "-p", "no:cacheprovider"])
"""
    (tmp_path / "other").write_bytes(b"not a book")
    done = run_python("-c", program, tmp_path / "book.npz", PUBLIC_BOOK, tmp_path / "other", cwd=KIT)
    assert "1 not started" in done.stdout
    assert "book.npz is not an answer book" in done.stdout + done.stderr
