"""Making an answer book: the tests are run on the reference and on every known mistake, and their answers kept."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from instructor.catalogue import MISTAKES
from instructor.catalogue.edits import Edit
from instructor.proofs.trials import Trial, nearby_tests, run_trials
from instructor.release.skeletons import SOLUTION
from proj4_unit_tests.harness.book import read_record, write_book
from proj4_unit_tests.harness.outcome import Mistake

REFERENCE = "reference"


def make_book(out: Path, seed: int, edits: Sequence[Edit] = MISTAKES) -> None:
    """Write the answer book of a seed.

    Args:
        out: the .npz file.
        seed: of the questions.
        edits: the mistakes that it knows.

    Raises:
        ValueError: if the tests do not run to their end, or if the reference does not pass their own assertions.
    """
    with tempfile.TemporaryDirectory() as folder:
        answers = {name: Path(folder) / f"{name}.answers" for name in (REFERENCE, *(edit.name for edit in edits))}
        options = {name: {"record": path, "seed": seed} for name, path in answers.items()}
        trials = [Trial(REFERENCE, SOLUTION, options=options[REFERENCE])]
        trials += [
            Trial(edit.name, edit.write(Path(folder) / edit.name), nearby_tests(edit.part), options[edit.name])
            for edit in edits
        ]
        for result in tqdm(run_trials(trials), "answers", len(trials)):
            name = result.trial.name
            if not answers[name].is_file() or (name == REFERENCE and any(result.lost.values())):
                raise ValueError(f"the tests fail on {name}:\n{result.printed}")
        recorded = {name: read_record(path) for name, path in answers.items()}
    known = {Mistake(edit.name, edit.wrong, edit.hint): recorded[edit.name] for edit in edits}
    write_book(out, seed, recorded[REFERENCE], known)
