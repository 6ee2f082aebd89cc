"""What a grade consists of, as records: every page, table and file renders their fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from instructor.grading import forgery
from proj4_unit_tests.harness.outcome import NOT_STARTED, Outcome

COMPLETE, UNFINISHED, REFUSED, FAILED = "complete", "unfinished", "refused", "failed"
NOTHING = "nothing handed in"
RUN_AGAIN = "It timed out at first, and was run again with nothing beside it: what counts is the better of the two."
GRADER_ERROR, NOT_RUN = "grader error", "not run yet"


@dataclass(frozen=True)
class GradedTest:
    """How one test of an upload ended.

    Attributes:
        outcome: as in a student's own run; its status may also be `GRADER_ERROR` or `NOT_RUN`.
        printed: what the student's code printed meanwhile.
        seconds: how long it took.
        failure: what failed, if the sandbox did.
        answers: sketches of what the code answered, if that is wrong and no known mistake explains it; base64 of
            `values.to_bytes`.
        alone: whether it had timed out, and was run again while nothing else was graded on the machine.
    """

    outcome: Outcome
    printed: str = ""
    seconds: float = 0.0
    failure: str = ""
    answers: str = ""
    alone: bool = False

    @property
    def remark(self) -> str:
        """What is special about how it was run, in words; empty if nothing is."""
        return RUN_AGAIN if self.alone else ""

    @property
    def ending(self) -> str:
        """How it ended, in a word or two."""
        return self.outcome.ending or self.outcome.status

    @property
    def begun(self) -> bool:
        """Whether there was code to test, and the grader tested it."""
        return self.outcome.status not in (NOT_STARTED, NOT_RUN, GRADER_ERROR)


@dataclass(frozen=True)
class Picture:
    """A picture in a report: its caption, and the image as a data URI."""

    caption: str
    data: str


@dataclass(frozen=True)
class GradedTraining:
    """What handed-in results of training are worth.

    Attributes:
        status: `PASSED`, `WRONG`, `NOT_STARTED` or `GRADER_ERROR`.
        points: earned.
        most_points: for the best mean IoU.
        message: what the student reads.
        miou: mean IoU of the predictions on the test split; None if they cannot be scored.
        problem: why they earn nothing, for a person to look at; empty if they hold.
        pictures: some frames, with truth and prediction.
        oddities: what a person should look at, in words; it takes no points.
        copies: what -> hash, of what equals another student's if results were copied.
    """

    status: str
    points: float
    most_points: float
    message: str
    miou: float | None = None
    problem: str = ""
    pictures: tuple[Picture, ...] = ()
    oddities: tuple[str, ...] = ()
    copies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """What a grade depends on.

    Attributes:
        upload: SHA-256 of what is graded; empty if it could not be read.
        version: of the kit.
        kit: SHA-256 of the files that decide a grade.
        book: the beginning of the answer book's SHA-256: it tells one seed from another, and keeps it secret.
        python: its version.
        torch: its version.
        protections: what was active in the sandbox, in words.
        policy: the beginning of the SHA-256 of the instructor's choices that decide points.
        data: the beginning of the SHA-256 of the test split; empty if results of training are not graded.
    """

    upload: str
    version: str
    kit: str
    book: str
    python: str
    torch: str
    protections: tuple[str, ...] = ()
    policy: str = ""
    data: str = ""


@dataclass(frozen=True)
class Student:
    """Whose an upload is, as far as an export says."""

    name: str
    id: str = ""
    email: str = ""


@dataclass(frozen=True)
class HandIn:
    """How an upload came in, as far as a folder or an export says.

    Attributes:
        entry: its name there, safe to show.
        submitted: when, in ISO 8601; empty if not known.
        late: "LATE", as a system marks it, or how late; empty if it was in time, or nobody can tell.
        points_off: what the late rule takes off.
        rule: what the late rule says, in a sentence; empty if it says nothing.
        remarks: on what of it is graded, in sentences for the student.
        notes: what a person should look at, in words.
        system: that exported it; empty for a folder of uploads.
    """

    entry: str
    submitted: str = ""
    late: str = ""
    points_off: float = 0.0
    rule: str = ""
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    system: str = ""


@dataclass(frozen=True)
class Decision:
    """What a person decided about an upload.

    Attributes:
        points: those that it gets; None if the grade was accepted as it is.
        reason: in the person's words.
        who: decided.
        when: a date.
    """

    points: float | None
    reason: str
    who: str
    when: str

    def __str__(self) -> str:
        given = "the grade is accepted as it is" if self.points is None else f"{self.points:g} points"
        return f"{given}: {self.reason} ({self.who}, {self.when})"


@dataclass(frozen=True)
class Grade:
    """The grade of one upload.

    Attributes:
        state: `COMPLETE`, `UNFINISHED`, `REFUSED` if the upload cannot be graded, `FAILED` if the grader did, or
            `NOTHING` if there was nothing to grade.
        origin: what it depends on.
        tests: in the order of the rubric.
        training: None if results of training are not graded.
        reason: why the upload was refused, or what failed.
        oddities: what a person should look at in the code, in words; the student does not see them.
        imports: what parts import that the grader lacks, in sentences for the student.
        ignored: names of files in the upload that are not graded.
        remarks: what is not obvious about the choice of the files that are, in sentences for the student.
        parts: part file -> SHA-256, skeletons left out.
        students: whose upload it is, where that is known.
        seconds: how long grading took.
        hand_in: how it came in, where that is known.
        decision: a person's; None if nobody decided anything.
    """

    state: str
    origin: Origin
    tests: tuple[GradedTest, ...] = ()
    training: GradedTraining | None = None
    reason: str = ""
    oddities: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    students: tuple[Student, ...] = ()
    seconds: float = 0.0
    remarks: tuple[str, ...] = ()
    hand_in: HandIn | None = None
    decision: Decision | None = None

    @property
    def score(self) -> float:
        """Points earned in the tests and with results of training."""
        return sum(test.outcome.points for test in self.tests) + (self.training.points if self.training else 0)

    @property
    def most_points(self) -> float:
        """Points that could be earned."""
        most = sum(test.outcome.most_points for test in self.tests)
        return most + (self.training.most_points if self.training else 0)

    @property
    def points(self) -> float | None:
        """Points that count: a person's, or those earned, less what the late rule takes; None while they are open."""
        if self.decision and self.decision.points is not None:
            return self.decision.points
        if self.open_because:
            return None
        return max(0.0, self.score - (self.hand_in.points_off if self.hand_in else 0.0))

    @property
    def open_because(self) -> str:
        """Why the grader could give no grade, and no person has yet; empty if there is one."""
        if self.decision:
            return ""
        if self.state != COMPLETE:
            return f"{self.state}: {self.reason}" if self.reason else self.state
        number = len(self.failed_tests) + bool(self.training and self.training.status == GRADER_ERROR)
        return f"the grader failed in {number} test{'s' if number > 1 else ''}" if number else ""

    @property
    def choices(self) -> list[str]:
        """What a student should know about which files were graded, in sentences."""
        return [*(self.hand_in.remarks if self.hand_in else ()), *self.remarks]

    @property
    def failed_tests(self) -> list[GradedTest]:
        """The tests in which the grader failed."""
        return [test for test in self.tests if test.outcome.status == GRADER_ERROR]

    @property
    def notes(self) -> list[str]:
        """What a person should look at, in words; nothing, once a person has decided."""
        if self.decision:
            return []
        notes = [f"{_REASONS[self.state]}: {self.reason}"] if self.reason else []
        notes += [f"the grader failed in {test.outcome.test}" for test in self.failed_tests]
        broken = [test for test in self.tests if test.failure and test.outcome.status != GRADER_ERROR]
        notes += [f"this upload, and no other, made the sandbox fail in {test.outcome.test}" for test in broken]
        notes += self.oddities
        notes += forgery.notes(test.outcome for test in self.tests)
        if self.training and self.training.problem:
            notes.append(f"results of training: {self.training.problem}")
        notes += self.hand_in.notes if self.hand_in else ()
        if self.training:
            notes += [f"results of training: {oddity}" for oddity in self.training.oddities]
        return notes


_REASONS = {REFUSED: "refused", FAILED: "the grader failed", NOTHING: NOTHING}
