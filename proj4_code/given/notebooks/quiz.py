"""A quiz on your own code: what does it give, and why? Nothing is recorded."""

import random
import subprocess
import sys
from html import escape

from IPython.display import display
from ipywidgets import HTML, Button, Layout, RadioButtons, VBox

from proj4_code.given.basics.messages import as_html
from proj4_code.given.notebooks.lessons.playing import Controls
from proj4_code.given.notebooks.output_area import Place
from proj4_code.given.notebooks.processes import KIT, child_environment
from proj4_code.given.questions.question import Excerpt, Question, Sheet, from_json

PROGRAM = """
from proj4_code.given.questions.home import print_quiz
from proj4_unit_tests.harness.calls import call_adapter
print_quiz(call_adapter)
"""
SECONDS = 180
STYLE = (
    "<style>.proj4-quiz { max-width: 60em; line-height: 1.45 } .proj4-quiz pre { margin: 6px 0; padding: 6px 10px; "
    "border: 1px solid #8886; border-radius: 6px; white-space: pre-wrap; line-height: 1.35 } "
    ".proj4-quiz summary { cursor: pointer }</style>"
)
NOTHING = "No question: a part has to give right answers before it can be asked about. Write one, and come back."


def quiz(number: int = 5, seed: int | None = None) -> None:
    """Ask questions on the code in `proj4_code`, one after the other, and explain each answer.

    Args:
        number: of questions.
        seed: of what is drawn; None: other questions each time.
    """
    place = Place("making questions of your code …")
    try:
        sheet = make_sheet(random.randrange(10**6) if seed is None else seed, number)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        place.say(f"The quiz could not be made; the tests may say why:\n{str(error)[-2000:]}")
        return
    if not sheet.questions:
        place.say(NOTHING)
        return
    place.say(f"{len(sheet.questions)} questions on your code, for you alone: pencil and paper, and two minutes each.")
    Quiz(sheet).show()


def make_sheet(seed: int, number: int) -> Sheet:
    """Draw the questions in a process of its own, with the code as it is now on disk.

    Raises:
        RuntimeError: if the process fails.
        subprocess.TimeoutExpired: if it takes too long.
    """
    command = [sys.executable, "-c", PROGRAM, str(seed), str(number)]
    done = subprocess.run(command, cwd=KIT, env=child_environment(), capture_output=True, timeout=SECONDS)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return from_json(done.stdout.decode())


class Questions(Controls):
    """Controls of a quiz; a page without a kernel shows a line of text instead."""

    def __repr__(self) -> str:
        return "(Questions on your code, where the notebook runs.)"


class Quiz:
    """The questions of a sheet, one at a time.

    Args:
        sheet: the questions.

    Attributes:
        choices: to choose from.
        button: checks the answer, and then goes on.
        text: the question.
        said: what is said about the answer.
        right: how many answers were right so far.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.questions, self.place, self.right = sheet.questions, 0, 0
        self.text, self.said = HTML(), HTML()
        self.choices = RadioButtons(layout=Layout(width="auto"))
        self.button = Button(description="Answer", layout=Layout(width="130px"))
        self.button.on_click(lambda _: self.press())
        self.ask()

    @property
    def question(self) -> Question:
        """The one that is asked."""
        return self.questions[self.place]

    def show(self) -> None:
        """Show it below the cell."""
        display(Questions([VBox([self.text, self.choices, self.button, self.said], layout=Layout(width="100%"))]))

    def ask(self) -> None:
        """Put the next question."""
        self.answered = False
        self.text.value = question_html(self.question, f"{self.place + 1} of {len(self.questions)}")
        self.choices.options = list(self.question.choices)
        self.choices.index = None
        self.choices.disabled = False
        self.button.description, self.said.value = "Answer", ""

    def press(self) -> None:
        """Check the answer, or go on to the next question."""
        if self.answered:
            self.place += 1
            self.ask()
        elif self.choices.index is not None:
            self.check()

    def check(self) -> None:
        """Say whether the chosen answer is right, and why."""
        self.answered = self.choices.disabled = True
        is_right = self.choices.index == self.question.right
        self.right += is_right
        verdict = "Right." if is_right else f"The answer is {escape(self.question.answer)}."
        follow = "" if is_right else f"<p>To think about: {as_html(self.question.follow_up)}</p>"
        last = self.place + 1 == len(self.questions)
        total = f"<p><b>{self.right} of {len(self.questions)} right.</b></p>" if last else ""
        said = f"<p><b>{verdict}</b> {as_html(self.question.why)}</p>{follow}{total}"
        self.said.value = f'<div class="proj4-quiz">{said}</div>'
        self.button.description = "Next question"
        if last:
            self.button.disabled = True


def question_html(question: Question, number: str) -> str:
    """Write a question, and the lines that it is about, folded."""
    lines = "\n⋮\n".join(_numbered(excerpt) for excerpt in question.lines)
    file = escape(question.lines[0].file)
    return (
        f'{STYLE}<div class="proj4-quiz"><p><b>Question {number}, part {question.part}</b></p>'
        f"<p>{as_html(question.text)}</p><details open><summary>your lines in {file}</summary>"
        f"<pre>{lines}</pre></details></div>"
    )


def _numbered(excerpt: Excerpt) -> str:
    return "\n".join(f"{number:4d}  {escape(line)}" for number, line in excerpt.numbered)
