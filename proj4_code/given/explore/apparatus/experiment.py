"""What an experiment is, and what it finds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

from proj4_code.given.explore.apparatus.study import NO_WEIGHTS, Study
from proj4_code.given.parts import PARTS, Part

Cell = str | int | float | None
OPTIONS = ("data", "pairs", "weights")
"""What an experiment may be given: attributes of `Study`, and options of the program and of the notebook."""


@dataclass(frozen=True)
class Result:
    """What an experiment found.

    Attributes:
        columns: heading of each column of the table -> how its values are written in Markdown, as for `format`.
        rows: the values, as many in each row as there are columns; None where there is none.
        chart: the figure that answers the question.
        claims: what the lecture says, in a sentence -> whether it holds here.
        pictures: name of a file without its ending -> what is in it.
        notes: further sentences about what was measured.
    """

    columns: Mapping[str, str]
    rows: Sequence[Sequence[Cell]]
    chart: Figure
    claims: Mapping[str, bool] = field(default_factory=dict)
    pictures: Mapping[str, Figure | Image.Image] = field(default_factory=dict)
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Experiment:
    """A question that can be answered by running something. All texts are Markdown.

    Attributes:
        name: of its module, as people type it.
        title: a few words.
        question: what is asked, and what is done to answer it.
        prediction: what to write down before running it.
        conclusions: what to conclude, and what not.
        run: measures everything through `Study.rows`, and puts the result together.
        parts: numbers of the student's parts that it needs.
        takes: options of the program that it uses, of `OPTIONS`.
    """

    name: str
    title: str
    question: str
    prediction: str
    conclusions: str
    run: Callable[[Study], Result]
    parts: tuple[int, ...] = ()
    takes: tuple[str, ...] = ("data",)

    def part_files(self, package: Path) -> list[Path]:
        """Return the files of the parts that it needs, in the folder of `proj4_code`."""
        return [package / part.file for part in PARTS if part.number in self.parts]

    def missing_part(self, package: Path) -> Part | None:
        """Return the first part that it needs and that is not written yet; None if it can be run."""
        needed = [part for part in PARTS if part.number in self.parts]
        return next((part for part in needed if part.count_unwritten((package / part.file).read_bytes())), None)

    def needs(self, part: Part) -> str:
        """Write that a part that it needs is missing."""
        needed = f"part{'s' * (len(self.parts) > 1)} {', '.join(map(str, self.parts))}"
        return f"the experiment {self.name} needs {needed} of yours, and part {part.number} is not written yet"

    def check_parts(self, package: Path) -> None:
        """Raise a ValueError if a part that it needs is not written yet."""
        part = self.missing_part(package)
        if part is not None:
            raise ValueError(f"{self.needs(part)}: write proj4_code/{part.file} first")

    def check_options(self, study: Study) -> None:
        """Raise a ValueError if a study has something that this experiment would ignore."""
        given = [name for name in OPTIONS if getattr(study, name) not in (None, NO_WEIGHTS)]
        unused = [f"--{name}" for name in given if name not in self.takes]
        if unused:
            raise ValueError(f"the experiment {self.name} does not use {' and '.join(unused)}: leave it out")
