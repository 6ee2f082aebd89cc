"""Wrong solutions as new students make them, without the catalogue in sight; each text file here holds a part's.

A record is a line `BASE | WHAT IS WRONG | JUDGEMENT`, then the edits that make it: lines `- ` of the base, and lines
`+ ` that stand there instead. The judgement is of what the tests say: the catalogue's names that are right for it, or
"led" if no name fits and the messages lead to the cause in one step, or "vague" if they do not.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from instructor.catalogue.edits import write_submission
from instructor.proofs.trials import Result, Trial, run_trials
from instructor.release.skeletons import SOLUTION
from instructor.rubric import list_tests
from instructor.tests.implementations import grounds
from proj4_code.given.parts import PARTS, Part
from proj4_unit_tests.harness.book import PUBLIC_BOOK

NAMED, LED, VAGUE, MISLED, NOT_CAUGHT = "named", "led", "vague", "misled", "not caught"
REFERENCE = "reference"


class Solution(NamedTuple):
    """A wrong solution of one part.

    Attributes:
        part: which part.
        base: the right solution that it is made of: `REFERENCE`, or the name of an implementation.
        wrong: what is wrong, in a line.
        judgement: the names in the catalogue that are right for it, or `LED`, or `VAGUE`.
        edits: (text that stands exactly once in the base, what stands there instead).
    """

    part: Part
    base: str
    wrong: str
    judgement: tuple[str, ...]
    edits: tuple[tuple[str, str], ...]

    @property
    def recorded(self) -> str:
        """The judgement in a word: `NAMED`, `LED` or `VAGUE`."""
        return self.judgement[0] if self.judgement[0] in (LED, VAGUE) else NAMED

    def source(self) -> str:
        """Make the part file.

        Raises:
            ValueError: if a text to replace does not stand exactly once in the base.
        """
        folder = SOLUTION if self.base == REFERENCE else grounds.FOLDER / self.base
        source = (folder / self.part.file).read_text(encoding="utf-8")
        for right, mistaken in self.edits:
            if (found := source.count(right)) != 1:
                raise ValueError(f"{self.part.name}, {self.wrong}: {self.base} has {right!r} {found} times, not once")
            source = source.replace(right, mistaken)
        return source


def read_solutions() -> list[Solution]:
    """Read all records."""
    return [solution for part in PARTS for solution in _read(part)]


def _read(part: Part) -> Iterator[Solution]:
    text = (Path(__file__).parent / f"{part.key}.txt").read_text(encoding="utf-8")
    for record in text.strip().split("\n\n"):
        head, *lines = record.splitlines()
        base, wrong, judgement = head.split(" | ")
        blocks = ["\n".join(line[2:] for line in block) for _, block in groupby(lines, lambda line: line[0])]
        edits = zip(blocks[::2], blocks[1::2], strict=True)
        yield Solution(part, base, wrong, tuple(judgement.split(", ")), tuple(edits))


def run(solutions: list[Solution], folder: Path, at_once: int = 1) -> Iterator[tuple[Solution, Result]]:
    """Run the tests of its part on each solution, with the public book."""
    trials = []
    for number, solution in enumerate(solutions):
        submission = write_submission(folder / str(number), solution.part, solution.source())
        trials.append(Trial(str(number), submission, tuple(list_tests(solution.part)), {"answers": PUBLIC_BOOK}))
    for result in run_trials(trials, at_once):
        yield solutions[int(result.trial.name)], result


def names_in(result: Result) -> set[str]:
    """Return the catalogue's names that a student reads."""
    return {mistake.name for outcome in result.tests for mistake in outcome.mistakes}


def judge(solution: Solution, result: Result) -> str:
    """Judge what the tests said of a solution: `NAMED` and so on.

    A name that is right for it and was not given makes it vague; nobody but a reader can tell a message that leads, so
    that is taken from the record.
    """
    if not any(result.lost.values()):
        return NOT_CAUGHT
    right = set(solution.judgement)
    offered = [{mistake.name for mistake in outcome.mistakes} for outcome in result.tests if outcome.mistakes]
    if any(not names & right for names in offered):
        return MISLED
    return NAMED if offered else LED if LED in right else VAGUE


def format_table(solutions: list[Solution]) -> str:
    """Count the judgements by part: Markdown with aligned columns."""
    rows = [("part", "solutions", NAMED, LED, VAGUE)]
    for title, some in [(part.name, [s for s in solutions if s.part is part]) for part in PARTS] + [("all", solutions)]:
        counts = Counter(solution.recorded for solution in some)
        rows.append((title, str(len(some)), *(str(counts[kind]) for kind in (NAMED, LED, VAGUE))))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines.insert(1, ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
