"""The archive that Gradescope builds its autograder from."""

from pathlib import Path

from instructor.platforms.grader_files import grader_files
from instructor.release.kit import zip_files
from proj4_code.given.files import write_whole

PLATFORM = Path(__file__).parent
EXECUTABLE = ("setup.sh", "run_autograder")


def build_archive(out: Path, book: Path, policy: Path | None, data: Path | None) -> list[str]:
    """Build the archive, and return the names of the files in it; arguments and errors are those of `grader_files`."""
    files = grader_files("gradescope", book, policy, data)
    files |= {name: (PLATFORM / name).read_bytes() for name in EXECUTABLE}
    write_whole(out, zip_files(files, EXECUTABLE))
    return sorted(files)
