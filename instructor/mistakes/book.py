"""Making an answer book: the tests are run on the reference and on every known mistake, and their answers kept."""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tqdm import tqdm

from instructor.mistakes.catalogue import MISTAKES
from instructor.mistakes.edits import Edit
from instructor.release.skeletons import SOLUTION
from proj4_unit_tests.answers import Mistake, write_book
from proj4_unit_tests.plain import Plain, from_bytes
from proj4_unit_tests.submission import KIT

Answers = dict[str, list[Plain]]  # test -> answers to its calls
AT_ONCE = 2


def make_book(out: Path, seed: int) -> None:
    """Write the answer book of a seed.

    Args:
        out: the .npz file.
        seed: of the questions.

    Raises:
        ValueError: if the reference does not pass the tests' own assertions.
    """
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        reference = pool.submit(_record, SOLUTION, seed, Path(folder) / "reference.answers", right=True)
        mistakes = list(
            tqdm(
                pool.map(lambda edit: _record_mistake(edit, seed, Path(folder)), MISTAKES),
                desc="answers of the mistakes",
                total=len(MISTAKES),
            )
        )
    known = [Mistake(edit.name, edit.wrong, edit.hint) for edit in MISTAKES]
    write_book(out, seed, reference.result(), dict(zip(known, mistakes, strict=True)))


def _record_mistake(edit: Edit, seed: int, folder: Path) -> Answers:
    submission = edit.write(folder / edit.name)
    return _record(submission, seed, folder / f"{edit.name}.answers", only=f"test_{edit.part.file}")


def _record(submission: Path, seed: int, out: Path, only: str = "", right: bool = False) -> Answers:
    command = [sys.executable, "-m", "pytest", "-q", str(KIT / "proj4_unit_tests" / only)]
    options = ["--submission", str(submission), "--record", str(out), "--seed", str(seed)]
    done = subprocess.run(command + options, capture_output=True, text=True, check=False)
    if not out.is_file() or (right and done.returncode):
        raise ValueError(f"the tests fail on {submission}:\n{done.stdout}{done.stderr}")
    return from_bytes(out.read_bytes())
