"""Trying all attacks: `python -m instructor attacks` shows that none gains anything on this machine."""

import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path

from tqdm import tqdm

from instructor.attacks.archives import ARCHIVES
from instructor.attacks.attack import GAINED, PART, WRONG, write_secrets
from instructor.attacks.by_code import ATTACKS
from instructor.attacks.rehearsal import rehearsals_work, rehearse
from instructor.grading.policy import read_policy
from instructor.grading.records import GRADER_ERROR
from instructor.grading.run_tests import run_tests
from instructor.grading.upload import Refused, open_upload
from instructor.rubric import joint_tests, list_tests
from instructor.sandbox.sandbox import Patience, Sandbox
from instructor.sandbox.start import USERS
from proj4_code.given.parts import PARTS

BY_CODE = {attack.name: attack for attack in ATTACKS}
NAMES = (*BY_CODE, *ARCHIVES)
TESTS = (*list_tests(PARTS[4]), *joint_tests(PARTS[4]))
SAMPLE = (
    "message-that-runs", "wide-answers", "forged-answers", "kill-everything", "write-the-parents-memory",
    "command-lines", "answer-book", "memory-bomb", "network", "storm", "path-upwards", "bomb", "patched-comparison",
    "patched-builtins", "text-that-turns-round", "answers-between-tests",
)  # fmt: skip
"""Some of each file of attacks, for when there is no time for all."""
NO_ATTACK = ""  # the name of an upload that is only wrong
PATIENCE = Patience(call=1.5, slow_call=0.3, upload=12)
GRACE = 10  # seconds of its own, for the end of the last call and for clearing up
MOST_MEMORY = 10**9  # bytes, of the grader
LONGEST = 600  # seconds for one attack, many times what it takes on a busy machine: more means that it holds graders up

RESET_PEAK = "5"  # written to clear_refs
WATCHED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/etc"), Path.cwd())
LEFT_BEHIND = ("gained", "left-behind")  # in names of files


@dataclass(frozen=True)
class Attempt:
    """What an attack achieved in the sandbox.

    Attributes:
        name: of the attack.
        points: that it got.
        endings: how many tests ended how.
        gained: what it gained, in words.
        seconds: that it took.
        own_seconds: of these, those that its code took for itself, and what it left took to clear up.
        memory: most bytes that the process which grades had meanwhile.
    """

    name: str
    points: float
    endings: dict[str, int]
    gained: list[str]
    seconds: float
    own_seconds: float = 0.0
    memory: int = 0


@dataclass(frozen=True)
class Check:
    """All attempts.

    Attributes:
        attempts: of the attacks.
        marks: attack -> the mark that it left without the sandbox, empty if none; None where this machine has no
            namespaces to rehearse attacks in.
        problems: what any attack gained, and which are not shown to run, in words.
    """

    attempts: list[Attempt]
    marks: dict[str, str] | None
    problems: list[str]


def check(kind: str, book: Path, names: Sequence[str] = NAMES, workers: int = 4) -> Check:
    """Rehearse attacks without the sandbox, and try them in it.

    Args:
        kind: of sandbox.
        book: an answer book.
        names: of the attacks.
        workers: attacks at a time; most of them wait.
    """
    marks = None
    if rehearsals_work():
        marks = dict(tqdm(rehearse(names, book), "rehearsals", len(names)))
    before = set(_files())
    with (
        tempfile.TemporaryDirectory(prefix="proj4-another-") as secrets,
        ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool,
    ):
        write_secrets(Path(secrets) / "student")
        tried = pool.map(_try, *zip(*((name, kind, book) for name in [NO_ATTACK, *names]), strict=True))
        without, *attempts = tqdm(tried, "attacks", len(names) + 1)
    left = [path for path in set(_files()) - before if any(word in path.name for word in LEFT_BEHIND)]
    problems = [f"left {path}" for path in left]
    problems += [problem for attempt in attempts for problem in _problems(attempt, without.points)]
    if marks is not None:
        problems += [f"{name}: not shown to run: no mark without the sandbox" for name in names if not marks[name]]
    return Check(attempts, marks, problems)


