"""How long the whole catalogue takes, compared with a run of the unit tests in a separate process for each submission.

python -m instructor.benchmarks.mistakes
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from instructor.benchmarks.machine import describe
from instructor.catalogue import MISTAKES
from instructor.proofs.review import list_alternatives, part_of, review
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.submission import KIT


def main() -> None:
    """Print the time of the whole, of each part, and of a process a submission."""
    print(describe())
    total, submissions = 0.0, len(MISTAKES) + len(list_alternatives())
    for part in PARTS:
        began = time.perf_counter()
        own = {edit.name for edit in MISTAKES if edit.part is part} | {
            name for name, path in list_alternatives() if part_of(path) is part
        }
        count = len(review(PUBLIC_BOOK, own.__contains__))
        total += (seconds := time.perf_counter() - began)
        print(f"{part.name}: {count} submissions in {seconds:.1f} s")
    each = total / submissions
    print(f"{submissions} submissions, one answer book: {total:.0f} s, {each:.2f} s for one")
    alone = statistics.median(_seconds_alone(number) for number in range(1, 7))
    print(f"one in its own process: {alone:.1f} s (median of six mistakes), {alone / each:.0f} times as long")


def _seconds_alone(number: int) -> float:
    edit = next(edit for edit in MISTAKES if edit.name.startswith(f"{number}-"))
    with tempfile.TemporaryDirectory() as folder:
        submission = edit.write(Path(folder) / edit.name)
        tests = KIT / "proj4_unit_tests" / f"test_{edit.part.module}.py"
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", tests, "--submission", submission], capture_output=True, check=False
        )
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
