"""Run the tests of a part as soon as you save it: `python -m proj4_code.given.watch`, and Ctrl-C to end it."""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proj4_code.given.basics.imports import own_code
from proj4_code.given.basics.messages import one_line_errors
from proj4_code.given.notebooks.processes import KIT, prepare, run_tests_of
from proj4_code.given.parts import PARTS, Part

SECONDS = 0.2  # from one look at the files to the next
WAITING = "Waiting for you to save a part. Ctrl-C ends this."
Board = dict[Part, tuple[float, float]]
"""Points of each part that was tested, and the most there are."""


def saved(before: dict[Path, float]) -> list[Part]:
    """List the parts whose files changed since the last look, and all if a module that they share did.

    Args:
        before: when each file was last changed; brought up to date.
    """
    package = KIT / "proj4_code"
    paths = {package / part.file: [part] for part in PARTS}
    paths |= {package / name: list(PARTS) for name in own_code(package).modules}
    now = {path: path.stat().st_mtime for path in paths if path.is_file()}
    changed = [part for path in now if now[path] != before.get(path) for part in paths[path]]
    before.clear()
    before.update(now)
    return [part for part in PARTS if part in changed]


def show(outcomes: Sequence[dict[str, Any]], output: str, board: Board) -> None:
    """Show what the tests say, and the points of all parts, in place of what was there before."""
    tested = {part: [o for o in outcomes if o["test"].startswith(f"{part.tests}/")] for part in PARTS}
    for part, of_part in tested.items():
        if of_part:
            board[part] = _sum(of_part, "points"), _sum(of_part, "most_points")
    if sys.stdout.isatty():
        subprocess.run("cls" if sys.platform == "win32" else "clear", shell=True, check=False)
    print(output.strip() if outcomes else f"The tests could not be run:\n{output.strip()[-3000:]}", end="\n\n")
    for part in PARTS:
        state = "{:>5g} of {:>3g} points".format(*board[part]) if part in board else "  not tested yet"
        print(f"{'>' if tested[part] else ' '} {part.name}  {part.title:<17}{state}")
    print(f"\n{time.strftime('%H:%M:%S')}  {WAITING}", flush=True)


def _sum(outcomes: Sequence[dict[str, Any]], points: str) -> float:
    return sum(outcome[points] for outcome in outcomes)


def watch() -> None:
    """Test what is saved, until it is interrupted."""
    files: dict[Path, float] = {}
    board: Board = {}
    saved(files)
    prepare()
    print(WAITING, flush=True)
    while True:
        time.sleep(SECONDS)
        if parts := saved(files):
            outcomes, printed = run_tests_of(" or ".join(part.key for part in parts), "--results")
            show(outcomes or [], printed, board)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; Ctrl-C ends it with status 130."""
    argparse.ArgumentParser(prog="python -m proj4_code.given.watch", description=__doc__).parse_args(arguments)
    with one_line_errors():
        try:
            watch()
        except KeyboardInterrupt:
            sys.exit(130)


if __name__ == "__main__":
    main()
