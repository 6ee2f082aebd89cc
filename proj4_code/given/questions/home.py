"""A quiz on one's own code at home: what the code in `proj4_code` gives, where that is what right code would give."""

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from proj4_code.given.basics.printing import print_anywhere
from proj4_code.given.parts import PARTS
from proj4_code.given.questions.draft import Ask, Draft, RaisedError, write_question
from proj4_code.given.questions.question import Question, Sheet, Sources, as_json
from proj4_code.given.questions.templates import TEMPLATES

FOLDER = Path(__file__).resolve().parents[2]


def print_quiz(call: Ask) -> None:
    """Print a sheet as JSON: the program's arguments are the seed and the number of questions.

    Args:
        call: calls an adapter, by name and with arguments.
    """
    print_anywhere()
    seed, number = (int(argument) for argument in sys.argv[1:])
    sys.stdout, out = sys.stderr, sys.stdout  # what the parts print does not belong to the sheet
    out.write(as_json(make_quiz(call, seed, number)))


def make_quiz(call: Ask, seed: int, number: int) -> Sheet:
    """Draw questions about the parts that answer as right code does, one about each in turn.

    Args:
        call: as in `print_quiz`.
        seed: of what is drawn.
        number: of questions, if there are enough.
    """
    draw = Random(seed)
    sources = {part.file: (FOLDER / part.file).read_text("utf-8-sig", errors="replace") for part in PARTS}
    waiting = {part: draw.sample(templates, len(templates)) for part, templates in TEMPLATES.items()}
    questions: list[Question] = []
    while len(questions) < number and any(waiting.values()):
        for part in draw.sample(list(waiting), len(waiting)):
            if not waiting[part] or len(questions) == number:
                continue
            question = _ask(waiting[part].pop()(draw), call, sources, draw)
            if question is not None:
                questions.append(question)
    return Sheet("your code", "", seed, tuple(questions))


def _ask(draft: Draft, call: Ask, sources: Sources, draw: Random) -> Question | None:
    try:
        answer = draft.find(partial(_call, call))
    except (Exception, SystemExit):  # a part that is half written may do anything
        return None
    return write_question(draft, answer, sources, draw) if answer == draft.expected else None


def _call(call: Ask, name: str, arguments: Mapping[str, Any]) -> Any:
    try:
        return call(name, dict(arguments))
    except Exception as error:
        raise RaisedError(str(error)) from error
