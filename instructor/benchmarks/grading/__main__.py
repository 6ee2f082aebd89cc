"""One more upload beside the same tests in a warm process, memory, half a processor; with `--uploads`, a class.

python -m instructor.benchmarks.grading --answers BOOK [--uploads 200]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from instructor.benchmarks.grading.processes import descendants, peak_memory
from instructor.benchmarks.grading.whole_class import measure_class
from instructor.benchmarks.machine import describe, installed, processor_time_of_children
from instructor.benchmarks.otter import compare
from instructor.grading.policy import read_policy
from instructor.grading.run_tests import run_tests
from instructor.proofs.trials import Trial, run_trials
from instructor.release.skeletons import SOLUTION
from instructor.sandbox.sandbox import Sandbox

OTTERS_UPLOADS = 6
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
        for line in measure_class(options.answers, options.uploads):
            print(line)
        print(_beside_otter(options.answers))


def _beside_otter(book: Path) -> str:
    """Compare with otter-grader on right uploads and equal tests, where it is installed."""
    if installed("otter-grader") is None:
        return "otter-grader: not installed (pip install otter-grader)"
    others, ours, points = compare(book, OTTERS_UPLOADS)
    times = f"{others / ours:.1f} times as fast"
    return f"otter-grader: {others:.1f} s an upload, {points:g} points; this grader: {ours:.1f} s, {times}"


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
    for process in descendants(sandbox.process):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))  # its own and its ended children's, user and system
    return ticks / os.sysconf("SC_CLK_TCK")


def _command(book: Path) -> tuple[float, float]:
    """Grade the reference from the command line; return the time in seconds, and the peak of the memory in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "instructor", "grade", SOLUTION, "--answers", book, "--out", folder]
        began = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
        with peak_memory(process.pid) as peak:
            process.wait()
        return time.perf_counter() - began, peak[0]


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


if __name__ == "__main__":
    main()
