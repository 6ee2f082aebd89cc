"""Questions as HTML that no browser, filter or typesetter of a course system takes for anything but text."""

import hashlib
import re
from collections.abc import Sequence
from itertools import groupby

from instructor.grading.text import visible
from proj4_code.given.questions.question import Excerpt, Question, Sheet

LEFT_OUT = "\n&#8942;\n"


def question_id(sheet: Sheet, number: int) -> str:
    """Return the name of a question that no other one has, by which answers to it are found: "3f2a81c0-1".

    Args:
        sheet: that it is on.
        number: on the sheet, from 1.
    """
    what = f"{sheet.upload}\0{sheet.hash}\0{sheet.seed}"
    return f"{hashlib.sha256(what.encode(errors='replace')).hexdigest()[:8]}-{number}"


def title_of(sheet: Sheet) -> str:
    """Return what a sheet is called in a list of quizzes."""
    return f"Questions about your code: {sheet.upload}"


def as_html(question: Question, name: str) -> str:
    """Return a question as HTML, without its choices: its name, what is asked, and the lines with their numbers."""
    asked = [f"<p>Question {name}.</p>", f"<p>{with_code(question.text)}</p>"]
    files = groupby(question.lines, lambda excerpt: excerpt.file)
    return "".join([*asked, *(_file(list(excerpts)) for _, excerpts in files)])


def with_code(text: str) -> str:
    """Return text as HTML; what stands between backticks is set as code."""
    pieces = re.split(r"`([^`\n]+)`", text)
    return "".join(f"<code>{inert(piece)}</code>" if odd % 2 else inert(piece) for odd, piece in enumerate(pieces))


def _file(excerpts: Sequence[Excerpt]) -> str:
    """Return what is shown of a file, with a mark where lines are left out."""
    width = len(str(excerpts[-1].numbered[-1][0]))
    pieces = [
        "\n".join(f"{number:>{width}}  {inert(line)}" for number, line in excerpt.numbered) for excerpt in excerpts
    ]
    return f"<p>{inert(excerpts[0].file)}</p><pre>{LEFT_OUT.join(pieces)}</pre>"


def inert(text: str) -> str:
    r"""Return text as HTML in which every sign is written as its number.

    So no filter finds a link, a picture's address or a command in the source. The signs that formulas begin with stand
    in elements of their own, since typesetters look at what the browser has made of the source: `$$` and `\(` are no
    longer whole.
    """
    return re.sub(r"[^\w\s]", _sign, visible(text))


def _sign(match: re.Match[str]) -> str:
    number = f"&#{ord(match[0])};"
    return f"<span>{number}</span>" if match[0] in "$\\" else number