def describe(done: Check) -> Iterator[str]:
    """Yield lines that say what the attacks did."""
    for attempt in done.attempts:
        counts = ", ".join(f"{count} {ending}" for ending, count in attempt.endings.items())
        used = f"{attempt.own_seconds:>5.1f} s  {attempt.memory / 1e6:>4.0f} MB"
        yield f"{attempt.name:<26}{attempt.points:>5g} points  {used}  {counts}"
    yield from done.problems
    if done.marks is None:
        shown = "none shown to run, since this machine has no bubblewrap to rehearse them in"
    else:
        shown = f"{sum(map(bool, done.marks.values()))} shown to run without the sandbox"
    yield f"{len(done.attempts)} attacks, {shown}, {len(done.problems)} problems"


def _problems(attempt: Attempt, points: float) -> Iterator[str]:
    """Yield what an attack gained; without it, the upload gets `points`."""
    yield from (f"{attempt.name}: {text}" for text in attempt.gained)
    if attempt.points > points:
        yield f"{attempt.name}: {attempt.points:g} points, {points:g} without it"
    if attempt.seconds > LONGEST:
        yield f"{attempt.name}: took {attempt.seconds:.0f} s"
    if attempt.own_seconds > PATIENCE.upload + GRACE:
        yield f"{attempt.name}: took {attempt.own_seconds:.0f} s for itself; {PATIENCE.upload:g} s are allowed"
    if attempt.memory > MOST_MEMORY:
        yield f"{attempt.name}: made the grader use {attempt.memory / 1e6:.0f} MB"
    if GRADER_ERROR in attempt.endings:
        yield f"{attempt.name}: a grader error"


def _try(name: str, kind: str, book: Path) -> Attempt:
    began = time.monotonic()
    sandbox = _sandbox(kind, read_policy().patience if name == NO_ATTACK else PATIENCE)
    with tempfile.TemporaryDirectory(prefix="proj4-attack-") as folder:
        try:
            submission = _make(name, Path(folder))
        except Refused:
            return Attempt(name, 0, {"refused": 1}, [], time.monotonic() - began)
        Path("/proc/self/clear_refs").write_text(RESET_PEAK)
        runs = run_tests(sandbox, submission, book, tests=TESTS).values()
    printed = sorted({line for run in runs for line in run.printed.splitlines() if GAINED in line})
    return Attempt(
        name,
        sum(run.outcome.points for run in runs),
        dict(Counter(run.ending for run in runs)),
        [*printed[:5], *_left_by(sandbox)],
        time.monotonic() - began,
        sandbox.spent,
        _peak_memory(),
    )


def _peak_memory() -> int:
    """Return the most bytes that this process has had since the peak was reset."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024


def _make(name: str, folder: Path) -> Path:
    """Make the submission of an attack."""
    if name in ARCHIVES:
        return open_upload(ARCHIVES[name](folder)).write(folder / "parts")
    if name != NO_ATTACK:
        return BY_CODE[name].write(folder / "parts")
    (folder / PART).write_bytes(WRONG.read_bytes())
    return folder


@cache
def _sandbox(kind: str, patience: Patience) -> Sandbox:
    sandbox = Sandbox(patience, kind)
    Finalize(None, sandbox.close, exitpriority=10)
    return sandbox


def _files() -> Iterator[Path]:
    for folder in WATCHED:
        yield from folder.iterdir()


def _left_by(sandbox: Sandbox) -> Iterator[str]:
    """Yield the processes and files that tests in this sandbox, and in no other, have left."""
    inside, user = _descendants(sandbox.process), sandbox.folder.stat().st_gid  # the user's group, where it needs one
    for folder in Path("/proc").iterdir():
        owner = _owner(folder) if folder.name.isdigit() else 0
        if owner in USERS and (int(folder.name) in inside or owner == user):
            yield f"process {folder.name} still runs"
    yield from (f"left {path}" for path in _files() if _owner(path) == user and user in USERS)


def _descendants(process: int) -> set[int]:
    found = [process]
    for parent in found:
        try:
            found += map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
        except OSError:
            continue
    return set(found)


def _owner(path: Path) -> int:
    try:
        return path.lstat().st_uid
    except FileNotFoundError:
        return 0
