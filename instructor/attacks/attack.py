"""An attack by code, and the marks that it leaves."""

from dataclasses import dataclass
from pathlib import Path

WRONG = Path(__file__).with_name("wrong.py")
PART = "part5_iou.py"
REHEARSAL = "PROJ4_REHEARSAL"
"""Environment variable: set where nothing protects from an attack, which then ends when it has left its mark."""

GAINED, REACHED = "GAINED", "REACHED"
"""Marks, words that begin a line: it has something that it should not have; it is about to do, or has done, its worst.

Without the sandbox every attack must leave one of the two; in the sandbox none may leave the first.
"""

_PREAMBLE = f"""
def reached(step):
    import os
    os.write(1, ("{REACHED} " + step + "\\n").encode())
    if "{REHEARSAL}" in os.environ: os._exit(0)
"""


@dataclass(frozen=True)
class Attack:
    """Code that is appended to a wrong part 5.

    Attributes:
        name: for reports.
        what: it tries, in a line.
        code: that tries it: it prints `GAINED` where it gets hold of something that it should not, and calls
            `reached(step)` at the decisive step. Where nothing protects from it, that call does not return.
    """

    name: str
    what: str
    code: str

    @property
    def source(self) -> str:
        """The whole part."""
        return WRONG.read_text(encoding="utf-8") + _PREAMBLE + self.code

    def write(self, folder: Path) -> Path:
        """Write the submission into a new folder, and return it."""
        folder.mkdir(parents=True)
        (folder / PART).write_text(self.source, encoding="utf-8")
        return folder


def write_secrets(folder: Path) -> Path:
    """Write what attacks look for into a new folder: another student's upload and results, a label of the truth."""
    Attack("", "", "").write(folder)
    for name in ("results.json", "labels/secret_L.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"secret")
    return folder


def called(body: str) -> str:
    """Return the code of a part whose functions all do the same.

    Args:
        body: code that defines `attack`.
    """
    return f"{body}\nconfusion_matrix = iou_per_class = mean_iou = pixel_accuracy = attack\n"


def returning(expression: str, before: str = "") -> str:
    """Return the code of a part whose functions all return the same.

    Args:
        expression: what they return; `m` is their first argument.
        before: code that comes first.
    """
    return called(f"{before}\ndef attack(m, *a, **k):\n    reached('return')\n    return {expression}\n")


def raising(exception: str, before: str = "") -> str:
    """Return the code of a part whose functions all raise the same.

    Args:
        exception: what they raise.
        before: code that comes first.
    """
    return called(f"{before}\ndef attack(*a, **k):\n    reached('raise')\n    raise {exception}\n")
