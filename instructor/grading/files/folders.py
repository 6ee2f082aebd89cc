"""Which of several files and folders with part files are the ones that a student means."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from instructor.grading.files.code import is_skeleton, plain
from instructor.grading.files.file import File, Refused
from instructor.grading.files.names import PART_FILES, part_meant
from instructor.grading.text import one_line
from proj4_code.given.basics.work_log import WORK_LOG
from proj4_unit_tests.harness.submission import KIT

LARGEST_PART = 500_000  # bytes
Say = Callable[[str], None]


class Candidate(NamedTuple):
    """A file that stands for a part."""

    part: str
    file: File
    content: bytes

    @property
    def written(self) -> bool:
        """Whether it is more than the skeleton."""
        return not is_skeleton(self.part, self.content)

    def differs(self, other: "Candidate") -> bool:
        """Return whether it holds other code than another."""
        return plain(self.content) != plain(other.content)


class _Folder(NamedTuple):
    """A folder with part files.

    Attributes:
        path: in the upload.
        files: that stand for parts.
        parts: those that would be graded, by the name of the part.
        problem: why they cannot be graded; None if they can.
        remarks: on the choice among its files.
    """

    path: PurePosixPath
    files: list[File]
    parts: dict[str, Candidate]
    problem: Refused | None
    remarks: list[str]

    @property
    def rank(self) -> tuple[int, int, int]:
        """Written parts, parts, depth: the highest is taken."""
        parts = {part_meant(file.path.name) for file in self.files}
        written = len(parts) if self.problem else sum(candidate.written for candidate in self.parts.values())
        return written, len(parts), len(self.path.parts)


def choose_folder(files: Sequence[File], say: Say) -> dict[str, Candidate]:
    """Choose the folder with most written parts, the deeper one where they are equal; return its parts.

    Args:
        files: of a folder and its subfolders, or of an archive.
        say: is told of part files that are not graded.

    Raises:
        Refused: if two folders are equal and differ, or the one that is chosen cannot be graded.
    """
    found: dict[PurePosixPath, list[File]] = defaultdict(list)
    for file in files:
        if part_meant(file.path.name) and not leads_out(file.path):
            found[file.path.parent].append(file)
    folders = sorted((_look_into(path, own) for path, own in found.items()), key=lambda one: one.rank, reverse=True)
    if not folders:
        return {}
    best, *others = folders
    for other in others:
        if other.rank == best.rank and _contents(other) != _contents(best):
            names = " and ".join(sorted(_name(folder.path) for folder in (best, other)))
            raise Refused(f"both {names} hold part files: hand in one of them")
        why = "has more parts" if other.rank[:2] < best.rank[:2] else "lies deeper"
        names = ", ".join(sorted(one_line(file.path.name) for file in other.files))
        say(f"{names} {_place(other.path)} not graded: {_name(best.path)} is taken, which {why}")
    if best.problem:
        raise best.problem
    for remark in best.remarks:
        say(remark)
    return best.parts


def merge(sources: Sequence[dict[str, Candidate]], say: Say) -> dict[str, Candidate]:
    """Take each part from the source that has it, and from the newest if several do.

    Args:
        sources: the parts of loose files, and of each archive.
        say: is told where they differ.
    """
    merged: dict[str, Candidate] = {}
    for part in PART_FILES:
        found = [(len(source), source[part]) for source in sources if part in source]
        if not found:
            continue
        best = max(found, key=lambda one: (one[1].written, one[1].file.time, one[0], str(one[1].file.path)))[1]
        merged[part] = best
        for _, other in found:
            if other is not best and other.differs(best):
                why = "the newer one" if other.file.time < best.file.time else "and not the skeleton"
                why = why if other.file.time < best.file.time or not other.written else "which differs"
                say(f"{part} is graded from {shown(best.file)}, {why}, and not from {shown(other.file)}")
    return merged


def read(file: File, most: int) -> bytes:
    """Read a whole file.

    Raises:
        Refused: if it is larger than `most` bytes, or cannot be read.
    """
    content = file.read(most + 1)
    if len(content) > most:
        raise Refused(f"{one_line(file.path.name)} is larger than {most / 1e6:g} MB: hand in what you wrote")
    return content


def shown(file: File) -> str:
    """Return the path of a file in a form that is safe to show anywhere."""
    return one_line(str(file.path))


def leads_out(path: PurePosixPath) -> bool:
    """Return whether a path leads out of the folder that it should lie in."""
    return path.is_absolute() or ".." in path.parts or not path.parts or ":" in path.parts[0]


def is_known(file: File) -> bool:
    """Return whether a file is the kit's own and unchanged, or the log that it keeps."""
    if file.path.name == WORK_LOG:
        return True
    parts = () if leads_out(file.path) else file.path.parts
    tops = [n for n, folder in enumerate(parts) if folder in ("proj4_code", "proj4_unit_tests") or n == len(parts) - 1]
    owns = [KIT.joinpath(*parts[top:]) for top in tops]
    return any(own.is_file() and plain(file.read(2 * own.stat().st_size)) == plain(own.read_bytes()) for own in owns)


def _look_into(path: PurePosixPath, files: list[File]) -> _Folder:
    parts: dict[str, Candidate] = {}
    remarks: list[str] = []
    try:
        for part in PART_FILES:
            if found := [file for file in files if part_meant(file.path.name) == part]:
                parts[part] = _choose_file(part, found, path, remarks)
    except Refused as error:
        return _Folder(path, files, {}, error, [])
    return _Folder(path, files, parts, None, remarks)


def _choose_file(part: str, found: list[File], folder: PurePosixPath, remarks: list[str]) -> Candidate:
    """Choose among the files of a folder that stand for a part: the one of the part's own name, or the only one."""
    exact = [file for file in found if file.path.name == part]
    candidates = [Candidate(part, file, read(file, LARGEST_PART)) for file in exact or found]
    best = candidates[0]
    if any(candidate.differs(best) for candidate in candidates):
        if exact:
            raise Refused(f"the upload holds {part} twice: hand it in once")
        names = " and ".join(sorted(one_line(file.path.name) for file in found))
        raise Refused(f"{names} {_place(folder)} both there: which did you mean? Hand in one of them, as {part}")
    if not exact:
        remarks.append(f"{shown(best.file)} is graded as {part}")
    elif others := sorted(shown(file) for file in found if file not in exact):
        remarks.append(f"{', '.join(others)} is not graded: {part} beside it is")
    return best


def _contents(folder: _Folder) -> dict[str, bytes]:
    return {part: plain(candidate.content) for part, candidate in folder.parts.items()}


def _name(folder: PurePosixPath) -> str:
    return "the top folder" if str(folder) == "." else one_line(str(folder))


def _place(folder: PurePosixPath) -> str:
    return "at the top is" if str(folder) == "." else f"in {one_line(str(folder))} is"
