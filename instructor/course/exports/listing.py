"""What lies in a folder or an export: items, each a file or a folder with files."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path, PurePosixPath

from instructor.grading.files.archives import list_archive
from instructor.grading.files.file import MOST_FILES, File, Refused, list_folder, open_file
from instructor.grading.files.names import is_junk, is_junk_folder

LARGEST_DIRECTORY = 16 * 2**20  # bytes of a zip's list of files: each takes far more of memory
MOST_ITEMS = 20_000
MOST_WRAPPERS = 2  # folders around what was exported, as systems add them when they pack and unpack
CLONE = ".git"


@dataclass(frozen=True)
class Item:
    """A file or a folder in an export.

    Attributes:
        name: of the file or folder.
        files: the file itself, its path its name; or those in the folder, their paths relative to it.
        is_folder: which of the two it is.
        is_clone: whether it is a folder with a repository of git.
        problem: why it cannot be read; empty if it can.
        path: of a folder on this machine's disk.
        entries: of an archive that lie in the folder, junk and folders, too; their paths are relative to it.
    """

    name: str
    files: list[File] = field(default_factory=list)
    is_folder: bool = False
    is_clone: bool = False
    problem: str = ""
    path: Path | None = None
    entries: list[File] = field(default_factory=list)

    def enter(self) -> "list[Item]":
        """Return the items in a folder."""
        return list_items(self.path) if self.path else group(self.entries)


def list_items(path: Path, leave_out: Path | None = None) -> list[Item]:
    """List the items of a folder or an archive, by name, junk left out.

    Args:
        path: of the folder or archive.
        leave_out: a folder in it that is not one of a class's.

    Raises:
        ValueError: if the archive cannot be read, or holds far too much.
    """
    if not path.is_dir():
        try:
            items = group(list_archive(path.open("rb"), path.name, LARGEST_DIRECTORY, everything=True))
        except Refused as error:
            raise ValueError(str(error)) from None
        return _bounded(items, path)
    items = []
    for child in path.iterdir():
        if is_junk(PurePosixPath(child.name)) or is_junk_folder(child.name) or child.resolve() == leave_out:
            continue
        items.append(_item(child))
    return _bounded(sorted(items, key=lambda item: item.name), path)


def _item(path: Path) -> Item:
    if path.is_symlink():
        return Item(path.name, problem="a link, which is not followed: put the upload itself there")
    if path.is_dir():
        with suppress(OSError):
            files = list(islice(list_folder(path), MOST_FILES + 1))
            return Item(path.name, files, True, (path / CLONE).exists(), path=path)
        return Item(path.name, is_folder=True, problem="a folder that cannot be read")
    if path.is_file():
        return Item(path.name, [open_file(path)])
    return Item(path.name, problem="neither a file nor a folder")


def group(files: Iterable[File]) -> list[Item]:
    """Group the entries of an archive by the first name of their paths, as the folder would be that it was made of."""
    items: dict[tuple[str, bool], Item] = {}
    for file in files:
        if not file.path.parts or is_junk(PurePosixPath(file.path.parts[0])):
            continue
        name, *inner = file.path.parts
        is_folder = bool(inner) or file.is_folder
        item = items.setdefault((name, is_folder), Item(name, [], is_folder))
        if inner[:1] == [CLONE] and not item.is_clone:
            item = items[name, is_folder] = replace(item, is_clone=True)
        entry = file._replace(path=PurePosixPath(*inner)) if inner else file
        if inner:
            item.entries.append(entry)
        if not (file.is_folder or is_junk(file.path)):
            item.files.append(entry)
    return [items[key] for key in sorted(items)]


def _bounded(items: list[Item], path: Path) -> list[Item]:
    if len(items) > MOST_ITEMS:
        raise ValueError(f"{path} holds {len(items)} files and folders at its top, more than any class")
    return items


def roots(items: list[Item]) -> Iterator[list[Item]]:
    """Yield the items, and, while they are a single folder, the items in it."""
    yield items
    for _ in range(MOST_WRAPPERS):
        if len(items) != 1 or not items[0].is_folder or items[0].is_clone:
            return
        items = items[0].enter()
        yield items


def common_beginning(names: Collection[str], separator: str) -> str:
    """Return the pieces that all names begin with, the separator after each; empty if there is only one name."""
    pieces = [name.split(separator)[:-1] for name in names]
    common = []
    for same in zip(*pieces, strict=False) if len(pieces) > 1 else ():
        if len(set(same)) > 1:
            break
        common.append(f"{same[0]}{separator}")
    return "".join(common)


def renamed(item: Item, name: str) -> Item:
    """Return an item under another name, such as the one that it had before the export."""
    if item.is_folder:
        return replace(item, name=name)
    return replace(item, name=name, files=[file._replace(path=PurePosixPath(name)) for file in item.files])


def files_of(items: Iterable[Item]) -> list[File]:
    """Return the files of items as one upload: folders keep their names."""
    return [file.within(PurePosixPath(item.name)) if item.is_folder else file for item in items for file in item.files]
