"""How one test ended: a record, until somebody reads it."""

import re
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
        mistake: the known mistake that gives the same answers, if there is one.
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
    ending: str = ""
    error: float = 0.0

    def with_mistake(self, mistake: Mistake | None) -> Self:
        """Return the same outcome with another mistake, or none."""
        return replace(self, mistake=mistake)

    def as_json(self) -> dict[str, Any]:
        """Return the fields for JSON."""
        return asdict(self) | {"mistake": self.mistake and self.mistake._asdict()}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        """Make an outcome of what `as_json` returned."""
        return cls(**fields | {"mistake": fields["mistake"] and Mistake(**fields["mistake"])})


def part_of(test: str) -> Part:
    """Return the part that a test, "FILE/TEST", belongs to."""
    return next(part for part in EVERYTHING if test.startswith(f"{part.tests}/"))


def title_of(test: str) -> str:
    """Return the name of a test, "FILE/TEST", as people write it: "each classifier reads its own features"."""
    title = test.partition("/")[2].removeprefix("test_").replace("_", " ")
    for name, spelling in SPELLINGS.items():
        title = re.sub(rf"\b{name}\b", spelling, title)
    return title
