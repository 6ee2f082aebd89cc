"""Why tests are wrong: all that one mistake or one error makes wrong is told together, by whatever shows results."""

from collections.abc import Iterable
from typing import NamedTuple

from proj4_code.given.parts import EVERYTHING, PARTS, TOGETHER, Part
from proj4_unit_tests.harness.outcome import WRONG, Mistake, Outcome, part_of, title_of


class Cause(NamedTuple):
    """A mistake or an error, and what it makes wrong.

    Attributes:
        outcomes: of the tests that it makes wrong, at least one.
        behind: the parts that may be behind what is wrong with several parts together.
    """

    outcomes: tuple[Outcome, ...]
    behind: tuple[Part, ...] = ()

    @property
    def mistake(self) -> Mistake | None:
        """The known mistake, if it is one."""
        return self.outcomes[0].named

    @property
    def part(self) -> Part:
        """The part of the first test."""
        return part_of(self.outcomes[0].test)

    @property
    def points(self) -> float:
        """What it costs."""
        return sum(outcome.most_points - outcome.points for outcome in self.outcomes)

    @property
    def where(self) -> str:
        """The line of the student's own that all of it comes from; empty if there is none."""
        places = {outcome.where for outcome in self.outcomes}
        return places.pop() if len(places) == 1 else ""

    @property
    def lead(self) -> str:
        """What it is and what it costs: "One mistake, 7 points"."""
        kind = "One mistake" if self.mistake else "One error" if len(self.outcomes) > 1 else "One wrong answer"
        return f"{kind}, {self.points:g} point{'' if self.points == 1 else 's'}"

    @property
    def wrong(self) -> str:
        """What is wrong, in a line."""
        if self.mistake:
            return self.mistake.wrong
        first = self.outcomes[0]
        return first.got if len(self.outcomes) > 1 else title_of(first.test)

    @property
    def hint(self) -> str:
        """What leads out of it; empty if nobody foresaw it."""
        if self.mistake:
            return self.mistake.hint
        names = " and ".join(part.name for part in self.behind)
        return f"This may come from what is wrong in {names}: fix that first." if names else ""

    @property
    def gots(self) -> list[str]:
        """What each test got; empty where that is told already, as what is wrong or at a test before it."""
        texts = [self.wrong, *(outcome.got for outcome in self.outcomes)]
        return ["" if text in texts[:place] else text for place, text in enumerate(texts)][1:]

    @property
    def scope(self) -> str:
        """How many tests of which parts fail: "7 tests of part 1 fail"."""
        parts = dict.fromkeys(part_of(outcome.test) for outcome in self.outcomes)
        names = " and ".join("several parts together" if part is TOGETHER else part.name for part in parts)
        many = len(self.outcomes)
        return f"{many} tests of {names} fail" if many > 1 else f"One test of {names} fails"


def find_causes(outcomes: Iterable[Outcome]) -> list[Cause]:
    """Group wrong tests by what makes them wrong.

    Args:
        outcomes: of the tests of a run, wrong or not.

    Returns:
        Part by part; in a part known mistakes first, as they may be behind the rest, and what costs most first.
    """
    groups: dict[object, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.status == WRONG:
            groups.setdefault(_cause_of(outcome), []).append(outcome)
    causes = [Cause(tuple(group)) for group in groups.values()]
    wrong = tuple(part for part in PARTS if any(cause.part is part for cause in causes))
    causes = [cause._replace(behind=wrong) if cause.part is TOGETHER else cause for cause in causes]
    return sorted(causes, key=lambda cause: (EVERYTHING.index(cause.part), cause.mistake is None, -cause.points))


def _cause_of(outcome: Outcome) -> object:
    """Return what outcomes of the same cause have in common."""
    if mistake := outcome.named:
        return mistake.name
    return outcome.where or (part_of(outcome.test), outcome.got, outcome.expected)
