"""Hostile uploads, each a real attempt at points, secrets or damage: the tests show that none succeeds.

An attack by code stands at the end of a part 5 that is wrong; where it gets hold of something that it should not, it
prints `GAINED`. An attack by the upload itself is a function in `archives` that makes one.
"""

from pathlib import Path
from typing import NamedTuple

WRONG = Path(__file__).with_name("wrong.py")


class Attack(NamedTuple):
    """Code that is appended to a wrong part 5.

    Attributes:
        name: for reports.
        what: it tries, in a line.
        code: that tries it.
    """

    name: str
    what: str
    code: str

    def write(self, folder: Path) -> Path:
        """Write the submission into a new folder, and return it."""
        folder.mkdir(parents=True)
        (folder / "part5_iou.py").write_text(WRONG.read_text(encoding="utf-8") + self.code, encoding="utf-8")
        return folder


def list_attacks() -> list[Attack]:
    """List all attacks by code."""
    from instructor.attacks import files, objects, processes, resources, tests

    modules = (objects, tests, processes, files, resources)
    return [attack for module in modules for attack in module.ATTACKS]
