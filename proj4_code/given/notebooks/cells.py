"""What the cells of the local notebook call: tests of a part, and demonstrations that wait for their parts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from IPython import get_ipython

from proj4_code.given.basics.messages import UNWRITTEN, describe
from proj4_code.given.notebooks.output_area import Place, card
from proj4_code.given.notebooks.processes import KIT, run_tests_of

PREVIEWS = Path(__file__).with_name("previews")
"""Small pictures of what the demonstrations show when the parts work."""


def reload_parts() -> None:
    """Let every cell that follows import the parts as they are on disk."""
    get_ipython().events.register("pre_run_cell", forget_parts)


def forget_parts(_: object = None) -> None:
    """Forget the parts that were imported, so that the next import reads their files; IPython passes the cell."""
    for name in list(sys.modules):
        if name.startswith("proj4_code.") and not name.startswith("proj4_code.given"):
            del sys.modules[name]
            vars(sys.modules["proj4_code"]).pop(name.rpartition(".")[2], None)  # not there if the import failed


def run_tests(part: str | None = None, hint: bool = False) -> None:
    """Run the tests of a part, in a separate process, and show their results.

    Args:
        part: "part1" to "part6", or "together" for the tests that need several parts; None: all tests.
        hint: name known mistakes, where the course gives hints on request.
    """
    if not (KIT / "proj4_unit_tests").is_dir():
        print(f"The tests are not here: {KIT / 'proj4_unit_tests'} is missing. Run this where you have the whole kit.")
        return
    place = Place(f"running the tests of {part or 'all parts'} …")
    shown, printed = run_tests_of(part, "--notebook-output", *(["--hint"] if hint else []))
    if shown is not None:
        place.show(shown)
    else:
        place.say(f"The tests could not be run; this is what pytest says:\n{printed[-3000:]}")


@contextmanager
def demonstration(what: str, file: str, preview: str = "") -> Iterator[None]:
    """Go on after a `with` block that shows a part at work; if the part cannot do it yet, show what will appear.

    Args:
        what: the function or class that it shows, such as "PPM".
        file: of the part, such as "part1_ppm.py".
        preview: name of the picture of what will appear; empty if it is no picture.
    """
    try:
        yield
    except Exception as error:  # a part that is half written may raise anything
        Place().show(card(f"`{what}` in", f"proj4_code/{file}", why_not(error), PREVIEWS / f"{preview}.webp"))


def why_not(error: Exception) -> str:
    """Return a line that says why a demonstration stopped.

    Args:
        error: what it raised, from a part or because of what a part returned.
    """
    unwritten = UNWRITTEN.search(str(error)) if isinstance(error, NotImplementedError) else None
    if unwritten:
        return f"part {unwritten[1]} is not written yet"
    failure = describe(error)
    what = " ".join(f"{failure['error']}: {failure['message']}".split())
    if "part" not in failure:
        return f"this does not work yet: {what}. The tests above may say why."
    place = f"proj4_code/{failure['file']}, line {failure['line']}"
    return f"part {failure['part']} does not work yet: {what} ({place}). The tests may say why."
