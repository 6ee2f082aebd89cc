"""Run the tests of a part as soon as you save it: `python -m proj4_code.given.watch`, and Ctrl-C to end it.

It begins with all parts, one after another; a part that is saved comes first.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proj4_code.given.basics.imports import own_code
from proj4_code.given.basics.messages import one_line_errors
from proj4_code.given.notebooks.processes import KIT, prepare
from proj4_code.given.parts import PARTS, Part

SECONDS = 0.2  # from one look at the files to the next
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


def show(part: Part, outcomes: Sequence[dict[str, Any]], output: str, board: Board) -> None:
    """Show what the tests of a part say, and the points of all parts, in the place of what was there before."""
    board[part] = sum(o["points"] for o in outcomes), sum(o["most_points"] for o in outcomes)
    if sys.stdout.isatty():
        subprocess.run("cls" if sys.platform == "win32" else "clear", shell=True, check=False)
    print(output.strip() if outcomes else f"The tests could not be run:\n{output.strip()[-3000:]}", end="\n\n")
    for each in PARTS:
        points, most = board.get(each, (0, 0))
        state = f"{points:>5g} of {most:>3g} points" if most else "  not tested yet"
        print(f"{'>' if each is part else ' '} {each.name}  {each.title:<17}{state}")
    print(f"\n{time.strftime('%H:%M:%S')}  Waiting for you to save a part. Ctrl-C ends this.", flush=True)


def watch() -> None:
    """Test parts until it is interrupted."""
    before: dict[Path, float] = {}
    board: Board = {}
    todo: list[Part] = []
    prepare()
    while True:
        changed = saved(before)
        todo = changed + [part for part in todo if part not in changed]
        if not todo:
            time.sleep(SECONDS)
            continue
        part = todo.pop(0)
        show(part, *outcomes_of(part.key), board)


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
