"""Grading a whole class: `python -m instructor grade-all FOLDER_OR_EXPORT.zip --answers BOOK --out DIR`.

Workers grade and return results; this process alone writes files. An upload that has results already, of the same
files, kit and book, is not graded again, so that a run that was stopped goes on where it was.
"""

import json
import multiprocessing
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from instructor.course.exports import ClassUpload, list_uploads
from instructor.grading.grade import grade_upload
from instructor.grading.page import write_report
from instructor.grading.policy import Policy
from instructor.grading.results import UNFINISHED, describe_origin, failed_results, refused_results, write_results
from instructor.grading.training_results import read_truth
from instructor.grading.upload import Refused, Upload
from instructor.sandbox.sandbox import Patience, Sandbox

MOST_TRIES = 3  # of an upload whose worker dies
_ONE_AT_A_TIME = threading.Lock()  # a Dask worker may have several threads


class Job(NamedTuple):
    """What a worker needs besides an upload.

    Attributes:
        book: content of the answer book.
        policy: the instructor's choices.
        kind: of sandbox.
        data: prepared CamVid, for results of training; None if they are not graded.
    """

    book: bytes
    policy: Policy
    kind: str = "auto"
    data: Path | None = None


def grade_class(path: Path, job: Job, out: Path, workers: int, dask: str = "") -> list[dict]:
    """Grade all uploads, and write a folder for each with `results.json` and `report.html`.

    Args:
        path: a folder of uploads or an export.
        job: how to grade.
        out: folder for everything.
        workers: processes that grade at a time.
        dask: address of a Dask scheduler whose workers grade instead.

    Returns:
        The results of all uploads by name, those of earlier runs included.
    """
    uploads, results = list_uploads(path), {}
    with tqdm(total=len(uploads), desc="uploads") as bar, _executor(workers, dask) as make_executor:
        waiting = []
        for upload in uploads:
            if kept := _results_so_far(upload, job.book, out):
                results[upload.name] = kept
                bar.update()
            else:
                waiting.append(upload)
        in_flight = workers * 2 if not dask else 64
        for upload, result in _grade_all(waiting, job, make_executor, in_flight):
            folder = out / upload.name
            result["extra_data"]["students"] = [student._asdict() for student in upload.students]
            write_results(result, folder / "results.json")
            names = ", ".join(student.name for student in upload.students)
            write_report(result, names, job.policy.show_printed, folder / "report.html")
            results[upload.name] = result
            bar.update()
    return [{"name": upload.name, **results[upload.name]} for upload in uploads]


def _results_so_far(upload: ClassUpload, book: bytes, out: Path) -> dict | None:
    """Return an earlier run's results, if they are of the same files, kit and book, and complete."""
    path = out / upload.name / "results.json"
    if not path.is_file():
        return None
    results = json.loads(path.read_text(encoding="utf-8"))
    try:
        own_hash = upload.open().hash
    except Exception:
        own_hash = ""
    now, then = describe_origin(own_hash, book, []), results["extra_data"]
    same = all(then[key] == now[key] for key in ("upload", "kit", "answer book"))
    return results if same and then["state"] != UNFINISHED else None


def _grade_all(
    uploads: list[ClassUpload], job: Job, make_executor: Callable[[], Executor], in_flight: int
) -> Iterator[tuple[ClassUpload, dict]]:
    """Grade uploads, and give their results as they come; one whose worker dies is tried again."""
    tries, origin = Counter(), describe_origin("", job.book, [])
    waiting: deque[ClassUpload] = deque(uploads)
    running: dict[Future, ClassUpload] = {}
    executor: Executor = make_executor()
    while waiting or running:
        failed: dict[str, tuple[ClassUpload, str]] = {}
        try:
            while waiting and len(running) < in_flight and _may_start(waiting[0], running.values(), tries):
                opened = _open(waiting[0], origin)
                if isinstance(opened, Upload):
                    running[executor.submit(grade_in_worker, opened, job)] = waiting[0]
                    tries[waiting[0].name] += 1
                    waiting.popleft()
                else:
                    yield waiting.popleft(), opened
            for future in wait(running, return_when=FIRST_COMPLETED).done if running else ():
                try:
                    result = future.result()
                except BrokenProcessPool:
                    raise
                except Exception as error:
                    upload = running.pop(future)
                    failed[upload.name] = upload, repr(error)
                else:
                    yield running.pop(future), result
        except BrokenProcessPool:  # one worker died, and took the others with it: all of them are tried again
            failed |= {upload.name: (upload, "its worker died three times") for upload in running.values()}
            running, executor = {}, make_executor()
        for upload, cause in failed.values():
            if tries[upload.name] < MOST_TRIES:
                waiting.appendleft(upload)
            else:
                yield upload, failed_results(cause, origin)


def _may_start(upload: ClassUpload, running: Collection[ClassUpload], tries: Counter) -> bool:
    """Let what failed before run alone: if it ends its worker again, it takes no other upload with it."""
    return not running or not (tries[upload.name] or any(tries[other.name] > 1 for other in running))


def _open(upload: ClassUpload, origin: dict) -> Upload | dict:
    """Read an upload, or make the results of one that cannot be read."""
    try:
        return upload.open()
    except Refused as error:
        return refused_results(str(error), origin)
    except Exception as error:
        return failed_results(f"the upload cannot be opened: {error!r}", origin)


@contextmanager
def _executor(workers: int, dask: str) -> Iterator[Callable[[], Executor]]:
    """Give a function that makes an executor: of processes here, or of a Dask cluster's workers."""
    if dask:
        from distributed import Client

        with Client(dask) as client:
            yield lambda: client.get_executor(pure=False, retries=MOST_TRIES)
        return
    pools: list[ProcessPoolExecutor] = []

    def make() -> ProcessPoolExecutor:
        pools.append(ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")))
        return pools[-1]

    try:
        yield make
    finally:
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)


def grade_in_worker(upload: Upload, job: Job) -> dict:
    """Grade one upload in a worker, whose sandbox stays for the next."""
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="proj4-class-") as folder:
        book = Path(folder) / "book.npz"
        book.touch(0o600)
        book.write_bytes(job.book)
        frames = _read_truth_once(job.data) if job.data else ()
        sandbox = _make_sandbox_once(job.kind, job.policy.patience)
        return grade_upload(upload, book, sandbox, job.policy, Path(folder) / "results.json", frames)


_read_truth_once = cache(read_truth)


@cache
def _make_sandbox_once(kind: str, patience: Patience) -> Sandbox:
    sandbox = Sandbox(kind, patience)
    Finalize(None, sandbox.close, exitpriority=10)
    return sandbox
