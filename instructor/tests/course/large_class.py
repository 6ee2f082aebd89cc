"""Write a large class as Gradescope exports it: `python -m instructor.tests.course.large_class CLASS.zip`.

It is mixed as real classes are: right code in many styles, known mistakes, mistakes that the catalogue lacks, parts
that were not started, helpers, odd names, late work, groups, copies, and what cannot be graded. The same count gives
the same class. `grade-all` then shows how it reads, and how long it takes.
"""

import argparse
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from instructor.catalogue import MISTAKES
from instructor.release.skeletons import SOLUTION
from instructor.tests.course.samples import pack, packed
from instructor.tests.implementations import grounds
from instructor.tests.proofs.newcomers.solutions import LED, read_solutions
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT

DUE = datetime(2026, 12, 1, 23, 59, tzinfo=UTC)
KNOWN, UNKNOWN = 8, 2  # mistakes of a part from which the class draws
FIRST = (
    "Ana", "Ben", "Chloé", "Dmitri", "Eun-ji", "Fatima", "Goran", "Hana", "Íñigo", "Jun", "Kofi", "Lưu", "Mei",
    "Noor", "Óscar", "Priya", "Quinn", "Rosa", "Sven", "Tomás",
)  # fmt: skip
LAST = (
    "Adeyemi", "Brown", "Cruz", "Díaz", "Eriksson", "Fischer", "García", "Huang", "Ito", "Jones", "Kim", "Lee",
    "Müller", "Nguyễn", "O'Neil", "Patel", "Rossi", "Şahin",
)  # fmt: skip
Files = dict[str, bytes]


class LargeClass:
    """Draws the uploads of a class, one after the other.

    Attributes:
        right: part -> right sources of it.
        known: part -> sources with a mistake of the catalogue.
        unknown: part -> sources with a mistake that it lacks.
    """

    def __init__(self) -> None:
        """Read the sources."""
        self._draw = random.Random(0)
        bases = [SOLUTION, *(grounds.FOLDER / style for style in grounds.MISTAKES)]
        self.right = {part: [(base / part.file).read_text(encoding="utf-8") for base in bases] for part in PARTS}
        edits = {part: [edit for edit in MISTAKES if edit.part is part] for part in PARTS}
        self.known = {
            part: [
                self.right[part][0].replace(edit.right, edit.mistaken) for edit in self._draw.sample(edits[part], KNOWN)
            ]
            for part in PARTS
        }
        newcomers = [solution for solution in read_solutions() if solution.recorded == LED]
        self.unknown = {part: [one.source() for one in newcomers if one.part is part][:UNKNOWN] for part in PARTS}
        self._finished: list[Files] = []

    def make(self, number: int) -> Files:
        """Write the files of an upload, by path; none if nothing was handed in."""
        kind, later = number % 25, number // 25 % 4
        if kind == 24:
            return _UNREADABLE[later]()
        if kind == 23:
            return self._copy()
        mistaken = 0 if kind < 7 else 1 if kind < 14 else 2 if kind < 18 else 0
        sources = {part: self._draw.choice(self.right[part]) for part in PARTS}
        for part in self._draw.sample(PARTS, mistaken):
            sources[part] = self._often(self.known[part])
        if kind in (18, 19):
            part = self._draw.choice(PARTS)
            sources[part] = self._often(self.unknown[part])
        files = {f"proj4_code/{part.file}": f"{source}# {number:03}\n".encode() for part, source in sources.items()}
        if kind in (20, 21):
            not_started = list(files)[self._draw.randrange(1, 6) :]
            files |= {path: (KIT / path).read_bytes() for path in not_started}
        if kind < 20:
            self._finished.append(files)
        return _ODD[later](files) if kind == 22 else files

    def _often(self, sources: list[str]) -> str:
        """Draw a source, the first ones more often: a few mistakes are everybody's."""
        return sources[min(int(self._draw.expovariate(0.5)), len(sources) - 1)]

    def _copy(self) -> Files:
        """Copy an upload: all parts as they are, or two of them beside others' own."""
        original, other = self._draw.sample(self._finished, 2)
        return original if self._draw.random() < 0.5 else {**other, **dict(list(original.items())[3:5])}


_UNREADABLE: tuple[Callable[[], Files], ...] = (
    dict,
    lambda: {"proj4_results.zip": b"PK\3\4 cut off"},
    lambda: {"report.docx": b"PK", "screenshot.png": b"\x89PNG"},
    lambda: {"proj4.rar": b"Rar!\x1a\7\0", "proj4_local.ipynb": b"{}"},
)
_ODD: tuple[Callable[[Files], Files], ...] = (
    lambda files: {"proj4_results (2).zip": packed(files)},
    lambda files: {path.replace(".py", " (1).py"): text for path, text in files.items()},
    lambda files: (
        {f"my project/final/{path}": text for path, text in files.items()}
        | {f"kit/{path}": (KIT / path).read_bytes() for path in files}
    ),
    lambda files: (
        files
        | {
            "proj4_code/helpers.py": b"def same(x):\n    return x\n",
            "proj4_code/part5_iou.py": b"from proj4_code.helpers import same\n" + files["proj4_code/part5_iou.py"],
        }
    ),
)


def write_class(path: Path, count: int) -> Path:
    """Write the export of a class.

    Args:
        path: of the zip.
        count: of its uploads.
    """
    made, files, metadata = LargeClass(), {}, {}
    for number in range(count):
        name = f"submission_{4_000_000 + 37 * number}"
        files |= {f"{name}/{file}": content for file, content in made.make(number).items()}
        metadata[name] = {":submitters": _students(number), ":created_at": DUE + _delay(number)}
    files["submission_metadata.yml"] = f"---\n{yaml.safe_dump(metadata, allow_unicode=True, sort_keys=False)}".encode()
    return pack(path, {f"assignment_export/{file}": content for file, content in files.items()})


def _students(number: int) -> list[dict[str, str]]:
    """Name a student, or, for every eighth upload, two or three."""
    members = 1 if number % 8 else 2 + number // 8 % 2
    numbers = [number, *(1000 * member + number for member in range(1, members))]
    return [
        {
            ":name": f"{FIRST[one % len(FIRST)]} {LAST[one // 3 % len(LAST)]}",
            ":sid": f"{20_260_000 + one}",
            ":email": f"s{one}@example.edu",
        }
        for one in numbers
    ]


def _delay(number: int) -> timedelta:
    """Hand in some minutes or hours before the time, or, for every eleventh upload, up to six days later."""
    return timedelta(hours=13 * (number % 12) + 1) if number % 11 == 5 else timedelta(minutes=-17 * (number % 97) - 1)


def main() -> None:
    """Write the class that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, metavar="CLASS.zip")
    parser.add_argument("--count", type=int, default=300, metavar="N", help="uploads (default: 300)")
    options = parser.parse_args()
    print(f"wrote {write_class(options.out, options.count)}: {options.count} uploads")


if __name__ == "__main__":
    main()
