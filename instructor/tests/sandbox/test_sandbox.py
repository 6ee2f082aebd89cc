"""What no attack shows: whose time counts, what lies beside Python, whose fault an error is."""

import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from instructor.grading.policy import read_policy
from instructor.grading.records import COMPLETE, Grade, Origin
from instructor.grading.run_tests import run_tests
from instructor.rubric import FUNCTIONS, POINTS
from instructor.sandbox import bubblewrap, start
from instructor.sandbox.bubblewrap import Bubblewrap
from instructor.sandbox.neighbours import alone, beside_others, claim
from instructor.sandbox.sandbox import Sandbox
from instructor.tests.grading.graders import write_parts
from instructor.tests.training.samples import processes_with, wait_until
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.errors import StudentError
from proj4_unit_tests.harness.outcome import CRASHED, PASSED, TIMED_OUT
from proj4_unit_tests.harness.patience import Patience, Stopwatch, TimeLeft, Usage
from proj4_unit_tests.harness.submission import KIT
from proj4_unit_tests.harness.values import from_bytes, to_bytes

TEST = "test_part5_iou/test_matrices_add_up"
MATRIX = np.eye(2, dtype=np.int64)


@pytest.fixture(scope="module")
def started():
    with closing(Sandbox(read_policy().patience)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(started):
    started.patience = read_policy().patience
    return started


def _call(sandbox, folder: Path, source: str) -> object:
    folder.mkdir(exist_ok=True)
    (folder / "part5_iou.py").write_text(source)
    sandbox.load(folder)
    sandbox.start_test("test_part5_iou")
    try:
        return sandbox.call("mean_iou", {"matrix": MATRIX})
    finally:
        sandbox.end_test()


@pytest.mark.parametrize(
    ("now", "least", "most"),
    [
        (Usage(1.5, 102.0), 0.5, 0.5),  # waited: only its work counts
        (Usage(9.0, 2.0), 8.0, 8.0),  # several threads at a time: their work counts
        (Usage(1.0, -5.0), 0.0, 60.0),
    ],
)
def test_waiting_for_a_busy_machine_is_not_the_students_time(now, least, most):
    assert least <= Stopwatch(lambda: now, Usage(1.0, 2.0)).seconds() <= most


def test_a_part_that_hangs_takes_no_time_from_others():
    left = TimeLeft(Patience(call=5, slow_call=1, upload=14), modules=7)
    assert left.limit("a") == 2
    left.spend(2, "a", 2)
    with pytest.raises(StudentError, match="the time for this part's tests was used up"):
        left.limit("a")
    assert left.limit("b") == 2
    left.spend(0.5, "b", 2)
    assert left.limit("c") == 3.5  # with what is left over
    assert left.limit("c", 100) == 100


def test_the_time_of_a_call_ends_by_work_and_by_sleep(sandbox, tmp_path):
    sandbox.patience = Patience(call=0.3, slow_call=0.3, upload=10)
    for what in ("while True: pass", "__import__('time').sleep(1000)"):
        with pytest.raises(StudentError, match=r"no answer within 0\.3 s"):
            _call(sandbox, tmp_path, f"def mean_iou(m):\n    {what}\n")
        assert sandbox.spent >= 0.3


def test_waiting_before_a_call_is_not_taken_off_it(sandbox, tmp_path, monkeypatch):
    real = Sandbox._usage
    monkeypatch.setattr(Sandbox, "_usage", lambda self: real(self)._replace(waited=1000.0))
    sandbox.patience = Patience(call=0.3, slow_call=0.3, upload=10)
    with pytest.raises(StudentError, match=r"no answer within 0\.3 s"):
        _call(sandbox, tmp_path, "def mean_iou(m):\n    while True: pass\n")
    assert sandbox.spent >= 0.3


def test_a_wait_that_had_begun_before_a_call_is_not_taken_off_it(sandbox, tmp_path, monkeypatch):
    real, before = Sandbox._usage, iter([0.0])
    monkeypatch.setattr(Sandbox, "_usage", lambda self: real(self)._replace(worked=0.0, waited=next(before, 0.1)))
    sandbox.patience = Patience(call=0.3, slow_call=0.2, upload=10)
    with pytest.raises(StudentError, match=r"no answer within 0\.3 s"):
        _call(sandbox, tmp_path, "def mean_iou(m):\n    while True: pass\n")
    assert sandbox.spent >= 0.3
    sandbox.start_test("test_part5_iou")
    with pytest.raises(StudentError, match=r"no answer within 0\.2 s"):
        sandbox.call("mean_iou", {"matrix": MATRIX})
    sandbox.end_test()


def test_a_test_that_timed_out_is_run_again_alone(sandbox, tmp_path, monkeypatch):
    real, calls = Sandbox.call, []

    def slow_at_first(self, name, arguments, seconds=None):
        calls.append(name)
        if len(calls) == 1:
            raise StudentError(["TimeoutError"], "no answer within 5 s")
        return real(self, name, arguments, seconds)

    monkeypatch.setattr(Sandbox, "call", slow_at_first)
    (run,) = run_tests(sandbox, write_parts(tmp_path / "upload"), PUBLIC_BOOK, tests=[TEST]).values()
    assert (run.outcome.status, run.alone) == (PASSED, True)
    assert "run again with nothing beside it" in run.remark
    calls.clear()
    sandbox.patience = sandbox.patience._replace(again=0.0)
    (run,) = run_tests(sandbox, tmp_path / "upload", PUBLIC_BOOK, tests=[TEST]).values()
    assert (run.outcome.ending, run.alone) == (TIMED_OUT, False)


def test_who_wants_to_be_alone_waits_for_others():
    was_alone = threading.Event()

    def wait():
        with alone():
            was_alone.set()

    waiting = threading.Thread(target=wait)
    with beside_others():
        waiting.start()
        assert not was_alone.wait(0.2)
    waiting.join()
    assert was_alone.is_set()


def test_nobody_waits_for_good_for_one_that_was_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("instructor.sandbox.neighbours.LONGEST_WAIT", 0.2)

    def wait():
        with beside_others(), alone():
            pass
        with alone(), beside_others(), beside_others():
            pass

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    waiting.join(60)
    assert not waiting.is_alive()


def test_no_number_is_taken_twice():
    numbers = [1_000_000_001, 1_000_000_002, 1_000_000_003]
    assert [claim(numbers, "test") for _ in range(4)] == [*numbers, numbers[-1]]


def test_an_error_is_the_graders_only_if_it_happens_without_the_upload(sandbox, tmp_path, monkeypatch):
    real = Sandbox._connected

    def broken_by_the_upload(self):
        if b"def confusion_matrix" in (self._package / "part5_iou.py").read_bytes() and not self._is_skeleton():
            raise self._broken("it ended")
        return real(self)

    def is_skeleton(self):
        return b"TODO" in (self._package / "part5_iou.py").read_bytes()

    monkeypatch.setattr(Sandbox, "_is_skeleton", is_skeleton, raising=False)
    monkeypatch.setattr(Sandbox, "_connected", broken_by_the_upload)
    (run,) = run_tests(sandbox, write_parts(tmp_path / "upload"), PUBLIC_BOOK, tests=[TEST]).values()
    assert (run.outcome.ending, run.outcome.points) == (CRASHED, 0)
    grade = Grade(COMPLETE, Origin("", "", "", "", "", ""), (run,))
    assert grade.notes == [f"this upload, and no other, made the sandbox fail in {TEST}"]


def test_after_an_unruly_upload_the_next_one_gets_a_new_process(sandbox, tmp_path):
    processes = []
    for source in ("def mean_iou(m): return 1.0", "def mean_iou(m): return 2.0", "import os\nos._exit(3)"):
        try:
            _call(sandbox, tmp_path, source)
        except StudentError:
            assert sandbox.unruly
        processes.append(sandbox.process)
    assert _call(sandbox, tmp_path, "def mean_iou(m): return 1.0") == 1.0
    assert processes[0] == processes[1] == processes[2] != sandbox.process


@pytest.mark.skipif(not Bubblewrap.works(), reason="bubblewrap does not work here")
def test_a_secret_in_a_folder_that_uploads_see_is_hidden(tmp_path):
    secret = KIT / "proj4_unit_tests" / f"private-{tmp_path.name}.npz"
    source = f"""
def mean_iou(m):
    try:
        return len(open("/kit/proj4_unit_tests/{secret.name}").read())
    except PermissionError:
        return 0
"""
    try:
        secret.write_text("secret")
        for hidden, seen in ([secret], 0), ([], 6):
            with closing(Sandbox(read_policy().patience, "bubblewrap", hidden)) as sandbox:
                assert _call(sandbox, tmp_path, source) == seen
    finally:
        secret.unlink()


@pytest.mark.skipif(not Bubblewrap.works(), reason="bubblewrap does not work here")
def test_trying_bubblewrap_leaves_no_process(monkeypatch):
    """Not even one that is so slow that it cannot ask in time for its end with the process that started it."""
    slow = "import namespaces, time; namespaces.end_with_parent = lambda: time.sleep(1); namespaces.main()"
    program = f"import sys; sys.path.append(sys.argv.pop(1)); {slow}"
    monkeypatch.setattr(bubblewrap, "_IMPORT_AND_RUN", program)
    assert Bubblewrap.works()
    wait_until(lambda: not processes_with(program))


def test_python_in_the_repositorys_own_folder_shows_nothing_else_of_it(monkeypatch):
    monkeypatch.setattr(start.sys, "prefix", str(KIT))
    assert not [path for path in start.python_folders() if (KIT / "instructor").is_relative_to(path)]


def test_a_part_may_start_threads_but_no_processes(sandbox, tmp_path):
    source = "import os, threading\ndef mean_iou(m):\n    t = threading.Thread(target=print)\n    t.start(); t.join()\n"
    assert _call(sandbox, tmp_path, f"{source}    return 1.0\n") == 1.0
    with pytest.raises(StudentError, match="Operation not permitted"):
        _call(sandbox, tmp_path, f"{source}    return os.fork()\n")


def test_a_small_message_cannot_stand_for_a_large_value():
    twice = to_bytes([np.zeros(3), np.ones(3)]).replace(b'{"array": "1"}', b'{"array": "0"}')
    with pytest.raises(ValueError, match="not a plain value"):
        from_bytes(twice)
    header = b'{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'.ljust(2**20)
    with pytest.raises(ValueError, match="a header of 1048576 bytes; 524288 are allowed"):
        from_bytes(len(header).to_bytes(8, "little") + header)


def test_a_test_that_harms_the_next_costs_only_its_own_points(sandbox, tmp_path):
    """The tests of a part share a process, until one is wrong; then each has its own."""
    upload = write_parts(tmp_path / "upload")
    code = (upload / "part5_iou.py").read_text()
    harmful = "\n\ndef pixel_accuracy(matrix):\n    import os\n    os.environ['SPOILT'] = '1'\n    return -1.0\n"
    spoilt = "    import os\n    if 'SPOILT' in os.environ:\n        return -1.0\n"
    start = "def mean_iou(matrix: Tensor) -> float:\n"
    assert start in code
    (upload / "part5_iou.py").write_text(code.replace(start, start + spoilt) + harmful)
    tests = [test for test in POINTS if test.startswith("test_part5_iou/")]
    together = run_tests(sandbox, upload, PUBLIC_BOOK, tests=tests)
    one_by_one = {test: run_tests(sandbox, upload, PUBLIC_BOOK, tests=[test])[test] for test in tests}
    ends = [[runs[test].outcome.status for test in tests] for runs in (together, one_by_one)]
    assert ends[0] == ends[1]
    assert "mean_iou" in {FUNCTIONS[test] for test in tests if together[test].outcome.status == PASSED}
