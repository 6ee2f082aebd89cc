"""The files that grade on another machine: what decides a grade, the package that parts import, the answer book.

They hold answers, but no solution.
"""

from pathlib import Path

from instructor.grading.origin import deciding_files
from instructor.grading.policy import DEFAULTS, read_policy
from instructor.platforms.requirements import locked_requirements
from proj4_code.given.data.splits import read_split, split_path
from proj4_unit_tests.harness.book import AnswerBook
from proj4_unit_tests.harness.submission import KIT

EVERYWHERE = ("LICENSE", "setup.cfg", "instructor/platforms/__init__.py", "instructor/platforms/remote.py")
REMOTE = ("__init__.py", "autograder.py", "result.py")
"""Modules of a platform that run there."""


def grader_files(platform: str, book: Path, policy: Path | None, data: Path | None) -> dict[str, bytes]:
    """Read the files, by path on the other machine.

    Args:
        platform: folder in `instructor/platforms`, whose modules come along.
        book: the answer book.
        policy: the instructor's choices; None for the defaults.
        data: prepared CamVid, whose test split comes along; None: results of training are not graded.

    Raises:
        FileNotFoundError: if the book, the policy or the data are missing.
        ValueError: if the book or the policy is not valid.
    """
    AnswerBook(book)
    read_policy(policy)
    # All of the package, as in the student kit: parts may import more of it than grading does.
    package = [path for path in (KIT / "proj4_code").rglob("*.py") if "scene_drawing" not in path.parts]
    own = sorted(path for path in (Path(__file__).parent / platform).glob("*.py") if path.name in REMOTE)
    paths = {*deciding_files(), *package, *own, *(KIT / name for name in EVERYWHERE)}
    files = {path.relative_to(KIT).as_posix(): path.read_bytes() for path in sorted(paths)}
    files |= {"answers.npz": book.read_bytes(), "policy.toml": (policy or DEFAULTS).read_bytes()}
    files |= {name: text.encode() for name, text in locked_requirements().items()}
    if data is not None:
        files |= {f"data/{name}": content for name, content in _test_split(data).items()}
    return files


def _test_split(data: Path) -> dict[str, bytes]:
    """Read the files of the test split, by name in the data folder."""
    names = read_split(split_path(data, "test"))
    paths = [split_path(data, "test"), *(data / "labels" / f"{name}_L.png" for name in names)]
    paths += [path for name in names for path in (data / "images").glob(f"{name}.*")]
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in paths}
