"""The questions of one upload: which are asked, about which of its parts, drawn with a seed and the upload's name."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from instructor.grading.records import Grade
from instructor.grading.upload import Upload
from instructor.questions.asking import Code
from instructor.questions.change import TRIED, Tried, line_that_does, noticing_test, other_answer, unnoticed
from instructor.questions.why import ask_why
from instructor.sandbox.sandbox import GraderError, Sandbox
from proj4_code.given.parts import PARTS
from proj4_code.given.questions.draft import Draft, write_question
from proj4_code.given.questions.question import KINDS, BadQuestionError, Question, Sheet, Sources
from proj4_code.given.questions.templates import TEMPLATES
from proj4_unit_tests.harness.outcome import PASSED, part_of

MOST_FUNCTIONS = 2
"""Functions of one upload whose changes are tried with the tests: this takes most of the time."""


def right_parts(grade: Grade) -> list[int]:
    """Return the numbers of the parts whose tests have all passed."""
    wrong = {part_of(test.outcome.test).number for test in grade.tests if test.outcome.status != PASSED}
    graded = {part_of(test.outcome.test).number for test in grade.tests}
    return sorted(graded - wrong - {0})


def make_sheet(
    name: str,
    upload: Upload,
    parts: Sequence[int],
    sandbox: Sandbox,
    book: Path,
    seed: int,
    number: int,
    any_answer: bool = False,
) -> Sheet:
    """Ask about an upload's own code.

    Args:
        name: of the upload; two students with the same code get different questions.
        upload: what was handed in.
        parts: numbers of those that may be asked about.
        sandbox: where its code runs.
        book: the answer book for the tests.
        seed: of what is drawn.
        number: of questions, as far as there is code for them.
        any_answer: whether to ask what wrong code answers, too.
    """
    files = {**upload.parts, **upload.modules}
    code, draw = Code(sandbox, files, book, any_answer), Random(f"{seed} {name} {upload.hash}")
    drawing = _Drawing(code, sources_of(files), [part for part in parts if PARTS[part - 1].file in files], draw)
    remarks = []
    if len(drawing.parts) < len(PARTS):
        which = " and ".join(map(str, drawing.parts)) or "none"
        remarks.append(f"Asked about {'these parts' if any_answer else 'the parts that are right'}: {which}.")
    try:
        drawing.fill(number)
    except GraderError as error:
        remarks.append(f"The sandbox failed with this code, so there are no more questions: {str(error)[:200]}")
    remarks.extend(f"Left out, please report it: {problem}" for problem in drawing.left_out)
    if len(drawing.questions) < number:
        remarks.append(f"{len(drawing.questions)} questions instead of {number}: there is too little right code.")
    return Sheet(name, upload.hash, seed, tuple(drawing.questions), tuple(remarks))


def sources_of(files: Mapping[str, bytes]) -> Sources:
    """Return the files of an upload as text; those that are not UTF-8 are left out."""
    sources = {}
    for name, content in files.items():
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        sources[name] = text.replace("\r\n", "\n").replace("\r", "\n")
    return sources


class _Drawing:
    """Questions that have been drawn for an upload.

    Attributes:
        questions: so far.
        parts: numbers of those that may be asked about.
        left_out: what is wrong with questions that were drawn, but must not be asked.
    """

    def __init__(self, code: Code, sources: Sources, parts: Sequence[int], draw: Random) -> None:
        self._code, self._sources, self._draw = code, sources, draw
        self.parts = list(parts)
        self.questions: list[Question] = []
        self.left_out: list[str] = []
        self._order = draw.sample(self.parts, len(self.parts))
        self._templates = {part: draw.sample(TEMPLATES[part], len(TEMPLATES[part])) for part in parts}
        self._tried: list[Tried] = []
        self._makers = {
            "trace": lambda part: self._called("trace", part),
            "count": lambda part: self._called("count", part),
            "change": self._changed,
            "find": self._found,
            "why": self._open,
        }

    def fill(self, number: int) -> None:
        """Draw questions of all kinds in turn, each about the next part, until there are so many or no more."""
        kinds = [KINDS[place % len(KINDS)] for place in range(number)]
        for kind in [*kinds, *("trace", "count", "why") * number]:
            if len(self.questions) == number:
                break
            self._add(kind)
        self.questions.sort(key=lambda question: (question.part, KINDS.index(question.kind)))

    def _add(self, kind: str) -> None:
        names = {question.name for question in self.questions}
        for part in list(self._order):
            try:
                question = self._makers[kind](part)
            except BadQuestionError as error:  # a class's other questions must not be lost to it
                self.left_out.append(str(error))
                continue
            if question is not None and question.name not in names:
                self.questions.append(question)
                self._order.remove(part)
                self._order.append(part)
                return

    def _drafts(self, part: int, kinds: Sequence[str]) -> Iterator[Draft]:
        """Yield drafts of the part's templates that are left, and use up each."""
        for template in list(self._templates[part]):
            draft = template(self._draw)
            if draft.kind in kinds:
                self._templates[part].remove(template)
                yield draft

    def _answered(self, part: int, kinds: Sequence[str]) -> Iterator[tuple[Draft, str]]:
        """Yield drafts with the answers of the code, those left out in which it differs from right code."""
        for draft in self._drafts(part, kinds):
            answer = self._code.answer(PARTS[part - 1], draft.find)
            if answer and (answer == draft.expected or self._code.any_answer):
                yield draft, answer

    def _called(self, kind: str, part: int) -> Question | None:
        for draft, answer in self._answered(part, (kind,)):
            if question := write_question(draft, answer, self._sources, self._draw):
                return question
        return None

    def _changed(self, part: int) -> Question | None:
        for draft, answer in self._answered(part, ("trace", "count")):
            if not draft.complete:
                continue
            if question := other_answer(draft, answer, self._code, self._sources, self._draw):
                return question
        return None

    def _found(self, part: int) -> Question | None:
        if len(self._tried) == MOST_FUNCTIONS:
            return None
        tried = Tried(PARTS[part - 1], self._draw.choice(TRIED[part]), self._code, self._sources, self._draw)
        self._tried.append(tried)
        for make in (line_that_does, noticing_test):
            for question in make(tried, self._sources, self._draw):
                return question
        return None

    def _open(self, part: int) -> Question | None:
        if self._draw.random() < 1 / 3:
            for tried in self._tried:
                if tried.part.number == part:
                    for question in unnoticed(tried, self._code, self._sources):
                        return question
        return ask_why(self._sources, part, self._draw)
