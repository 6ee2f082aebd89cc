"""What a mistake is: an edit of the reference, and what to say to those who made it."""

from pathlib import Path
from typing import NamedTuple

from instructor.release.skeletons import SOLUTION
from proj4_unit_tests.rubric import PARTS, Part


class Edit(NamedTuple):
    """A mistake.

    Attributes:
        name: starts with the part's number: "1-no-input".
        wrong: what is wrong, in a line.
        hint: names the idea, and where it is explained; never the line to write.
        right: text that stands exactly once in the reference of the part.
        mistaken: what stands there instead.
        twins: names of mistakes that no output tells from this one; either diagnosis is right.
    """

    name: str
    wrong: str
    hint: str
    right: str
    mistaken: str
    twins: tuple[str, ...] = ()

    @property
    def part(self) -> Part:
        """The part that the mistake is in."""
        return PARTS[int(self.name[0]) - 1]

    def write(self, folder: Path) -> Path:
        """Write the reference with this mistake, all six parts, into a new folder.

        Raises:
            ValueError: if `right` does not stand exactly once in the reference.
        """
        folder.mkdir(parents=True)
        for part in PARTS:
            source = (SOLUTION / part.file).read_text(encoding="utf-8")
            if part is self.part:
                if source.count(self.right) != 1:
                    found = source.count(self.right)
                    raise ValueError(f"mistake {self.name}: {part.file} has {self.right!r} {found} times, not once")
                source = source.replace(self.right, self.mistaken)
            (folder / part.file).write_text(source, encoding="utf-8")
        return folder
