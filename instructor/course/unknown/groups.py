"""Wrong answers that no known mistake explains, grouped by output over the class."""

import base64
import difflib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self, cast

from instructor.grading.records import Grade, GradedTest
from instructor.rubric import POINTS
from proj4_code.given.files import write_whole
from proj4_code.given.parts import PARTS, Part
from proj4_unit_tests.harness.outcome import part_of, title_of
from proj4_unit_tests.harness.reports import evidence
from proj4_unit_tests.harness.submission import KIT
from proj4_unit_tests.harness.values import Plain, from_bytes

FILE = "unknown_mistakes.json"
LEAST = 2  # uploads in a group: one alone is nobody's pattern


@dataclass(frozen=True)
class UnknownMistake:
    """Uploads that give the same wrong answers to the same tests.

    Attributes:
        number: of the group, from 1.
        answers: test, "FILE/TEST" -> what all of them answer, as in `GradedTest`.
        got: what they give in the first of these tests, in words.
        expected: what is right.
        where: the line of the example's code that it came from; empty if there is none.
        uploads: their names.
        code: the example's part file.
    """

    number: int
    answers: Mapping[str, str]
    got: str
    expected: str
    where: str
    uploads: tuple[str, ...]
    code: str = ""

    @property
    def part(self) -> Part:
        """The part whose tests these are; for tests of several parts, the first part."""
        part = part_of(next(iter(self.answers)))
        return part if part.number else PARTS[0]

    @property
    def title(self) -> str:
        """The group in a sentence."""
        first, *others = self.answers
        more = f" and {len(others)} more test{'s' * (len(others) > 1)}" if others else ""
        test = f"{part_of(first).name}: {title_of(first)}"
        return f"{len(self.uploads)} uploads share an unknown mistake in `{test}`{more}"

    @property
    def example(self) -> str:
        """The upload whose code is shown."""
        return self.uploads[0]

    def with_code(self, parts: Mapping[str, str]) -> Self:
        """Return the same group with the example's code, given its part files."""
        return replace(self, code=parts.get(self.part.file, ""))

    @property
    def points(self) -> float:
        """Points that each of the uploads loses by it."""
        return sum(POINTS[test] for test in self.answers)


def find_unknown(grades: Sequence[tuple[str, Grade]]) -> list[UnknownMistake]:
    """Group the wrong answers of a class that no known mistake explains, the largest group first.

    Args:
        grades: name of the upload, and its grade.
    """
    found: dict[tuple[tuple[str, ...], str], dict[str, GradedTest]] = defaultdict(dict)
    wrong: dict[str, list[tuple[str, GradedTest]]] = defaultdict(list)
    for upload, grade in grades:
        for run in grade.tests:
            if run.answers and not run.outcome.ending:
                wrong[run.outcome.test].append((upload, run))
    for test in POINTS:
        for members in _same_answers(wrong[test]):
            if len(members) >= LEAST:
                uploads, part = tuple(upload for upload, _ in members), part_of(test)
                earlier = next((key for key in found if key[0] == uploads and not part.number), None)
                found[earlier or (uploads, part.name)][test] = members[0][1]
    order = sorted(found.items(), key=lambda entry: (-len(entry[0][0]), list(POINTS).index(next(iter(entry[1])))))
    groups = []
    for number, ((uploads, _), runs) in enumerate(order, 1):
        first = next(iter(runs.values())).outcome
        answers = {test: run.answers for test, run in runs.items()}
        groups.append(UnknownMistake(number, answers, first.got, first.expected, first.where, uploads))
    return groups


def own_lines(group: UnknownMistake) -> str:
    """Return the lines of the example's code that are not the skeleton's."""
    skeleton = (KIT / "proj4_code" / group.part.file).read_text(encoding="utf-8").splitlines()
    lines = difflib.ndiff(skeleton, group.code.splitlines(), charjunk=None)
    own = [line[2:] for line in lines if line.startswith("+ ")]
    return "\n".join(line for line in own if line.strip() and not line.lstrip().startswith("### "))


def same(left: Sequence[Plain], right: Sequence[Plain]) -> bool:
    """Return whether two runs of a test gave the same answers, but for rounding and the spread of measurements."""
    return len(left) == len(right) and all(map(evidence.same, left, right))


def read_answers(text: str) -> list[Plain]:
    """Read what `GradedTest.answers` holds."""
    return cast(list[Plain], from_bytes(base64.b64decode(text)))


def _same_answers(runs: Sequence[tuple[str, GradedTest]]) -> list[list[tuple[str, GradedTest]]]:
    """Group the runs of a test by answers."""
    groups: list[tuple[list[Plain], list[tuple[str, GradedTest]]]] = []
    for upload, run in runs:
        answers = read_answers(run.answers)
        group = next((members for others, members in groups if same(answers, others)), None)
        if group is None:
            groups.append((answers, [(upload, run)]))
        else:
            group.append((upload, run))
    return [members for _, members in groups]


def write_unknown(groups: Sequence[UnknownMistake], out: Path) -> None:
    """Write the groups into a class's folder, for `read_unknown`."""
    write_whole(out / FILE, json.dumps([asdict(group) for group in groups], indent=1).encode(errors="replace"))


def read_unknown(folder: Path, number: int) -> UnknownMistake:
    """Read one of the groups that `grade-all` found.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if there is no group of this number.
    """
    path = folder / FILE
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: give the folder that grade-all wrote")
    groups = [UnknownMistake(**entry | {"uploads": tuple(entry["uploads"])}) for entry in json.loads(path.read_bytes())]
    for group in groups:
        if group.number == number:
            return group
    raise ValueError(f"{path} has no group {number}: it has {len(groups)}, numbered from 1")
