"""Grading many uploads at a time: on the workers of a Dask cluster, here or elsewhere."""

import itertools
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import NamedTuple

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, as_completed

from instructor.course.exports import ClassUpload
from instructor.grading.grade import grade_upload
from instructor.grading.origin import describe_origin
from instructor.grading.policy import Policy
from instructor.grading.records import FAILED, NOTHING, REFUSED, Grade
from instructor.grading.training.frames import Frame, read_truth
from instructor.grading.upload import NothingHandedIn, Refused, Upload
from instructor.sandbox.neighbours import claim_core
from instructor.sandbox.sandbox import Patience, Sandbox

MORE_TRIES = 2  # of an upload whose worker fails or dies
# A worker holds one upload at a time: the one that it dies of, and no other.
CONFIGURATION = {
    "distributed.scheduler.allowed-failures": MORE_TRIES,
    "distributed.scheduler.worker-saturation": 1.0,
}
_ONE_AT_A_TIME = threading.Lock()  # a Dask worker may have several threads


class Job(NamedTuple):
    """What a worker needs in addition to an upload.

    Attributes:
        book: content of the answer book.
        policy: the instructor's choices.
        kind: of sandbox.
        data: prepared CamVid, for results of training; None if they are not graded.
        run: tells one run from others: what workers keep, they keep for one.
        hidden: files and folders that student code must not see.
    """

    book: bytes
    policy: Policy
    kind: str = "auto"
    data: Path | None = None
    run: str = ""
    hidden: tuple[Path, ...] = ()


def grade_all(
    uploads: Iterable[ClassUpload], job: Job, workers: int, scheduler: str = ""
) -> Iterator[tuple[ClassUpload, Grade]]:
    """Grade uploads, and yield their grades as they come.

    Args:
        uploads: each is read when its turn comes.
        job: how to grade.
        workers: processes on this machine.
        scheduler: address of a Dask scheduler whose workers grade instead.
    """
    waiting = iter(uploads)
    for upload in waiting:
        opened = _open(upload, job.book)
        if isinstance(opened, Upload):  # workers take seconds to start, and are needed
            yield from _grade_on_workers(itertools.chain([upload], waiting), job, workers, scheduler)
        else:
            yield upload, opened


def _grade_on_workers(
    uploads: Iterable[ClassUpload], job: Job, workers: int, scheduler: str
) -> Iterator[tuple[ClassUpload, Grade]]:
    waiting = iter(uploads)
    owners: dict[object, ClassUpload] = {}
    upload = next(waiting, None)
    with _connect(workers, scheduler) as client:
        running = as_completed()
        while upload or owners:
            while upload and len(owners) < 2 * max(sum(client.nthreads().values()), 1):
                opened = _open(upload, job.book)
                if isinstance(opened, Upload):
                    future = client.submit(grade_in_worker, opened, job, pure=False, retries=MORE_TRIES)
                    owners[future.key] = upload
                    running.add(future)
                else:
                    yield upload, opened
                upload = next(waiting, None)
            if owners:
                future = next(running)
                yield owners.pop(future.key), _grade_of(future, job.book)


def _open(upload: ClassUpload, book: bytes) -> Upload | Grade:
    """Read an upload, or make the grade of one that cannot be read."""
    try:
        return upload.open()
    except NothingHandedIn as error:
        return Grade(NOTHING, describe_origin("", book), reason=str(error))
    except Refused as error:
        return Grade(REFUSED, describe_origin("", book), reason=str(error))
    except Exception as error:
        return Grade(FAILED, describe_origin("", book), reason=f"the upload cannot be opened: {error!r}")


def _grade_of(future: Future[Grade], book: bytes) -> Grade:
    try:
        grade: Grade = future.result()
    except KilledWorker as error:
        return Grade(FAILED, describe_origin("", book), reason=f"its worker died {error.allowed_failures + 1} times")
    except Exception as error:
        return Grade(FAILED, describe_origin("", book), reason=repr(error))
    return grade


@contextmanager
def _connect(workers: int, scheduler: str) -> Iterator[Client]:
    """Connect to a cluster, or start one on this machine."""
    if scheduler:
        with Client(scheduler) as client:
            yield client
        return
    options = {"threads_per_worker": 1, "memory_limit": None, "dashboard_address": None}
    with (
        dask.config.set(CONFIGURATION),
        LocalCluster(n_workers=workers, **options) as cluster,
        Client(cluster) as client,
    ):
        yield client


def grade_in_worker(upload: Upload, job: Job) -> Grade:
    """Grade one upload in a worker, whose sandbox stays for the next."""
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="proj4-class-") as folder:
        book = Path(folder) / "book.npz"
        book.touch(0o600)
        book.write_bytes(job.book)
        frames = _read_truth_once(job.data, job.run) if job.data else ()
        sandbox = _make_sandbox_once(job.kind, job.policy.patience, job.hidden)
        return grade_upload(upload, book, sandbox, job.policy, Path(folder) / "results.json", frames)


@lru_cache(1)
def _read_truth_once(data: Path, run: str) -> list[Frame]:
    """Read the test split; workers outlive a run, and the next one may have other data in the same place."""
    return read_truth(data)


@cache
def _make_sandbox_once(kind: str, patience: Patience, hidden: tuple[Path, ...]) -> Sandbox:
    sandbox = Sandbox(patience, kind, hidden, claim_core())
    Finalize(None, sandbox.close, exitpriority=10)
    return sandbox
