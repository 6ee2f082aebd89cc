"""What the notebooks call: tests of a part, demonstrations that wait for their parts, programs, pictures."""

import codecs
import json
import re
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from IPython import get_ipython
from IPython.display import HTML, Image, display

from proj4_code.given.messages import PART_FILE, UNWRITTEN
from proj4_code.given.notebooks.processes import KIT, child_environment, run_pytest
from proj4_code.given.notebooks.results_table import ResultsTable

PART_MODULE = re.compile(r"proj4_code\.part\d_\w+")


def reload_parts() -> None:
    """Let every cell that follows import the parts as they are on disk."""
    get_ipython().events.register("pre_run_cell", forget_parts)


def forget_parts(_: object = None) -> None:
    """Forget the parts that were imported, so that the next import reads their files; IPython tells which cell runs."""
    for name in [name for name in sys.modules if PART_MODULE.fullmatch(name)]:
        del sys.modules[name]
        package, _, part = name.rpartition(".")
        if hasattr(sys.modules[package], part):  # a module that failed while it was imported is no attribute
            delattr(sys.modules[package], part)


def run_tests(part: str | None = None) -> None:
    """Run the tests of a part, in a process of their own, and show what came out.

    Args:
        part: "part1" to "part6", or "together" for the tests that need several parts; None: all tests.
    """
    if not (KIT / "proj4_unit_tests").is_dir():
        print(f"The tests are not here: {KIT / 'proj4_unit_tests'} is missing. Run this where you have the whole kit.")
        return
    shown = display(HTML(f"<i>running the tests of {part or 'all parts'} …</i>"), display_id=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "results.json"
        arguments = ["-q", "-p", "no:cacheprovider", "proj4_unit_tests", "--results", str(file)]
        output = run_pytest([*arguments, *(["-k", part] if part else [])])
        results = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    if results:
        shown.update(ResultsTable(results))
    else:
        shown.update(HTML("<i>The tests could not be run; this is what pytest says:</i>"))
        print(output[-3000:])


@contextmanager
def demonstration() -> Iterator[None]:
    """Go on after a `with` block that shows a part at work: if it cannot yet, say so in a line."""
    try:
        yield
    except Exception as error:  # whatever a part that is half written may raise
        print(why_not(error))


def why_not(error: Exception) -> str:
    """Say in a line why a demonstration stopped.

    Args:
        error: what it raised, from a part or because of what a part returned.
    """
    unwritten = UNWRITTEN.search(str(error)) if isinstance(error, NotImplementedError) else None
    if unwritten:
        return f"part {unwritten[1]} is not written yet"
    what = " ".join(f"{type(error).__name__}: {error}".split())
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        places, what = [*places, (error.filename or "", error.lineno)], f"SyntaxError: {error.msg}"
    mine = [(Path(file).name, line) for file, line in places if re.fullmatch(PART_FILE, Path(file).name)]
    if not mine:
        return f"this does not work yet: {what}. The tests above may say why."
    file, line = mine[-1]
    return f"part {file[4]} does not work yet: {what} (proj4_code/{file}, line {line}). The tests may say why."


def run_program(module: str, *arguments: object) -> bool:
    """Run `python -m MODULE ARGUMENTS` in the kit's folder and show what it prints, as it prints it.

    Returns:
        Whether it succeeded. If not, it has said why.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    process = subprocess.Popen(
        command, cwd=KIT, env=child_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
    )
    try:
        follow(process.stdout)
        return process.wait() == 0
    except KeyboardInterrupt:
        if sys.platform == "win32":
            process.terminate()
        follow(process.stdout)  # elsewhere the interrupt reached the program too, which now says what it keeps
        raise
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def follow(output: IO[bytes]) -> None:
    """Show what a program prints until it ends."""
    decoder, text = codecs.getincrementaldecoder("utf-8")(errors="replace"), ""
    screen = display({"text/plain": ""}, raw=True, display_id=True)
    while new := output.read(4096):
        text += decoder.decode(new)
        screen.update({"text/plain": on_screen(text)}, raw=True)


def on_screen(text: str) -> str:
    r"""Keep of each line what a terminal would show: what follows the last carriage return, as progress bars use it."""
    shown = [([part for part in line.split("\r") if part.strip()] or [""])[-1].rstrip() for line in text.split("\n")]
    return "\n".join(shown).rstrip("\n")


def show_files(*names: str) -> None:
    """Show pictures that a program wrote, by their paths in the kit's folder; of one that is missing, say so."""
    for name in names:
        if (KIT / name).is_file():
            display(Image(filename=str(KIT / name)))
        else:
            print(f"{name} is not there: nothing was trained yet")
