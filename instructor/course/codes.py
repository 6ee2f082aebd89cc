"""The source of a class's parts, read when somebody looks at it."""

from collections.abc import Collection, Iterable
from pathlib import Path

from instructor.course.exports import list_uploads

LARGEST = 100_000  # characters of a part that anybody reads


def read_codes(
    path: Path, leave_out: Path | None = None, names: Collection[str] | None = None
) -> dict[str, dict[str, str]]:
    """Read the part files of uploads in a folder or export: upload -> part file -> source.

    Args:
        path: the folder or export.
        leave_out: a folder in it that is not one of the class's, such as the one for the grades.
        names: of the uploads; None for all. Those that cannot be read are left out.
    """
    codes = {}
    for upload in list_uploads(path, leave_out and leave_out.resolve()) if names is None or names else ():
        if names is not None and upload.name not in names:
            continue
        try:
            parts = upload.open().parts
        except Exception:  # why is said when it is graded
            continue
        codes[upload.name] = {name: readable(content) for name, content in parts.items()}
    return codes


def read_all(paths: Iterable[Path]) -> dict[str, dict[str, str]]:
    """Read the part files in several folders or exports; each upload is called FOLDER/UPLOAD."""
    return {f"{path.name}/{name}": parts for path in paths for name, parts in read_codes(path).items()}


def readable(content: bytes) -> str:
    """Return a file's text, without what cannot be shown."""
    text = content.decode("utf-8", errors="replace")[:LARGEST].replace("\r\n", "\n")
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "�" for letter in text)
