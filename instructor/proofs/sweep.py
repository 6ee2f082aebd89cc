"""No right answer is refused: the reference and all alternatives under many seeds, threads, and kernels.

python -m instructor sweep --seeds 100
"""

import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from instructor.catalogue.edits import write_submission
from instructor.proofs.review import list_alternatives, part_of
from instructor.proofs.trials import Result, Trial, nearby_tests, run_trials
from instructor.release.skeletons import SOLUTION
from proj4_unit_tests.harness.book import read_record, write_book
from proj4_unit_tests.harness.console import explain
from proj4_unit_tests.harness.reports.evidence import TOLERANCE

SETTINGS = tuple(itertools.product((1, 2), (True, False)))  # threads, oneDNN


def main(seeds: int) -> int:
    """Run everything; print who lost points and the largest error of a right answer.

    Args:
        seeds: how many. The reference runs with each under all settings, an alternative under one after another.

    Returns:
        0 if nobody lost a point.
    """
    with tempfile.TemporaryDirectory() as folder:
        books = _record_books(Path(folder), seeds)
        trials = list(_list_trials(Path(folder), books))
        flakes, errors = 0, {}
        for result in tqdm(_run_by_threads(trials), "runs", len(trials)):
            trial = result.trial
            for file, points in result.lost.items():
                if points:
                    flakes += 1
                    wrong = [outcome for outcome in result.tests if outcome.points < outcome.most_points]
                    messages = "\n".join(f"{outcome.test}\n{explain(outcome)}" for outcome in wrong) or result.printed
                    print(f"{trial.name}, {trial.threads} threads, oneDNN {trial.onednn}: {file}\n{messages}")
            for outcome in result.tests:
                errors[outcome.error] = f"{trial.name}, {outcome.test}"
    largest = max(errors)
    print(f"{len(trials)} runs with {seeds} seeds, {flakes} of them lost points")
    print(f"the largest error of a right answer: {largest:.2g} ({errors[largest]}); allowed are {TOLERANCE:g}")
    return int(bool(flakes))


def _run_by_threads(trials: list[Trial]) -> Iterator[Result]:
    """Run as many trials at once as the machine has cores for their threads: waiting threads take time too."""
    cores = os.cpu_count() or 1
    for threads in sorted({trial.threads for trial in trials}):
        yield from run_trials((t for t in trials if t.threads == threads), max(cores // threads, 1))


def _record_books(folder: Path, seeds: int) -> list[Path]:
    """Write books of the reference's answers alone."""
    trials = [
        Trial(str(seed), SOLUTION, options={"record": folder / f"{seed}.answers", "seed": seed})
        for seed in range(seeds)
    ]
    for _ in tqdm(run_trials(trials), "books", len(trials)):
        pass
    books = [folder / f"{seed}.npz" for seed in range(seeds)]
    for seed, book in enumerate(books):
        write_book(book, seed, read_record(book.with_suffix(".answers")), {})
    return books


def _list_trials(folder: Path, books: list[Path]) -> Iterator[Trial]:
    alternatives = [(name, part_of(path), path.read_text(encoding="utf-8")) for name, path in list_alternatives()]
    written = [(name, part, write_submission(folder / name, part, source)) for name, part, source in alternatives]
    for seed, book in enumerate(books):
        for threads, onednn in SETTINGS:
            yield Trial("reference", SOLUTION, options={"answers": book}, threads=threads, onednn=onednn)
        for number, (name, part, submission) in enumerate(written):
            threads, onednn = SETTINGS[(seed + number) % len(SETTINGS)]
            yield Trial(name, submission, nearby_tests(part), {"answers": book}, threads, onednn)
