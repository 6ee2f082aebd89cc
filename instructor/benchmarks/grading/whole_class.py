"""What a class costs: time of an upload, uploads a minute, memory, and what runs out first."""

import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from distributed import LocalCluster

from instructor.attacks.by_code import ATTACKS
from instructor.benchmarks.grading.processes import peak_memory
from instructor.benchmarks.machine import processor_time_of_children, table
from instructor.catalogue import MISTAKES
from instructor.course.cluster import Job
from instructor.course.whole_class import grade_class
from instructor.grading.policy import read_policy
from instructor.release.skeletons import SOLUTION
from proj4_code.given.parts import PARTS

COLUMNS = ("workers", "s an upload: p50", "p95", "p99", "uploads a minute", "MB a worker, at most", "first to run out")


class Run(NamedTuple):
    """A class graded once.

    Attributes:
        name: of the workers.
        workers: how many.
        uploads: seconds that each took.
        seconds: that all took, the start of the workers included.
        processor: seconds of the processor that all used.
        memory: bytes that all used at most.
    """

    name: str
    workers: int
    uploads: Sequence[float]
    seconds: float
    processor: float
    memory: float


def measure_class(book: Path, count: int) -> Iterator[str]:
    """Grade a mixed class with one worker, two, one for each core, and by a Dask scheduler; yield lines of text."""
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        uploads = make_class(Path(folder) / "uploads", count)
        runs = [_grade(book, uploads, Path(folder) / f"out{n}", n) for n in sorted({1, min(2, cores), cores})]
        with LocalCluster(n_workers=cores, threads_per_worker=1, memory_limit=None, dashboard_address=None) as cluster:
            out, scheduler = Path(folder) / "dask", cluster.scheduler_address
            runs.append(_grade(book, uploads, out, cores, scheduler))
    yield f"a class of {count}: of twenty, seven right, ten with a mistake in each part, one that hangs, two hostile"
    yield table(COLUMNS, [row_of(run, cores, _all_memory()) for run in runs])


def row_of(run: Run, cores: int, memory: float) -> tuple[str, ...]:
    """Return a run's row of the table.

    Args:
        run: of the class.
        cores: of the machine.
        memory: of the machine, in bytes.
    """
    cuts = statistics.quantiles(run.uploads, n=100, method="inclusive")
    used = {"processor": run.processor / (run.seconds * cores), "memory": run.memory / memory}
    first = max(used, key=lambda name: used[name])
    return (
        run.name,
        *(f"{cuts[percent - 1]:.1f}" for percent in (50, 95, 99)),
        f"{60 * len(run.uploads) / run.seconds:.1f}",
        f"{run.memory / run.workers / 1e6:.0f}",
        f"{first} ({used[first]:.0%} used)",
    )


def _grade(book: Path, uploads: Path, out: Path, workers: int, scheduler: str = "") -> Run:
    began, before = time.perf_counter(), processor_time_of_children()
    with peak_memory() as peak:
        job = Job(book.read_bytes(), read_policy())
        grades = grade_class(uploads, job, out, workers, scheduler)
    seconds, processor = time.perf_counter() - began, processor_time_of_children() - before
    name = f"{workers} by Dask's scheduler" if scheduler else str(workers)
    return Run(name, workers, [grade.seconds for _, grade in grades], seconds, processor, peak[0])


def _all_memory() -> float:
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def make_class(uploads: Path, count: int) -> Path:
    """Write a class: of twenty, seven right, ten with one mistake a part, one that hangs, two hostile."""
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
            shutil.rmtree(upload / "attack")
    return uploads


def _make_mistakes(upload: Path, generator: random.Random) -> None:
    for part in PARTS:
        edit = generator.choice([edit for edit in MISTAKES if edit.part is part])
        file = upload / part.file
        file.write_text(file.read_text(encoding="utf-8").replace(edit.right, edit.mistaken), encoding="utf-8")
