"""What the unit tests say of every known mistake and of every alternative: `python -m instructor mistakes`."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from instructor.catalogue import MISTAKES
from instructor.catalogue.edits import Edit, write_submission
from instructor.proofs.trials import Result, Trial, nearby_tests, run_trials
from instructor.rubric import joint_tests
from proj4_code.given.parts import PARTS, Part
from proj4_unit_tests.harness.book import AnswerBook
from proj4_unit_tests.harness.console import explain
from proj4_unit_tests.harness.outcome import WRONG

ALTERNATIVES = Path(__file__).parents[1] / "catalogue" / "alternatives"  # PART_MODULE/NAME.py
LONGEST_MESSAGE, LONGEST_LINE = 10, 120  # lines, characters


class Verdict(NamedTuple):
    """What the unit tests say of one submission.

    Attributes:
        name: of the mistake or alternative.
        part: it is of.
        what: it is, in a line.
        lost: points of its own part.
        named: the mistakes that the messages name.
        problems: in what the unit tests fall short, in words.
        messages: what the student reads, by test.
    """

    name: str
    part: Part
    what: str
    lost: float
    named: tuple[str, ...]
    problems: list[str]
    messages: dict[str, str]


def review(book: Path, chosen: Callable[[str], bool] = bool) -> list[Verdict]:
    """Run the unit tests on all mistakes and alternatives.

    Args:
        book: the answer book to use.
        chosen: whether to run the one of this name, such as "5-transposed" or "part1_ppm/functional"; all if not given.
    """
    with tempfile.TemporaryDirectory() as folder:
        edits = {edit.name: edit for edit in MISTAKES if chosen(edit.name)}
        alternatives = {name: path for name, path in list_alternatives() if chosen(name)}
        trials = [_trial_of_mistake(edit, Path(folder), book) for edit in edits.values()]
        trials += [_trial_of_alternative(name, path, Path(folder), book) for name, path in alternatives.items()]
        results = {result.trial.name: result for result in tqdm(run_trials(trials), "submissions", len(trials))}
    verdicts = [_judge_mistake(edit, results[name]) for name, edit in edits.items()]
    return verdicts + [_judge_alternative(path, results[name]) for name, path in alternatives.items()]


def list_alternatives() -> list[tuple[str, Path]]:
    """List the alternatives by name, such as "part1_ppm/functional"."""
    return [(f"{path.parent.name}/{path.stem}", path) for path in sorted(ALTERNATIVES.glob("part*/*.py"))]


def part_of(alternative: Path) -> Part:
    """Return the part that an alternative is of."""
    return next(part for part in PARTS if part.module == alternative.parent.name)


def _trial_of_mistake(edit: Edit, folder: Path, book: Path) -> Trial:
    """Run the tests that the mistake fails: in all others, it passes as the reference does."""
    tests = AnswerBook(book).failed_by(edit.name)
    return Trial(edit.name, edit.write(folder / edit.name), tests, {"answers": book, "others_passed": True})


def _trial_of_alternative(name: str, path: Path, folder: Path, book: Path) -> Trial:
    part = part_of(path)
    submission = write_submission(folder / name, part, path.read_text(encoding="utf-8"))
    return Trial(name, submission, (*nearby_tests(part), *joint_tests(part)), {"answers": book})


def _judge_mistake(edit: Edit, result: Result) -> Verdict:
    own = edit.part.tests
    wrong = [outcome for outcome in result.tests if outcome.status == WRONG]
    named = tuple(sorted({outcome.named.name for outcome in wrong if outcome.named}))
    misled = [o.named.name for o in wrong if o.named and edit.wrong not in [mistake.wrong for mistake in o.mistakes]]
    lost = result.lost.get(own, 0)
    problems = [f"fails tests of {file}" for file in result.lost if file != own]
    if not result.trial.tests:
        problems.append("fails no test")
    elif not result.tests:
        problems.append(f"the tests did not end: {result.printed[-300:]}")
    elif not lost:
        problems.append("survives")
    elif not named:
        problems.append("is not named")
    elif misled:
        problems.append(f"is named as {', '.join(sorted(set(misled)))}")
    messages = {outcome.test: explain(outcome) for outcome in wrong}
    problems += [f"{test}: the message is too long" for test, message in messages.items() if _too_long(message)]
    return Verdict(edit.name, edit.part, edit.wrong, lost, named, problems, messages)


def _judge_alternative(path: Path, result: Result) -> Verdict:
    part, first = part_of(path), path.read_text(encoding="utf-8").split('"""')[1].splitlines()[0]
    problems = [f"{file} loses {lost:g} points" for file, lost in result.lost.items() if lost]
    messages = {outcome.test: explain(outcome) for outcome in result.tests if outcome.status == WRONG}
    return Verdict(result.trial.name, part, first, result.lost[part.tests], (), problems, messages)


def _too_long(message: str) -> bool:
    lines = message.splitlines()
    return len(lines) > LONGEST_MESSAGE or any(len(line) > LONGEST_LINE for line in lines)
