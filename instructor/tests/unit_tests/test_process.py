"""The client that calls adapters in a process: on Linux, which forks, and as on Windows and macOS, which do not."""

from contextlib import closing
from math import inf
from pathlib import Path

import numpy as np
import pytest

from instructor.release.skeletons import SOLUTION
from proj4_unit_tests.harness.channel import LONGEST_ANSWERS
from proj4_unit_tests.harness.errors import StudentError
from proj4_unit_tests.harness.fixtures import Book, Student
from proj4_unit_tests.harness.launch import Plainly
from proj4_unit_tests.harness.patience import MOST_IMPORTS, Patience
from proj4_unit_tests.harness.process import InAProcess

MATRIX = np.array([[2, 1], [0, 3]])


def _start(forks: bool) -> InAProcess:
    return InAProcess(Plainly(forks=forks), Patience(60, 1, inf))


@pytest.fixture(
    params=[
        pytest.param(True, id="forks"),
        pytest.param(False, id="does not fork", marks=pytest.mark.deep),
    ],
    scope="module",
)
def client(request):
    with closing(_start(request.param)) as client:
        yield client


def _part5(folder: Path, code: str = "") -> Path:
    source = (SOLUTION / "part5_iou.py").read_text(encoding="utf-8")
    (folder / "part5_iou.py").write_text(source + code, encoding="utf-8")
    return folder


def _test(client, submission: Path, name: str = "mean_iou", seconds: float | None = None, **arguments):
    client.load(submission)
    client.start_test("test_part5_iou")
    try:
        return client.call(name, arguments, seconds)
    finally:
        client.end_test()


def test_values_come_back(client, tmp_path):
    assert _test(client, _part5(tmp_path), matrix=MATRIX) == pytest.approx((2 / 3 + 3 / 4) / 2)


def test_code_that_hangs_or_raises_where_processes_do_not_fork(tmp_path):
    hangs = "\n\ndef mean_iou(matrix):\n    while True:\n        pass\n"
    with closing(_start(forks=False)) as client:
        with pytest.raises(StudentError, match="no answer"):
            _test(client, _part5(tmp_path, hangs), seconds=0.5, matrix=MATRIX)
        assert len(_test(client, tmp_path, "iou_per_class", matrix=MATRIX)) == 2


def test_each_submission_is_imported_for_itself(client, tmp_path):
    (tmp_path / "other").mkdir()
    other = _part5(tmp_path / "other", "\n\ndef mean_iou(matrix):\n    return 2.0\n")
    assert _test(client, other, matrix=MATRIX) == 2.0
    assert _test(client, _part5(tmp_path), matrix=MATRIX) < 1


def test_what_student_code_raises_comes_back_with_its_line(client, tmp_path):
    with pytest.raises(StudentError, match="no such thing") as caught:
        _test(
            client, _part5(tmp_path, "\n\ndef mean_iou(matrix):\n    raise KeyError('no such thing')\n"), matrix=MATRIX
        )
    assert caught.value.types[:2] == ["KeyError", "LookupError"]
    assert caught.value.lines[-1].startswith("part5_iou.py, line ")


def test_code_that_ends_python_does_not_end_the_run(client, tmp_path):
    submission = _part5(tmp_path, "\n\ndef mean_iou(matrix):\n    import os\n    os._exit(3)\n")
    with pytest.raises(StudentError, match="ended Python with status 3"):
        _test(client, submission, matrix=MATRIX)
    assert len(_test(client, submission, "iou_per_class", matrix=MATRIX)) == 2


def test_code_that_hangs_is_given_up(client, tmp_path):
    submission = _part5(tmp_path, "\n\ndef mean_iou(matrix):\n    while True:\n        pass\n")
    with pytest.raises(StudentError, match="no answer") as caught:
        _test(client, submission, seconds=0.5, matrix=MATRIX)
    assert "TimeoutError" in caught.value.types
    assert len(_test(client, submission, "iou_per_class", matrix=MATRIX)) == 2


def test_an_unknown_adapter_is_a_clear_error(client, tmp_path):
    with pytest.raises(LookupError, match="no adapter is called 'mean_iu'"):
        _test(client, _part5(tmp_path), "mean_iu", matrix=MATRIX)


def test_a_part_of_an_answer_cannot_be_compared_with_the_book(client, tmp_path):
    client.load(_part5(tmp_path))
    client.start_test("test_part5_iou")
    student = Student(client)
    answer = student.confusion_matrix(prediction=np.zeros(3, np.int64), target=np.zeros(3, np.int64), num_classes=2)
    client.end_test()
    with pytest.raises(ValueError, match="whole"):
        Book(None, "a test", student).check(answer["matrix"])


def test_a_part_that_never_finishes_importing_is_not_waited_for_again_and_again(tmp_path):
    (tmp_path / "part5_iou.py").write_text("while True:\n    pass\n")
    with closing(InAProcess(Plainly(), Patience(1, 0.5, inf))) as client:
        client.load(tmp_path)
        parts = []
        for _ in range(MOST_IMPORTS + 1):
            client.start_test("test_part5_iou")
            with pytest.raises(StudentError) as caught:
                client.call("mean_iou", {"matrix": MATRIX})
            parts.append((caught.value.part, str(caught.value)))
            client.end_test()
    assert [part for part, _ in parts] == ["part5_iou"] * (MOST_IMPORTS + 1)
    assert f"after {MOST_IMPORTS} attempts" in parts[-1][1]


def test_tests_of_a_module_share_a_child_only_if_they_may(tmp_path):
    counting = (
        "CALLS = []\ndef mean_iou(matrix):\n    CALLS.append(1)\n    print(len(CALLS))\n    return float(len(CALLS))\n"
    )
    with closing(InAProcess(Plainly(forks=True), Patience(60, 1, inf))) as client:
        for shares, calls in ((False, [1, 1, 1]), (True, [1, 2, 1])):
            client.shares = shares
            client.load(_part5(tmp_path, "\n\n" + counting))
            got = []
            for module in ("test_part5_iou", "test_part5_iou", "test_together"):
                client.start_test(module)
                got.append(client.call("mean_iou", {"matrix": MATRIX}))
                client.end_test()
                assert client.printed == f"{got[-1]:.0f}\n"
            assert got == calls


def test_the_answers_in_one_test_are_limited_together(client, tmp_path):
    half = f"\n\ndef iou_per_class(matrix): return torch.zeros({LONGEST_ANSWERS // 2}, dtype=torch.uint8)\n"
    client.load(_part5(tmp_path, half))
    for _ in range(2):
        client.start_test("test_part5_iou")
        assert len(client.call("iou_per_class", {"matrix": MATRIX})) == LONGEST_ANSWERS // 2
        with pytest.raises(StudentError, match=r"the answers in one test may have \d+ more"):
            client.call("iou_per_class", {"matrix": MATRIX})
        client.end_test()
