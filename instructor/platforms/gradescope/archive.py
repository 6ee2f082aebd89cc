"""The archive that Gradescope builds its autograder from. It holds answers, but no solution."""

from pathlib import Path

from instructor.grading.origin import deciding_files
from instructor.grading.policy import DEFAULTS, read_policy
from instructor.platforms.gradescope.requirements import locked_requirements
from instructor.release.kit import zip_files
from proj4_code.given.data.splits import read_split, split_path
from proj4_code.given.files import write_whole
from proj4_unit_tests.harness.book import AnswerBook
from proj4_unit_tests.harness.submission import KIT

PLATFORM = Path(__file__).parent
MODULES = ("instructor/platforms/__init__.py", "instructor/platforms/gradescope/__init__.py")
PROGRAM = "instructor/platforms/gradescope/autograder.py"
EXECUTABLE = ("setup.sh", "run_autograder")
OTHERS = ("LICENSE", "setup.cfg", *MODULES, PROGRAM)


def build_archive(out: Path, book: Path, policy: Path | None, data: Path | None) -> list[str]:
    """Build the archive.

    Args:
        out: the zip.
        book: the answer book.
        policy: the instructor's choices; None for the defaults.
        data: prepared CamVid, whose test split goes into the archive; None: results of training are not graded.

    Returns:
        The names of the files in it.

    Raises:
        FileNotFoundError: if the book, the policy or the data are missing.
        ValueError: if the book or the policy is not valid.
    """
    AnswerBook(book)
    read_policy(policy)
    paths = [*deciding_files(), *(KIT / name for name in OTHERS)]
    files = {path.relative_to(KIT).as_posix(): path.read_bytes() for path in paths}
    files |= {name: (PLATFORM / name).read_bytes() for name in EXECUTABLE}
    files |= {"answers.npz": book.read_bytes(), "policy.toml": (policy or DEFAULTS).read_bytes()}
    files |= {name: text.encode() for name, text in locked_requirements().items()}
    if data is not None:
        files |= {f"data/{name}": content for name, content in _test_split(data).items()}
    write_whole(out, zip_files(files, EXECUTABLE))
    return sorted(files)


def _test_split(data: Path) -> dict[str, bytes]:
    """Read the files of the test split, by name in the data folder."""
    names = read_split(split_path(data, "test"))
    paths = [split_path(data, "test"), *(data / "labels" / f"{name}_L.png" for name in names)]
    paths += [path for name in names for path in (data / "images").glob(f"{name}.*")]
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in paths}
