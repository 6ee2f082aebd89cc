"""How many questions about their own code students answered right: what a person is told, and no grade depends on."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from instructor.course.tables import write_table

FILE = "quiz_scores.csv"
SCORES = Path("questions") / FILE
"""Where the class page looks for it, in the folder of the class."""
HEADINGS = ("Upload", "Answered by", "Right", "Of", "Not answered")


class QuizScore(NamedTuple):
    """What somebody answered right of the questions about an upload.

    Attributes:
        upload: that the questions are about.
        person: who answered, as the course system calls them; empty if it does not say.
        right: number of right answers.
        questions: with choices; open questions are not among them.
        unanswered: how many of these have no answer.
    """

    upload: str
    person: str
    right: int
    questions: int
    unanswered: int

    def __str__(self) -> str:
        skipped = f", {self.unanswered} not answered" if self.unanswered else ""
        by = f" (answered by {self.person})" if self.person else ""
        return f"questions about this code: {self.right} of {self.questions} right{skipped}{by}"


def write_scores(scores: Iterable[QuizScore], path: Path) -> None:
    """Write a table of scores, which `read_scores` and people read."""
    write_table(path, [HEADINGS, *scores])


def read_scores(path: Path) -> list[QuizScore]:
    """Read a table of scores; a file that does not exist has none.

    Raises:
        ValueError: if it is another table.
    """
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            heads, *rows = csv.reader(file)
        if tuple(heads) != HEADINGS:
            raise ValueError(f"its columns are {', '.join(heads)}")
        return [QuizScore(upload, person, int(a), int(b), int(c)) for upload, person, a, b, c in rows]
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{path} is no table of scores ({error}): write it with questions --score") from None
