"""What a person should look at in a class: for each concern, the uploads that it is about."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from instructor.course.whole_class import ClassGrade
from proj4_code.given.parts import PARTS, Part

NO_GRADE, TO_CHECK, IDENTICAL = "without a grade", "graded, to be checked", "identical to others"


class Concern(NamedTuple):
    """What is to be looked at.

    Attributes:
        names: of the uploads that it is about.
        text: what it is.
        kind: `NO_GRADE`, `TO_CHECK` or `IDENTICAL`.
    """

    names: list[str]
    text: str
    kind: str


def list_concerns(grades: Sequence[ClassGrade]) -> list[Concern]:
    """List the concerns by kind: uploads with the same note together, then identical parts and results of training."""
    names: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for name, grade in grades:
        for note in grade.notes:
            names[not grade.open_because, note].append(name)
    notes = [Concern(names[key], key[1], TO_CHECK if key[0] else NO_GRADE) for key in sorted(names)]
    identical = [*_identical_parts(grades), *_copied_results(grades)]
    decided = {name for name, grade in grades if grade.decision}
    return notes + [Concern(group, text, IDENTICAL) for group, text in identical if not decided.issuperset(group)]


def _identical_parts(grades: Sequence[ClassGrade]) -> Iterator[tuple[list[str], str]]:
    """Yield the parts that are identical in the same uploads, skeletons not counted."""
    owners: dict[tuple[Part, str], list[str]] = defaultdict(list)
    for name, grade in grades:
        for part in PARTS:
            if digest := grade.parts.get(part.file):
                owners[part, digest].append(name)
    shared: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for (part, _), names in owners.items():
        if len(names) > 1:
            shared[tuple(names)].append(part.number)
    for group, numbers in sorted(shared.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        yield list(group), f"{'parts' if len(numbers) > 1 else 'part'} {ranges(numbers)} identical"


def _copied_results(grades: Sequence[ClassGrade]) -> Iterator[tuple[list[str], str]]:
    """Yield the results of training that are identical in several uploads, or predict the same on every pixel."""
    owners: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, grade in grades:
        for what, digest in grade.training.copies.items() if grade.training else ():
            owners[what, digest].append(name)
    for (what, _), names in owners.items():
        if len(names) > 1:
            yield names, f"results of training: identical {what}"


def ranges(numbers: Sequence[int]) -> str:
    """Write numbers, with those that follow each other as a range: "1, 3-5"."""
    runs = []
    for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        runs.append(f"{members[0]}-{members[-1]}" if len(members) > 1 else f"{members[0]}")
    return ", ".join(runs)
