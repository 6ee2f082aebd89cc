"""What grading costs: one more upload beside the same tests in a warm process, memory, half a processor, a class.

python -m instructor.benchmarks.grading --answers BOOK [--uploads 200]
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from instructor.attacks.by_code import ATTACKS
from instructor.benchmarks.machine import describe, processor_time_of_children
from instructor.catalogue import MISTAKES
from instructor.course.cluster import Job
from instructor.course.whole_class import grade_class
from instructor.grading.policy import read_policy
from instructor.grading.run_tests import run_tests
from instructor.proofs.trials import Trial, run_trials
from instructor.release.skeletons import SOLUTION
from instructor.sandbox.sandbox import Sandbox
from proj4_code.given.parts import PARTS

HALF = Path("/sys/fs/cgroup/cpu/proj4-half")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=Path, required=True, metavar="BOOK")
    parser.add_argument("--runs", type=int, default=5, help="of each kind (default: 5)")
    parser.add_argument("--uploads", type=int, default=0, metavar="N", help="also grade a mixed class of N")
    options = parser.parse_args()
    print(describe())
    warm = statistics.median(_warm_seconds(options.answers) for _ in range(options.runs))
    graded = statistics.median(_graded_seconds(options.answers, options.runs))
    print(f"processor time of all tests on the reference, in a warm process: {warm:.2f} s (median of {options.runs})")
    print(f"processor time of one more upload in the sandbox: {graded:.2f} s, {graded / warm:.2f} times as much")
    seconds, memory = _command(options.answers)
    print(f"one upload from the command line, everything loaded again: {seconds:.1f} s, at most {memory / 1e6:.0f} MB")
    with _half_a_processor() as half:
        if half:
            print(f"the same with half a processor: {_command(options.answers)[0]:.1f} s")
        else:
            print("the same with half a processor: not measured, this machine does not let us limit it")
    if options.uploads:
        print(_class(options.answers, options.uploads))


def _warm_seconds(book: Path) -> float:
    """Measure the processor time of the tests in a child of a process that has torch loaded."""
    before = processor_time_of_children()
    list(run_trials([Trial("reference", SOLUTION, options={"answers": book})]))
    return processor_time_of_children() - before


def _graded_seconds(book: Path, runs: int) -> Iterator[float]:
    """Measure the processor time of uploads in a sandbox that has run one before, this process's included."""
    with closing(Sandbox(read_policy().patience)) as sandbox:
        run_tests(sandbox, SOLUTION, book)
        for _ in range(runs):
            before = time.process_time() + _sandbox_seconds(sandbox)
            run_tests(sandbox, SOLUTION, book)
            yield time.process_time() + _sandbox_seconds(sandbox) - before


def _sandbox_seconds(sandbox: Sandbox) -> float:
    """Add up the processor time of the server and of all children that it has had."""
    ticks = 0
    for process in _descendants(sandbox.process):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))  # its own and its ended children's, user and system
    return ticks / os.sysconf("SC_CLK_TCK")


def _descendants(process: int) -> list[int]:
    found = [process]
    for parent in found:
        children = Path(f"/proc/{parent}/task/{parent}/children")
        found += map(int, children.read_text().split()) if children.exists() else []
    return found


def _command(book: Path) -> tuple[float, float]:
    """Grade the reference from the command line; return the time in seconds, and the peak of the memory in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "instructor", "grade", SOLUTION, "--answers", book, "--out", folder]
        began = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
        peak, ended = [0.0], threading.Event()

        def watch() -> None:
            while not ended.wait(0.02):
                peak[0] = max(peak[0], sum(map(_memory, _descendants(process.pid))))

        watcher = threading.Thread(target=watch)
        watcher.start()
        process.wait()
        ended.set()
        watcher.join()
        return time.perf_counter() - began, peak[0]


def _memory(process: int) -> float:
    """Return a process's share of the memory in bytes: pages that several have count in parts."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(text.split("Pss:")[1].split()[0]) * 1024


@contextmanager
def _half_a_processor() -> Iterator[bool]:
    """Limit this process and its children to half a processor, where control groups allow it."""
    try:
        HALF.mkdir(exist_ok=True)
        (HALF / "cpu.cfs_quota_us").write_text("50000")
        (HALF / "tasks").write_text(str(os.getpid()))
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        (HALF.parent / "tasks").write_text(str(os.getpid()))


def _class(book: Path, count: int) -> str:
    """Grade a class: of twenty, seven right, ten with one mistake a part, one that hangs, two hostile."""
    with tempfile.TemporaryDirectory() as folder:
        uploads = Path(folder) / "uploads"
        generator = random.Random(0)
        for number in range(count):
            upload = uploads / f"{number:04}"
            shutil.copytree(SOLUTION, upload, ignore=lambda _, names: {n for n in names if not n.startswith("part")})
            kind = number % 20
            if 7 <= kind < 17:
                _make_mistakes(upload, generator)
            elif kind == 17:
                (upload / generator.choice(PARTS).file).write_text("while True: pass\n")
            elif kind > 17:
                generator.choice(ATTACKS).write(upload / "attack")
                shutil.move(upload / "attack" / "part5_iou.py", upload / "part5_iou.py")
        began = time.perf_counter()
        job = Job(book.read_bytes(), read_policy())
        grades = grade_class(uploads, job, Path(folder) / "out", os.cpu_count() or 1)
        seconds = time.perf_counter() - began
    full = sum(grade.score == 100 for _, grade in grades)
    return f"a class of {count}: {seconds / 60:.1f} minutes, {seconds / count:.2f} s an upload, {full} of full marks"


def _make_mistakes(upload: Path, generator: random.Random) -> None:
    for part in PARTS:
        edit = generator.choice([edit for edit in MISTAKES if edit.part is part])
        file = upload / part.file
        file.write_text(file.read_text(encoding="utf-8").replace(edit.right, edit.mistaken), encoding="utf-8")


if __name__ == "__main__":
    main()
