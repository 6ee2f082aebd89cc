"""How one test ended: a record, until somebody reads it."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple, Self

from proj4_code.given.parts import EVERYTHING, Part

PASSED, WRONG, NOT_STARTED = "passed", "wrong", "not started"
CRASHED, TIMED_OUT, OUT_OF_MEMORY = "crashed", "timed out", "out of memory"
SPELLINGS = {
    **{"pspnet": "PSPNet", "resnet18": "ResNet-18", "resnet50": "ResNet-50", "imagenet": "ImageNet", "iou": "IoU"},
    **{"jpeg": "JPEG", "sgd": "SGD", "k": "K", "0 4": "0.4", "8n plus 1": "8n+1", "optimizers": "optimizer's"},
    **{"1 2 3 6": "1, 2, 3 and 6", "1 2 3": "1, 2 and 3", "5 6": "5 and 6"},
}
"""What the names of tests stand for -> how people write it; longer ones before those that they contain."""


class Mistake(NamedTuple):
    """A known mistake.

    Attributes:
        name: such as "1-align-corners-false".
        wrong: what is wrong, in a line.
        hint: leads anyone who made it out of it.
    """

    name: str
    wrong: str
    hint: str


@dataclass(frozen=True)
class Outcome:
    """How one test ended.

    Attributes:
        test: its name, "FILE/TEST".
        status: `PASSED`, `WRONG` or `NOT_STARTED`.
        points: earned.
        most_points: that the test is worth.
        checked: what the test checks, in a sentence.
        got: what the student's code gave, if it was wrong.
        expected: what it should have given.
        where: the line of the student's own that it came from; empty if there is none.
        mistake: the known mistake that explains what was observed, as in `reports.evidence`, if there is one.
        or_mistake: another one that explains it equally well, if there is one.
        ending: `CRASHED`, `TIMED_OUT` or `OUT_OF_MEMORY` if the code did not come to an answer.
        error: largest error of right answers compared with the book's, as `compare.largest_error` measures it.
    """

    test: str
    status: str
    points: float
    most_points: float
    checked: str
    got: str = ""
    expected: str = ""
    where: str = ""
    mistake: Mistake | None = None
    or_mistake: Mistake | None = None
    ending: str = ""
    error: float = 0.0

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The known mistakes that explain everything equally well: none, one, or two."""
        return tuple(mistake for mistake in (self.mistake, self.or_mistake) if mistake)

    @property
    def named(self) -> Mistake | None:
        """The known mistake as a reader is told of it: of two that explain everything equally well, both."""
        if not self.mistake or not self.or_mistake:
            return self.mistake
        names, wrong, hints = zip(*self.mistakes, strict=True)
        hint = hints[0] if hints[0] == hints[1] else f"If it is the first: {hints[0]} If it is the second: {hints[1]}"
        return Mistake(" or ".join(names), f"one of these two: {'; or: '.join(wrong)}", hint)

    def with_mistakes(self, mistakes: Sequence[Mistake]) -> Self:
        """Return the same outcome with other mistakes: none, one, or two."""
        first, second, *_ = (*mistakes, None, None)
        return replace(self, mistake=first, or_mistake=second)

    def as_json(self) -> dict[str, Any]:
        """Return the fields for JSON."""
        mistakes = {"mistake": self.mistake, "or_mistake": self.or_mistake}
        return asdict(self) | {name: mistake and mistake._asdict() for name, mistake in mistakes.items()}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        """Make an outcome of what `as_json` returned."""
        names = ("mistake", "or_mistake")
        return cls(**fields | {name: Mistake(**fields[name]) for name in names if fields.get(name)})


def part_of(test: str) -> Part:
    """Return the part that a test, "FILE/TEST", belongs to."""
    return next(part for part in EVERYTHING if test.startswith(f"{part.tests}/"))


def place_of(text: str) -> str:
    """Return the file and line that a text begins with: "part1_ppm.py, line 3"; empty if there is none."""
    found = re.match(r"[^,:]+, line \d+", text)
    return found[0] if found else ""


def title_of(test: str) -> str:
    """Return the name of a test, "FILE/TEST", as people write it: "each classifier reads its own features"."""
    title = test.partition("/")[2].removeprefix("test_").replace("_", " ")
    for name, spelling in SPELLINGS.items():
        title = re.sub(rf"\b{name}\b", spelling, title)
    return title
