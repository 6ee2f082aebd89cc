"""Open questions for an oral examination: why a line of the student's is as it is, from the ideas of the handout."""

import re
from random import Random

from instructor.questions.reasons import REASONS
from proj4_code.given.parts import PARTS
from proj4_code.given.questions.excerpts import excerpts_of
from proj4_code.given.questions.question import Question, Sources, check


def ask_why(sources: Sources, part: int, draw: Random) -> Question | None:
    """Make an open question on a line of a part; None if no idea of the handout is tied to a line of it.

    Args:
        sources: the student's files.
        part: number of the part.
        draw: draws the idea.
    """
    reasons = [reason for reason in REASONS if reason.part == part]
    for reason in draw.sample(reasons, len(reasons)):
        lines = excerpts_of(sources, PARTS[part - 1].file, (reason.function,))
        for number, line in [pair for excerpt in lines for pair in excerpt.numbered]:
            if re.search(reason.line, line.partition("#")[0]) and not line.lstrip().startswith(("def ", "class ")):
                question = Question(
                    "why",
                    part,
                    f"why {reason.line} in {reason.function}",
                    f"Line {number} reads `{line.strip()}`. {reason.text}",
                    lines,
                    (),
                    None,
                    reason.answer,
                    f"The idea is explained in the handout, part {part}.",
                    reason.follow_up,
                )
                check(question, sources)
                return question
    return None
