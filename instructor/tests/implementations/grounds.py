"""Five implementations of all six parts, written from the student kit alone in other styles than the reference's.

Three of them are ground for mistakes: what a mistake does must be recognised in them, too.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from instructor.tests.implementations.class_per_idea import mistakes as class_per_idea
from instructor.tests.implementations.functional import mistakes as functional
from instructor.tests.implementations.terse import mistakes as terse
from proj4_code.given.parts import PARTS

FOLDER = Path(__file__).parent
STYLES = sorted(path.parent.name for path in FOLDER.glob(f"*/{PARTS[0].file}"))
MISTAKES = {
    "functional": functional.MISTAKES,
    "class_per_idea": class_per_idea.MISTAKES,
    "terse": terse.MISTAKES,
}
"""Implementation -> the catalogue's name of a mistake -> what stands in its file, and what stands there instead."""


def all_mistakes() -> Iterator[tuple[str, str]]:
    """List (implementation, mistake)."""
    return ((style, name) for style, edits in MISTAKES.items() for name in edits)


def write_with_mistake(style: str, name: str, folder: Path) -> Path:
    """Write an implementation with one mistake into a new folder.

    Raises:
        ValueError: if the line to change does not stand in it exactly once.
    """
    part, (right, mistaken) = PARTS[int(name[0]) - 1], MISTAKES[style][name]
    shutil.copytree(FOLDER / style, folder, ignore=shutil.ignore_patterns("mistakes.py", "__pycache__"))
    source = (folder / part.file).read_text(encoding="utf-8")
    if (found := source.count(right)) != 1:
        raise ValueError(f"{style}, {name}: {part.file} has {right!r} {found} times, not once")
    (folder / part.file).write_text(source.replace(right, mistaken), encoding="utf-8")
    return folder
