"""What a student handed in: a zip, a folder or single files, of which the part files are graded.

Nothing of an upload is unpacked: part files are read one by one, and of every other file it is said what became of it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from instructor.grading.code_review import find_oddities
from instructor.grading.files.archives import LARGEST_ARCHIVE, list_archive, spooled
from instructor.grading.files.code import is_skeleton, plain
from instructor.grading.files.file import MOST_FILES, File, NothingHandedIn, Refused, list_folder, open_file
from instructor.grading.files.folders import (
    LARGEST_PART,
    Candidate,
    choose_folder,
    is_known,
    leads_out,
    merge,
    read,
    shown,
)
from instructor.grading.files.names import PART_FILES, RESULTS, is_archive, is_junk, part_hinted, part_meant
from proj4_code.given.basics.imports import OwnCode, follow_imports
from proj4_code.given.basics.work_log import WORK_LOG

__all__ = ["PART_FILES", "RESULTS", "NothingHandedIn", "Refused", "Upload", "choose_parts", "open_upload"]

LARGEST_RESULTS = 150 * 2**20  # bytes: weights in half precision, and predictions
LARGEST_LOG = 2**20  # bytes of the log of a student's work; what is longer is cut off
MOST_LISTED = 12
MOST_MODULES = 50  # of the student's own, besides the parts
MOST_ARCHIVES = 10  # in an upload
RENAME = "Rename it, and hand it in again"
HAND_IN = f"hand in {PART_FILES[0]} to {PART_FILES[-1]}"


@dataclass(frozen=True)
class Upload:
    """The files of an upload that count.

    Attributes:
        parts: name of the part file -> its content.
        results: content of the file with the results of training; None if it was not handed in.
        ignored: names of all other files, some of them if there are many.
        modules: path beside the parts -> content, of the student's own modules that parts import.
        imports: what parts import that is not there when they are graded, in sentences.
        remarks: what is not obvious about the choice, in sentences for the student: which of several files was taken.
        log: of the student's own work, whatever it holds; empty if there is none. It is no part of what is graded.
    """

    parts: dict[str, bytes]
    results: bytes | None
    ignored: list[str]
    modules: dict[str, bytes] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)
    remarks: tuple[str, ...] = ()
    log: bytes = b""

    @cached_property
    def hash(self) -> str:
        """SHA-256 of what is graded, however it was packed."""
        digest = hashlib.sha256()
        for name, content in sorted({**self.parts, **self.modules, RESULTS: self.results or b""}.items()):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    @cached_property
    def part_hashes(self) -> dict[str, str]:
        """SHA-256 of each part file that is not the skeleton, without line endings and blanks at the ends of lines."""
        return {
            name: hashlib.sha256(plain(content)).hexdigest()
            for name, content in self.parts.items()
            if not is_skeleton(name, content)
        }

    @cached_property
    def oddities(self) -> list[str]:
        """What in the code this assignment has no use for, for a person to look at."""
        return [
            oddity
            for name, content in sorted({**self.parts, **self.modules}.items())
            for oddity in find_oddities(name, content)
        ]

    def write(self, folder: Path) -> Path:
        """Write the part files, and the modules that they import, into a new folder, a submission, and return it."""
        folder.mkdir(parents=True)
        for name, content in {**self.parts, **self.modules}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder


def open_upload(*paths: Path) -> Upload:
    """Read an upload.

    Args:
        paths: of an archive, a folder, or single part files.

    Raises:
        FileNotFoundError: if a path does not exist.
        Refused: if the upload cannot be graded.
    """
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing")
    if len(paths) == 1 and paths[0].is_dir():
        return choose_parts(list_folder(paths[0]))
    return choose_parts(open_file(path) for path in paths if path.is_file())


def choose_parts(files: Iterable[File]) -> Upload:
    """Choose the part files that are graded, and say what became of all others.

    An archive that stands alone is the upload itself; archives in it, in folders or beside parts are looked into.
    Of several folders that came together one is taken (see `choose_folder`); what came apart, loose or in an archive,
    is put together, and of two files for one part the newer is taken.

    Raises:
        Refused: if there is no part file, or it is not clear which one is meant.
    """
    remarks: list[str] = []
    sources = _sources(list(_counted(files)), remarks)
    found = [file for source in sources for file in source]
    parts = merge([choose_folder(source, remarks.append) for source in sources], remarks.append)
    if not parts:
        raise _no_part(found, remarks)
    results = _newest_results(found, remarks)
    taken = {id(results), *(id(candidate.file) for candidate in parts.values())}
    others = [file for file in found if id(file) not in taken]
    hints = [(file, hint) for file in others if (hint := part_hinted(file.path.name)) and hint not in parts]
    remarks += [f"{shown(file)} is not graded: did you mean {hint}?" for file, hint in hints]
    contents = {part: candidate.content for part, candidate in parts.items()}
    beside = _beside(parts.values(), others)
    modules, imports = _follow(contents, beside)
    used = {id(beside[path]) for path in modules}
    ignored = [shown(file) for file in others if id(file) not in used and not is_known(file)]
    more = [f"and {len(ignored) - MOST_LISTED} more"] if len(ignored) > MOST_LISTED else []
    return Upload(
        contents,
        read(results, LARGEST_RESULTS) if results else None,
        ignored[:MOST_LISTED] + more,
        modules,
        imports,
        tuple(remarks),
        _log(found),
    )


def _beside(parts: Iterable[Candidate], others: Sequence[File]) -> dict[str, File]:
    """Return the files beside the parts and below, by path from there; the folder with most parts counts first."""
    beside: dict[str, File] = {}
    for folder, _ in Counter(part.file.path.parent for part in parts).most_common():
        for file in others:
            if file.path.is_relative_to(folder):
                beside.setdefault(str(file.path.relative_to(folder)), file)
    return beside


def _follow(parts: Mapping[str, bytes], others: Mapping[str, File]) -> OwnCode:
    """Find the modules of the student's own that parts import.

    Args:
        parts: name -> content.
        others: path beside the parts -> file.

    Raises:
        Refused: if there are too many, or one is too large.
    """
    contents: dict[str, bytes] = {}

    def content(path: str) -> bytes | None:
        if path in others and path not in contents:
            if len(contents) == MOST_MODULES:
                raise Refused(f"the parts import more than {MOST_MODULES} modules of your own: hand in what they need")
            contents[path] = read(others[path], LARGEST_PART)
        return contents.get(path)

    return follow_imports(parts, content)


def _counted(files: Iterable[File], already: int = 0) -> Iterator[File]:
    for number, file in enumerate(files, already + 1):
        if number > MOST_FILES:
            raise Refused(f"the upload holds more than {MOST_FILES} files: hand in the six part files")
        if not is_junk(file.path):
            yield file


def _sources(files: list[File], remarks: list[str]) -> list[list[File]]:
    """Look into archives, and return the files that came together: the loose ones, and those of each archive."""
    if len(files) == 1 and not (files[0].path.suffix.lower() in (".py", ".txt") or files[0].path.name == RESULTS):
        files = _only_archive(files[0])
    archives = [file for file in files if is_archive(file.path.name)][:MOST_ARCHIVES]
    loose = [file for file in files if file not in archives]
    sources, number, room = [loose], len(files), LARGEST_ARCHIVE
    for file in archives:
        try:
            content, size = spooled(file, room)
            inside = list(_counted(list_archive(content, shown(file)), number))
        except Refused as error:
            remarks.append(str(error))
            continue
        number, room = number + len(inside), room - size
        sources.append([inner.within(file.path) for inner in inside])
    return sources


def _only_archive(file: File) -> list[File]:
    """List the files of an upload that is a single file.

    Raises:
        Refused: if it is not an archive, or cannot be read.
    """
    if not is_archive(file.path.name):
        if file.path.suffix.lower() == ".ipynb":
            raise Refused(f"{shown(file)} is a notebook, which is not graded: {HAND_IN}")
        raise Refused(f"{shown(file)} is neither a part file nor an archive: {HAND_IN}")
    content, _ = spooled(file, LARGEST_ARCHIVE)
    return list(_counted(list_archive(content, shown(file))))


def _newest_results(files: Sequence[File], remarks: list[str]) -> File | None:
    found = [file for file in files if file.path.name == RESULTS]
    best = max(found, key=lambda file: (file.time, -len(file.path.parts)), default=None)
    if best and len(found) > 1:
        remarks.append(f"{RESULTS} is graded from {shown(best)}, the newest of {len(found)}")
    return best


def _log(files: Sequence[File]) -> bytes:
    """Read the newest log of the student's work; nothing if it cannot be read."""
    newest = max((file for file in files if file.path.name == WORK_LOG), key=lambda file: file.time, default=None)
    try:
        return newest.read(LARGEST_LOG) if newest else b""
    except Refused:
        return b""


def _no_part(files: Sequence[File], problems: Sequence[str]) -> Refused:
    """Make the error for an upload without part files."""
    if problems:
        return Refused("; ".join(problems))
    if not files:
        return NothingHandedIn(f"the upload is empty and holds no part file: {HAND_IN}")
    if outside := next((file for file in files if part_meant(file.path.name) and leads_out(file.path)), None):
        return Refused(f"{shown(outside)} leads out of the archive, and is not read: pack the files without their disk")
    for file in files:
        if hint := part_hinted(file.path.name):
            return Refused(f"the upload holds no part file, but {shown(file)}: did you mean {hint}? {RENAME}")
    if deep := next((file for file in files if is_archive(file.path.name)), None):
        return Refused(f"{shown(deep)} is not opened, since it lies two archives deep: {HAND_IN}")
    notebook = " but a notebook, which is not graded" if any(f.path.suffix.lower() == ".ipynb" for f in files) else ""
    return Refused(f"the upload holds no part file{notebook}: {HAND_IN}")
