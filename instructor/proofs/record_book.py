"""Making an answer book: the tests are run on the reference and on every known mistake, and their answers kept."""

import ast
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from instructor.catalogue import MISTAKES
from instructor.catalogue.edits import Edit
from instructor.proofs.trials import Trial, nearby_tests, run_trials
from instructor.release.skeletons import SOLUTION
from proj4_unit_tests.harness.book import AnswerBook, read_record, write_book
from proj4_unit_tests.harness.outcome import Mistake
from proj4_unit_tests.harness.values import Plain

REFERENCE = "reference"


def make_book(out: Path, seed: int, edits: Sequence[Edit] = MISTAKES, only: str = "") -> None:
    """Write the answer book of a seed.

    Args:
        out: the .npz file.
        seed: of the questions.
        edits: the mistakes that it knows.
        only: record those whose names begin so; the others are kept as they stand in `out`, a book of the same seed.

    Raises:
        ValueError: if the tests do not run to their end, or if the reference does not pass their own assertions;
            if a mistake that is to be kept is not in the book, or the book has another seed.
    """
    kept = _read_kept(out, seed, [edit for edit in edits if not edit.name.startswith(only)])
    edits = [edit for edit in edits if edit.name.startswith(only)]
    with tempfile.TemporaryDirectory() as folder:
        answers = {name: Path(folder) / f"{name}.answers" for name in (REFERENCE, *(edit.name for edit in edits))}
        options = {name: {"record": path, "seed": seed} for name, path in answers.items()}
        called = Path(folder) / "called.json"
        _run([Trial(REFERENCE, SOLUTION, options=options[REFERENCE], called=called)], answers)
        calls = json.loads(called.read_text(encoding="utf-8"))
        _run(
            [
                Trial(edit.name, edit.write(Path(folder) / edit.name), affected(edit, calls), options[edit.name])
                for edit in edits
            ],
            answers,
        )
        recorded = {name: read_record(path) for name, path in answers.items()}
    known = {Mistake(edit.name, edit.wrong, edit.hint): recorded[edit.name] for edit in edits}
    write_book(out, seed, recorded[REFERENCE], known, kept)


def _run(trials: list[Trial], answers: dict[str, Path]) -> None:
    for result in tqdm(run_trials(trials), "answers", len(trials)):
        name = result.trial.name
        if not answers[name].is_file() or (name == REFERENCE and any(result.lost.values())):
            raise ValueError(f"the tests fail on {name}:\n{result.printed}")


def affected(edit: Edit, calls: dict[str, list[str]]) -> list[str]:
    """List the tests that a mistake can affect: those in which the reference calls the function that it changes.

    Args:
        edit: the mistake.
        calls: test -> the functions of the parts that the reference calls in it, as `trials.Trial` writes them.
    """
    near = nearby_tests(edit.part)
    changed = f"{edit.part.file}:{_function_of(edit)}"
    called = [test for test in near if changed in calls[test]]
    return called or list(near)


def _function_of(edit: Edit) -> int:
    """Return the first line of the innermost function in whose body an edit lies; 0 if it lies in none."""
    source = (SOLUTION / edit.part.file).read_text(encoding="utf-8")
    first = source[: source.index(edit.right)].count("\n") + 1
    last = first + edit.right.rstrip("\n").count("\n")
    lines = [
        node.lineno - len(node.decorator_list)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.body[0].lineno <= first and last <= (node.end_lineno or 0)
    ]
    return max(lines, default=0)


def _read_kept(book: Path, seed: int, edits: Sequence[Edit]) -> dict[Mistake, dict[str, dict[str, Plain]]]:
    if not edits:
        return {}
    answers = AnswerBook(book)
    if answers.seed != seed or (missing := [edit.name for edit in edits if not answers.knows(edit.name)]):
        raise ValueError(f"{book} has another seed" if answers.seed != seed else f"{book} lacks {', '.join(missing)}")
    return {Mistake(edit.name, edit.wrong, edit.hint): answers.recorded(edit.name) for edit in edits}
