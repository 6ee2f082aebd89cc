"""The archive that Gradescope makes its autograder from. It holds no solution: answers, yes, but not the code."""

import tomllib
from pathlib import Path

from instructor.grading.policy import DEFAULTS, read_policy
from instructor.release.kit import zip_files
from proj4_code.given.data.splits import read_split, split_path
from proj4_code.given.files import write_whole
from proj4_unit_tests.harness.book import AnswerBook
from proj4_unit_tests.harness.submission import KIT

CONTENTS = (
    "LICENSE",
    "setup.cfg",
    "proj4_code/**/*.py",
    "proj4_unit_tests/**/*.py",
    "instructor/__init__.py",
    "instructor/grading/*.py",
    "instructor/sandbox/*.py",
    "instructor/platforms/__init__.py",
    "instructor/platforms/gradescope/*.py",
    "instructor/grading/templates/*",
    "instructor/grading/policy.toml",
)
PLATFORM = Path(__file__).parent
EXECUTABLE = ("setup.sh", "run_autograder")


def build_archive(out: Path, book: Path, policy: Path | None, data: Path | None) -> list[str]:
    """Build the archive.

    Args:
        out: the zip.
        book: the answer book.
        policy: the instructor's choices; None for the defaults.
        data: prepared CamVid, whose test split the archive takes along; None: results of training are not graded.

    Returns:
        The names of the files in it.

    Raises:
        FileNotFoundError, ValueError: if the book or the policy is missing or none.
    """
    AnswerBook(book)
    read_policy(policy)
    paths = [path for pattern in CONTENTS for path in KIT.glob(pattern) if path.is_file()]
    files = {path.relative_to(KIT).as_posix(): path.read_bytes() for path in paths if "attacks" not in path.parts}
    files |= {name: (PLATFORM / name).read_bytes() for name in EXECUTABLE}
    files |= {"answers.npz": book.read_bytes(), "policy.toml": (policy or DEFAULTS).read_bytes()}
    files["requirements.txt"] = _requirements().encode()
    if data is not None:
        files |= {f"data/{name}": content for name, content in _test_split(data).items()}
    write_whole(out, zip_files(files, EXECUTABLE))
    return sorted(files)


def _test_split(data: Path) -> dict[str, bytes]:
    names = read_split(split_path(data, "test"))
    paths = [data / "test.txt", *(data / "labels" / f"{name}_L.png" for name in names)]
    paths += [path for name in names for path in (data / "images").glob(f"{name}.*")]
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in paths}


def _requirements() -> str:
    """List what grading needs: the extra of that name in pyproject.toml."""
    project = tomllib.loads((KIT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return "\n".join(project["optional-dependencies"]["grading"]) + "\n"
