"""Questions on what a change of a line would do: to what a call gives, and to the tests."""

from collections.abc import Iterator
from random import Random

from instructor.questions.asking import Code
from instructor.questions.changes import Change, list_changes
from instructor.questions.topics import TOPICS
from instructor.rubric import FUNCTIONS, list_tests
from proj4_code.given.parts import PARTS, Part
from proj4_code.given.questions.draft import FEWEST_CHOICES, Draft, different_choices, shuffled
from proj4_code.given.questions.excerpts import excerpts_of
from proj4_code.given.questions.question import Excerpt, Question, Sources, check, form_of
from proj4_unit_tests.harness.outcome import title_of

MOST_TRIED = 8
"""Changes of one function that are tried for one question."""
TRIED = {
    1: ("PPM",),
    2: ("receptive_field", "dilate_stage"),
    3: ("PSPNet",),
    4: ("encode_labels", "CamVid"),
    5: ("confusion_matrix", "iou_per_class"),
    6: ("segmentation_loss", "parameter_groups", "train_one_epoch", "evaluate"),
}
"""Number of a part -> functions and classes whose changes are tried: their tests are quick, and several."""


def other_answer(draft: Draft, before: str, upload: Code, sources: Sources, draw: Random) -> Question | None:
    """Make a question on what a call would give if a line read otherwise.

    Args:
        draft: the question on the code as it is.
        before: what that code answers.
        upload: the code.
        sources: its files.
        draw: draws the change.

    Returns:
        None if no change that was tried gives another answer.
    """
    part = PARTS[draft.part - 1]
    lines = excerpts_of(sources, part.file, draft.about)
    changes = list_changes(sources.get(part.file, ""), lines)
    for change in draw.sample(changes, min(MOST_TRIED, len(changes))):
        answer = upload.answer(part, draft.find, {part.file: change.source})
        wrong = different_choices(answer, (before, *draft.wrong))
        if not answer or form_of(answer) != form_of(before) or before not in wrong or len(wrong) < FEWEST_CHOICES - 1:
            continue
        choices, right = shuffled(answer, wrong, draw)
        question = Question(
            "change",
            draft.part,
            f"{change.text}; {draft.name}",
            f"Suppose {change.supposed}. {draft.text}",
            lines,
            choices,
            right,
            answer,
            f"As it is, the answer is {before}. {draft.why} With the change it is {answer}.",
            f"Go through both versions of line {change.line} with the numbers of the question.",
        )
        check(question, sources)
        return question
    return None


class Tried:
    """Changes of a function, and the tests that fail with each.

    Args:
        part: that the function is in.
        function: its name.
        upload: the code.
        sources: its files.
        draw: draws the changes.

    Attributes:
        lines: those that are shown.
        tests: that are run.
        failing: change -> tests that fail, and whether because the code raises; changes with which all fail left out.
    """

    def __init__(self, part: Part, function: str, upload: Code, sources: Sources, draw: Random) -> None:
        self.part, self.function, self._upload = part, function, upload
        self.lines: tuple[Excerpt, ...] = excerpts_of(sources, part.file, (function,))
        self.tests = [test for test in list_tests(part) if FUNCTIONS[test] == function]
        changes = list_changes(sources.get(part.file, ""), self.lines)
        self.failing: dict[Change, dict[str, bool]] = {}
        for change in draw.sample(changes, min(MOST_TRIED, len(changes))):
            failing = upload.failing(self.tests, {part.file: change.source})
            if failing is not None and len(failing) < len(self.tests):
                self.failing[change] = failing

    def same_again(self, change: Change) -> bool:
        """Return whether the same tests fail with a change when they are run once more."""
        failing = self._upload.failing(self.tests, {change.file: change.source})
        return failing is not None and failing.keys() == self.failing[change].keys()


def told_by(failing: dict[str, bool]) -> str | None:
    """Return the test by whose name one can tell that it notices a change.

    Many tests compare all that a function computes, and which of them have inputs that show a change cannot be told
    from their names, nor which of them an exception reaches.

    Args:
        failing: test -> whether because the code raises.

    Returns:
        The only one of these tests that is about something particular; None if there is no such one, or if code raises.
    """
    particular = [test for test in failing if test in TOPICS]
    return particular[0] if len(particular) == 1 and not any(failing.values()) else None


def noticing_test(tried: Tried, sources: Sources, draw: Random) -> Iterator[Question]:
    """Yield questions on which test would notice a change."""
    for change, failing in tried.failing.items():
        passing = [test for test in tried.tests if test not in failing]
        noticing = told_by(failing)
        if noticing is None or len(passing) < FEWEST_CHOICES - 1 or not tried.same_again(change):
            continue
        answer = title_of(noticing)
        choices, right = shuffled(answer, draw.sample(list(map(title_of, passing)), len(passing)), draw)
        question = Question(
            "change",
            tried.part.number,
            f"who notices: {change.text}, in {change.file}; {answer}",
            f"Suppose {change.supposed}. Which of these tests would fail?",
            tried.lines,
            choices,
            right,
            answer,
            "The tests were run with the change: of these, only that one fails.",
            f"What does line {change.line} do for that test, and why do the other tests not need it?",
        )
        check(question, sources)
        yield question


def line_that_does(tried: Tried, sources: Sources, draw: Random) -> Iterator[Question]:
    """Yield questions on which line of the student's does something: which of several changes makes a test fail."""
    for test in draw.sample(tried.tests, len(tried.tests)):
        quiet = {change: failing for change, failing in tried.failing.items() if not any(failing.values())}
        breaking = [change for change, failing in quiet.items() if told_by(failing) == test]
        others = [change for change, failing in quiet.items() if test not in failing]
        lines = {change.line for change in breaking}
        harmless = {change.line: change for change in others if change.line not in lines}
        if not breaking or len(harmless) < FEWEST_CHOICES - 1:
            continue
        change = draw.choice(breaking)
        answer = change.text
        choices, right = shuffled(answer, [other.text for other in harmless.values()], draw)
        if not all(tried.same_again(shown) for shown in quiet if shown.text in choices):
            continue
        does = TOPICS[test]
        question = Question(
            "find",
            tried.part.number,
            f"which line {does}: {sorted(choices)}",
            f"Which of these lines of yours {does}? More exactly: only one of these changes makes the test "
            f"“{title_of(test)}” fail. Which one?",
            tried.lines,
            choices,
            right,
            answer,
            "With that change the test fails; with each of the others it passes.",
            f"Which of your lines would you have to change so that it no longer {does}?",
        )
        check(question, sources)
        yield question


def unnoticed(tried: Tried, upload: Code, sources: Sources) -> Iterator[Question]:
    """Yield open questions on changes that no test of the part notices."""
    for change, failing in tried.failing.items():
        if failing:
            continue
        others = [test for test in list_tests(tried.part) if test not in tried.tests]
        if upload.failing(others, {change.file: change.source}) != {}:
            continue
        question = Question(
            "why",
            tried.part.number,
            f"unnoticed: {change.text} of {change.file}",
            f"Suppose {change.supposed}. No test of {tried.part.name} would fail. Why not?",
            tried.lines,
            (),
            None,
            "A good answer says what the two versions compute, and names either the reason why they are equal for all "
            "allowed inputs, or an input for which they differ and that no test has.",
            "The tests of the part were run with the change, and all passed.",
            "Find an input for which the two versions differ, or argue that there is none.",
        )
        check(question, sources)
        yield question
