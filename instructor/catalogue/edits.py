"""What a mistake is: an edit of the reference, and what to say to those who made it."""

import shutil
from pathlib import Path
from typing import NamedTuple

from instructor.release.skeletons import SOLUTION
from proj4_code.given.parts import PARTS, Part


class Edit(NamedTuple):
    """A mistake.

    Attributes:
        name: starts with the part's number: "1-no-input".
        wrong: what is wrong, in a line.
        hint: names the idea, and where it is explained; never the line to write.
        right: text that stands exactly once in the reference of the part.
        mistaken: what stands there instead.
    """

    name: str
    wrong: str
    hint: str
    right: str
    mistaken: str

    @property
    def part(self) -> Part:
        """The part that the mistake is in."""
        return PARTS[int(self.name[0]) - 1]

    def write(self, folder: Path) -> Path:
        """Write the reference with this mistake into a new folder.

        Raises:
            ValueError: if `right` does not stand exactly once in the reference.
        """
        source = (SOLUTION / self.part.file).read_text(encoding="utf-8")
        if (found := source.count(self.right)) != 1:
            raise ValueError(f"mistake {self.name}: {self.part.file} has {self.right!r} {found} times, not once")
        return write_submission(folder, self.part, source.replace(self.right, self.mistaken))


def write_submission(folder: Path, part: Part, source: str) -> Path:
    """Write all six parts into a new folder: the reference's, but for one."""
    folder.mkdir(parents=True)
    for other in PARTS:
        shutil.copyfile(SOLUTION / other.file, folder / other.file)
    (folder / part.file).write_text(source, encoding="utf-8")
    return folder
