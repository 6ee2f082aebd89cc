"""Points without right code: passes that a forger could have, with none beside them that needs the function itself.

Student code can answer a test's questions itself. Where the right answer is a constant, or follows from the question by
arithmetic that is not the assignment's, no test can tell; `instructor/attacks/forger.py` shows which tests these are,
and they are marked so. All others are answered rightly by right code alone.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from instructor.rubric import FORGEABLE, FUNCTIONS
from proj4_unit_tests.harness.outcome import PASSED, Outcome

MOST_UNPROVEN = 10  # points that an upload may have without being listed for a person


def unproven_points(outcomes: Iterable[Outcome]) -> dict[str, float]:
    """Count the points of forgeable tests of functions of which no other test passes, and no mistake is known.

    Args:
        outcomes: of tests in the rubric.

    Returns:
        Function -> points, for those that have any.
    """

    def function(outcome: Outcome) -> str:
        return FUNCTIONS[outcome.test]

    unproven = {}
    known = [outcome for outcome in outcomes if outcome.test in FUNCTIONS]
    for name, group in groupby(sorted(known, key=function), function):
        some = list(group)
        passed = [outcome for outcome in some if outcome.status == PASSED]
        shown = any(outcome.test not in FORGEABLE for outcome in passed)
        explained = any(outcome.mistakes for outcome in some)
        if passed and not shown and not explained:
            unproven[name] = sum(outcome.points for outcome in passed)
    return unproven


def notes(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield what a person should look at, in words, if an upload has many such points."""
    unproven = unproven_points(outcomes)
    if sum(unproven.values()) > MOST_UNPROVEN:
        functions = ", ".join(f"{name} ({points:g})" for name, points in unproven.items())
        yield f"{sum(unproven.values()):g} points from tests that can be passed without right code: {functions}"
