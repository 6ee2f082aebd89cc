"""A submission is a folder of part files; here it is laid over a pristine kit."""

import shutil
from collections.abc import Callable
from pathlib import Path

from proj4_code.given.basics.imports import own_code
from proj4_code.given.parts import PARTS

KIT = Path(__file__).resolve().parents[2]


def list_parts(submission: Path) -> list[str]:
    """List the part files in a folder by name.

    Raises:
        FileNotFoundError: if it holds no part file.
    """
    files = [part.file for part in PARTS if (submission / part.file).is_file()]
    if not files:
        raise FileNotFoundError(f"{submission} holds none of {', '.join(part.file for part in PARTS)}")
    return files


def lay_over(submission: Path, folder: Path, copy: Callable[[str, str], object] = shutil.copyfile) -> Path:
    """Make a package `proj4_code` of the kit's own files and a submission's part files.

    A part that the submission lacks is the kit's. Modules of the submission's own come along if parts import them;
    whatever else it holds is left out.

    Args:
        submission: folder that holds some of `part1_ppm.py` to `part6_training.py`.
        folder: where `proj4_code` is made; it must not have one yet.
        copy: how the kit's files come there; `os.symlink` is quicker, for trusted code.

    Returns:
        `folder`, for `sys.path` or PYTHONPATH.

    Raises:
        FileNotFoundError: if the submission holds no part at all.
    """
    own = list_parts(submission)
    ignore = shutil.ignore_patterns("__pycache__", *own)
    shutil.copytree(KIT / "proj4_code", folder / "proj4_code", ignore=ignore, copy_function=copy)
    for name in own:
        shutil.copyfile(submission / name, folder / "proj4_code" / name)
    copy_modules(submission, folder / "proj4_code")
    return folder


def copy_modules(submission: Path, package: Path) -> None:
    """Copy what a submission's parts import of its own modules into a package."""
    for name, content in own_code(submission).modules.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_bytes(content)
