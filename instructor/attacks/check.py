"""Trying all attacks: `python -m instructor attacks` shows that none gains anything on this machine."""

import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from instructor.attacks import WRONG, list_attacks
from instructor.attacks.archives import ARCHIVES, PART
from instructor.grading.engine import GRADER_ERROR, run_tests
from instructor.grading.upload import Refused, open_upload
from instructor.rubric import POINTS
from instructor.sandbox.launch import USER
from instructor.sandbox.sandbox import Patience, Sandbox

TESTS = tuple(test for test in POINTS if test.startswith("test_part5_iou/") or test.endswith("_5_6_measure"))
PATIENCE = Patience(call=1.5, slow_call=0.3, upload=30)
LONGEST = PATIENCE.upload + 3 * len(TESTS)  # seconds for one attack: a second of grace, and cleaning up, for each test
WATCHED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/etc"), Path.cwd())


class Attempt(NamedTuple):
    """What came of an attack.

    Attributes:
        name: of the attack.
        points: that it got.
        outcomes: how many tests ended how.
        gained: what it printed of its success, and other problems.
        seconds: that it took.
    """

    name: str
    points: float
    outcomes: dict[str, int]
    gained: list[str]
    seconds: float


def try_attacks(kind: str, book: Path, only: str = "", workers: int = 4) -> list[Attempt]:
    """Try all attacks.

    Args:
        kind: of sandbox.
        book: an answer book.
        only: the beginning of the names of those to try.
        workers: attacks at a time; most of them wait.

    Returns:
        The wrong part without any attack first, then all attacks.
    """
    names = [name for name in (*(attack.name for attack in list_attacks()), *ARCHIVES) if name.startswith(only)]
    before = set(_files())
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        tried = pool.map(_try, *zip(*((name, kind, book) for name in ["nothing", *names]), strict=True))
        attempts = list(tqdm(tried, "attacks", len(names) + 1))
    left = [f"left {path}" for path in set(_files()) - before if _is_left_behind(path)] + list(_processes())
    return [*attempts, Attempt("all together", 0, {}, left, 0)]


def problems(attempts: list[Attempt]) -> list[str]:
    """Say what any attack gained, in words."""
    without = attempts[0].points
    found = [f"{attempt.name}: {text}" for attempt in attempts for text in attempt.gained]
    found += [f"{a.name}: {a.points:g} points, {without:g} without it" for a in attempts if a.points > without]
    found += [f"{a.name}: took {a.seconds:.0f} s" for a in attempts if a.seconds > LONGEST]
    return found + [f"{a.name}: a grader error" for a in attempts if GRADER_ERROR in a.outcomes]


def _try(name: str, kind: str, book: Path) -> Attempt:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="proj4-attack-") as folder:
        try:
            submission = _make(name, Path(folder))
        except Refused:
            return Attempt(name, 0, {"refused": 1}, [], time.monotonic() - began)
        runs = run_tests(_sandbox(kind), submission, book, tests=TESTS)
    points = sum(run.outcome.points for run in runs)
    outcomes = Counter(run.outcome.ending or run.outcome.status for run in runs)
    gained = {line for run in runs for line in run.printed.splitlines() if "GAINED" in line}
    return Attempt(name, points, dict(outcomes), sorted(gained)[:5], time.monotonic() - began)


def _make(name: str, folder: Path) -> Path:
    """Make the submission of an attack."""
    if name in ARCHIVES:
        return open_upload(ARCHIVES[name](folder)).write(folder / "parts")
    attack = next((attack for attack in list_attacks() if attack.name == name), None)
    if attack is not None:
        return attack.write(folder / "parts")
    (folder / PART).write_bytes(WRONG.read_bytes())
    return folder


@cache
def _sandbox(kind: str) -> Sandbox:
    sandbox = Sandbox(kind, PATIENCE)
    Finalize(None, sandbox.close, exitpriority=10)
    return sandbox


def _files() -> Iterator[Path]:
    for folder in WATCHED:
        yield from folder.iterdir()


def _is_left_behind(path: Path) -> bool:
    try:
        return "gained" in path.name or "left-behind" in path.name or path.lstat().st_uid >= USER
    except FileNotFoundError:
        return False


def _processes() -> Iterator[str]:
    """List processes of the sandbox's users that still run."""
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and folder.stat().st_uid >= USER:
                yield f"process {folder.name} still runs"
        except FileNotFoundError:
            continue
