"""The pairs of uploads that have the most code in common, by winnowing (Schleimer et al., SIGMOD 2003; copydetect).

Names, comments and layout count for nothing. Neither does what is in the skeleton, what the reference and several
independent solutions write alike, and what a large part of the class has: that says nothing about anybody.
"""

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np

from instructor.catalogue import edits
from instructor.release.skeletons import SOLUTION
from proj4_code.given.parts import PARTS, Part
from proj4_unit_tests.harness.submission import KIT

try:
    from copydetect import CodeFingerprint, compare_files
except ImportError:  # an extra
    CodeFingerprint = None

COMPARED = tuple(part for part in PARTS if part.number in (2, 4, 6))
"""The others are too short for likeness to mean anything."""
SHORTEST = 20  # characters of normalised code that two files must share
WINDOW = 6
INDEPENDENT = 3  # solutions that write something alike: then it is obvious
COMMON = 10  # uploads, and COMMON_SHARE of the class: what more than that have is everybody's
COMMON_SHARE = 0.3
LEAST = 60  # characters of normalised code that a pair shares, or it is not listed
LEAST_SHARE = 0.25  # of the code of one of them
MOST_PAIRS = 30  # that are listed
MOST_OF_ONE = 10  # pairs of one upload's part, so that a popular solution hides nothing else

ALTERNATIVES = Path(edits.__file__).with_name("alternatives")
Codes = Mapping[str, Mapping[str, str]]
"""Upload -> part file -> source."""


class Side(NamedTuple):
    """One file of a pair.

    Attributes:
        name: of the upload.
        share: of its code that the other file has, too; what is everybody's is not counted.
        pieces: its text in pieces, and whether the other file has the piece.
    """

    name: str
    share: float
    pieces: list[tuple[str, bool]]


class Pair(NamedTuple):
    """Two files that have much in common.

    Attributes:
        part: which one.
        shared: characters of normalised code that both have.
        left, right: the two files, the class's own first.
    """

    part: Part
    shared: int
    left: Side
    right: Side

    @property
    def share(self) -> float:
        """The larger of the two shares."""
        return max(self.left.share, self.right.share)


def find_pairs(codes: Codes, others: Codes | None = None) -> list[Pair]:
    """Find the pairs that have most in common, the most alike first.

    Args:
        codes: of the class, compared with each other and with `others`.
        others: earlier terms and public solutions, which are not compared with each other.

    Raises:
        ValueError: if copydetect is not installed.
    """
    check_installed()
    pairs = [pair for part in COMPARED for pair in _pairs_of(part, codes, others or {})]
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.shared, pair.left.name, pair.right.name))[:MOST_PAIRS]


def check_installed() -> None:
    """Check that the library is there.

    Raises:
        ValueError: if it is not.
    """
    if CodeFingerprint is None:
        raise ValueError("similarity needs copydetect: pip install 'proj4[similarity]', or leave --similarity out")


def base_code(part: Part) -> str:
    """Return the text of a part's skeleton."""
    return (KIT / "proj4_code" / part.file).read_text(encoding="utf-8")


def _pairs_of(part: Part, codes: Codes, others: Codes) -> list[Pair]:
    sources = {name: files[part.file] for name, files in (*codes.items(), *others.items()) if part.file in files}
    prints = {name: _fingerprint(part.file, source) for name, source in sources.items()}
    own = [name for name in prints if name in codes]
    everybodys = _obvious(part) | _common([set(prints[name].hashes) for name in own])
    for name, source in sources.items():
        prints[name] = _fingerprint(part.file, source, np.array(sorted(everybodys)))
    likely = _likely(prints, own)
    compared = [(names, *compare_files(prints[names[0]], prints[names[1]])) for names in likely]
    return [
        Pair(part, int(shared), *(_side(*side, sources) for side in zip(names, shares, slices, strict=True)))
        for names, shared, shares, slices in compared
        if shared >= LEAST and max(shares) >= LEAST_SHARE
    ]


def _fingerprint(file: str, source: str, boilerplate: Sequence[int] | np.ndarray = ()) -> "CodeFingerprint":
    return CodeFingerprint(file, SHORTEST, WINDOW, boilerplate=boilerplate, fp=io.StringIO(source))


def _obvious(part: Part) -> set[int]:
    """Return the fingerprints of the skeleton, and of what several independent solutions write like the reference."""
    solutions = sorted(ALTERNATIVES.glob(f"{part.module}/*.py"))
    texts = [path.read_text(encoding="utf-8") for path in (SOLUTION / part.file, *solutions)]
    # Every k-gram, not a sample of them: a window of 1.
    counts = Counter(mark for text in texts for mark in _all_marks(part.file, text))
    return _all_marks(part.file, base_code(part)) | {mark for mark, count in counts.items() if count >= INDEPENDENT}


def _all_marks(file: str, source: str) -> set[int]:
    return set(CodeFingerprint(file, SHORTEST, 1, fp=io.StringIO(source)).hashes)


def _common(marks: Iterable[set[int]]) -> set[int]:
    """Return the fingerprints that so much of the class has that they say nothing."""
    all_marks = list(marks)
    counts = Counter(mark for own in all_marks for mark in own)
    return {mark for mark, count in counts.items() if count > max(COMMON, COMMON_SHARE * len(all_marks))}


def _likely(prints: Mapping[str, "CodeFingerprint"], own: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs with the most fingerprints in common, one of each pair the class's own.

    Of uploads with the same code the first is compared with all, the others with it alone: that says the same.
    """
    first: dict[frozenset[int], str] = {}
    alike = {name: first.setdefault(frozenset(prints_of.hashes), name) for name, prints_of in prints.items()}
    holders: dict[int, list[str]] = defaultdict(list)
    for name, prints_of in prints.items():
        for mark in set(prints_of.hashes):
            holders[mark].append(name)
    mine = set(own)
    shared = Counter(
        (one, other)
        for names in holders.values()
        for one, other in combinations(names, 2)
        if (one in mine or other in mine) and alike[one] == one and alike[other] in (one, other)
    )

    def share(pair: tuple[str, str]) -> float:
        return shared[pair] / max(min(len(set(prints[name].hashes)) for name in pair), 1)

    taken: Counter[str] = Counter()
    likely = []
    for pair in sorted(shared, key=lambda pair: (-share(pair), pair)):
        taken[pair[0]] += 1
        if taken[pair[0]] <= MOST_OF_ONE:
            likely.append(pair)
    return likely[: 3 * MOST_PAIRS]


def _side(name: str, share: float, slices: np.ndarray, sources: Mapping[str, str]) -> Side:
    text, at = sources[name], 0
    pieces = []
    for begin, end in zip(*slices.astype(int).tolist(), strict=True):
        pieces += [(text[at:begin], False), (text[max(begin, at) : end], True)]
        at = max(end, at)
    return Side(name, min(float(share), 1.0), [piece for piece in [*pieces, (text[at:], False)] if piece[0]])
