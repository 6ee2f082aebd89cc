"""What Gradescope exports (Export Submissions): a folder for each submission, and `submission_metadata.yml` about them.

The file also holds results and history, and grows to hundreds of megabytes, so it is not read as YAML but line by line:
the two keys of a submission that matter are cut out, and these few lines are YAML.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import IO, Any

import yaml

from instructor.course.exports.entry import ClassUpload, choosing, folder_name
from instructor.course.exports.folder import nothing
from instructor.course.exports.listing import Item
from instructor.grading.files.file import File
from instructor.grading.records import Student
from instructor.grading.text import one_line

METADATA = "submission_metadata.yml"
WANTED = {b":submitters", b":created_at"}
MOST_SUBMISSIONS = 20_000
LONGEST_LINE = 2**20  # bytes; what is longer is skipped
MOST_KEPT = 2**18  # bytes of a submission's wanted lines
KEY = re.compile(rb"""(?P<quote>['"]?)(?P<key>[^\s'"#\[\]{},-][^'"]*?)(?P=quote):(?=\s|$)""")
ANCHOR = re.compile(rb"(?<=[:-] )&\d+\s+")


def read(items: Sequence[Item]) -> tuple[list[ClassUpload], list[Item]] | None:
    """Return the entries of an export, and the items that do not belong to it; None if it is not Gradescope's.

    Raises:
        ValueError: if its metadata is not what Gradescope writes.
    """
    metadata = next((item for item in items if item.name == METADATA and not item.is_folder), None)
    if metadata is None:
        return None
    try:
        with metadata.files[0].open() as stream:
            submissions = dict(_submissions(stream))
        by_name = {item.name: item for item in items if item is not metadata}
        if submissions and by_name and not by_name.keys() & submissions.keys():
            return None  # a student's own file of that name
        entries = [_entry(name, known, by_name.pop(name, None)) for name, known in submissions.items()]
    except (yaml.YAMLError, TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"{METADATA} is not what Gradescope writes ({one_line(str(error))}): export the submissions again"
        ) from None
    if not entries:
        raise ValueError(f"{METADATA} is not what Gradescope writes (no submissions): export the submissions again")
    return entries, list(by_name.values())


def _submissions(stream: IO[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name of each submission and what of it is wanted, from one pass over the metadata."""
    number, name, block = 0, "", _Block()
    for line in _lines(stream):
        if not line[:1].isspace() and not line.startswith((b"#", b"---", b"...")) and line.strip():
            if name:
                yield name, block.content()
            found = KEY.match(line)
            if found is None:
                raise ValueError(f"the line {one_line(line.decode(errors='replace'), 60)!r}")
            number, name, block = (
                number + 1,
                found["key"].decode("utf-8", errors="replace"),
                _Block(line[found.end() :]),
            )
            if number > MOST_SUBMISSIONS:
                raise ValueError(f"more than {MOST_SUBMISSIONS} submissions")
        else:
            block.add(line)
    if name:
        yield name, block.content()


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream; of a very long one only the beginning."""
    pending = b""
    while block := stream.read(LONGEST_LINE):
        *lines, pending = (pending + block).split(b"\n")
        yield from lines
        if len(pending) > LONGEST_LINE:
            yield pending[:LONGEST_LINE]
            while block and b"\n" not in block:
                block = stream.read(LONGEST_LINE)
            pending = b" " + block.partition(b"\n")[2]
    if pending:
        yield pending


class _Block:
    """The lines of a submission that are wanted."""

    def __init__(self, on_the_same_line: bytes = b"") -> None:
        """Start with what follows the colon."""
        self._flow = on_the_same_line.strip()
        self._indent: int | None = None
        self._keeps = False
        self._kept: list[bytes] = []
        self._size = 0

    def add(self, line: bytes) -> None:
        """Keep a line if it belongs to a key that is wanted."""
        text = line.lstrip(b" ")
        if not text.strip():
            self._kept += [line] if self._keeps else []  # a line break in a name
            return
        indent = len(line) - len(text)
        self._indent = indent if self._indent is None else self._indent
        if indent <= self._indent and not text.startswith((b"- ", b"-\r")):
            found = KEY.match(text)
            self._keeps = bool(found and found["key"] in WANTED)
        if self._keeps or self._flow:
            self._size += len(line)
            if self._size > MOST_KEPT:
                raise ValueError(f"a submission with more than {MOST_KEPT} bytes about who handed it in")
            self._kept.append(line)

    def content(self) -> dict[str, Any]:
        """Read the lines."""
        text = b"\n".join([self._flow, *self._kept] if self._flow else self._kept)
        content: dict[str, Any] = yaml.safe_load(ANCHOR.sub(b"", text).decode("utf-8", errors="replace")) or {}
        return content


def _entry(name: str, known: dict[str, Any], item: Item | None) -> ClassUpload:
    students = [
        Student(*(str(submitter.get(key) or "") for key in (":name", ":sid", ":email")))
        for submitter in list(known[":submitters"])
        if isinstance(submitter, dict)
    ]
    files: list[File] = item.files if item else []
    return ClassUpload(
        folder_name(name),
        students or [Student(name)],
        choosing(files) if files else nothing("there are no files in Gradescope"),
        name,
        submitted=_time(known.get(":created_at")),
    )


def _time(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    with suppress(ValueError):
        return datetime.fromisoformat(str(value))
    return None
