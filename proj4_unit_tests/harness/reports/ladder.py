"""When a student reads a known mistake's name and hint: at once, after some runs with the same mistake, or on --hint.

What was checked, expected and given is always shown. The rule is the entry `hints` in setup.cfg.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import NamedTuple

import pytest

from proj4_code.given.files import write_whole
from proj4_unit_tests.harness.fixtures import CLIENT
from proj4_unit_tests.harness.outcome import Mistake, Outcome
from proj4_unit_tests.harness.submission import KIT

AT_ONCE, ON_HINT = "at once", "on --hint"
RUNS = KIT / "hint_runs.json"
"""In how many runs each mistake was there; it exists only where hints appear after some runs."""


class Ladder(NamedTuple):
    """Decides which mistakes a student reads of.

    Attributes:
        wait: runs with the same mistake before it is named: 0 for at once, infinitely many if it must be asked for.
        runs: mistake, as `_key` writes it -> earlier runs in which it was there.
    """

    wait: float
    runs: Mapping[str, int]

    def shown(self, outcome: Outcome) -> Outcome:
        """Return an outcome as the student reads it: without its mistake if that is not named yet."""
        mistake = outcome.named
        return outcome if mistake is None or self._names(mistake) else outcome.with_mistakes(())

    def notice(self, outcomes: Iterable[Outcome], how: str = "--hint") -> str:
        """Say that there are hints that are not shown, and when they are; nothing if there are none.

        Args:
            outcomes: of the tests, with their mistakes.
            how: to ask for hints.
        """
        if all(self.shown(outcome) is outcome for outcome in outcomes):
            return ""
        if self.wait == inf:
            return f"Known mistakes are among these: with {how}, the tests name them and give a hint."
        times = "a run" if self.wait == 1 else f"{self.wait:g} runs"
        return f"Known mistakes are among these: one that is still there after {times} gets its name and a hint."

    def _names(self, mistake: Mistake) -> bool:
        return not self.wait or self.runs.get(_key(mistake), 0) >= self.wait


def parse_rule(rule: str) -> float:
    """Return the runs with the same mistake before it is named.

    Args:
        rule: "at once", "after N" or "on --hint".

    Raises:
        ValueError: if it is none of these.
    """
    rules = {AT_ONCE: 0.0, ON_HINT: inf}
    after = re.fullmatch(r"after (\d{1,3})", rule.strip())
    if after is None and rule.strip() not in rules:
        raise ValueError(f"setup.cfg: hints is {rule!r}: expected {AT_ONCE}, after N (a number of runs) or {ON_HINT}")
    return float(after[1]) if after else rules[rule.strip()]


def is_own(config: pytest.Config) -> bool:
    """Return whether a run tests the kit's own parts, and neither a submission nor what a grader gives it."""
    return not (config.option.submission or config.option.record or CLIENT in config.stash)


def open_ladder(config: pytest.Config) -> Ladder:
    """Return the ladder of a run; one of a submission shows everything at once."""
    wait = parse_rule(config.getini("hints"))
    if not is_own(config) or (wait == inf and config.option.hint):
        return Ladder(0.0, {})
    return Ladder(wait, _read_runs() if 0 < wait < inf else {})


def count_run(ladder: Ladder, outcomes: Iterable[Outcome]) -> None:
    """Count a run for each mistake in it, where hints appear after some runs.

    Args:
        ladder: of the run.
        outcomes: of its tests, with their mistakes.
    """
    met = {_key(mistake) for outcome in outcomes if (mistake := outcome.named)}
    if met and 0 < ladder.wait < inf:
        runs = {**ladder.runs, **{key: ladder.runs.get(key, 0) + 1 for key in met}}
        with suppress(OSError):  # a folder that cannot be written to has no counts
            write_whole(RUNS, json.dumps(runs, indent=1).encode())


def _read_runs(path: Path = RUNS) -> dict[str, int]:
    """Read the counts; those that are missing or damaged begin again."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): int(count) for key, count in read.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _key(mistake: Mistake) -> str:
    """Return what stands for a mistake in the file: not its name, which would say too much."""
    return hashlib.sha256(mistake.name.encode()).hexdigest()[:12]
