"""What a grade consists of, as records: every page, table and file renders their fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from proj4_unit_tests.harness.outcome import NOT_STARTED, Outcome

COMPLETE, UNFINISHED, REFUSED, FAILED = "complete", "unfinished", "refused", "failed"
GRADER_ERROR, NOT_RUN = "grader error", "not run yet"


@dataclass(frozen=True)
class GradedTest:
    """How one test of an upload ended.

    Attributes:
        outcome: as in a student's own run; its status may also be `GRADER_ERROR` or `NOT_RUN`.
        printed: what the student's code printed meanwhile.
        seconds: how long it took.
        failure: what failed, if the grader did.
    """

    outcome: Outcome
    printed: str = ""
    seconds: float = 0.0
    failure: str = ""

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
    """

    status: str
    points: float
    most_points: float
    message: str
    miou: float | None = None
    problem: str = ""
    pictures: tuple[Picture, ...] = ()


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
    """

    upload: str
    version: str
    kit: str
    book: str
    python: str
    torch: str
    protections: tuple[str, ...] = ()


@dataclass(frozen=True)
class Student:
    """Whose an upload is, as far as an export says."""

    name: str
    id: str = ""
    email: str = ""


@dataclass(frozen=True)
class Grade:
    """The grade of one upload.

    Attributes:
        state: `COMPLETE`, `UNFINISHED`, `REFUSED` if the upload cannot be graded, or `FAILED` if the grader did.
        origin: what it depends on.
        tests: in the order of the rubric.
        training: None if results of training are not graded.
        reason: why the upload was refused, or what failed.
        oddities: what a person should look at in the code, in words; the student does not see them.
        imports: what parts import that the grader lacks, in sentences for the student.
        ignored: names of files in the upload that are not graded.
        parts: part file -> SHA-256, skeletons left out.
        students: whose upload it is, where that is known.
        seconds: how long grading took.
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

    @property
    def score(self) -> float:
        """Points earned."""
        return sum(test.outcome.points for test in self.tests) + (self.training.points if self.training else 0)

    @property
    def most_points(self) -> float:
        """Points that could be earned."""
        most = sum(test.outcome.most_points for test in self.tests)
        return most + (self.training.most_points if self.training else 0)

    @property
    def failed_tests(self) -> list[GradedTest]:
        """The tests in which the grader failed."""
        return [test for test in self.tests if test.outcome.status == GRADER_ERROR]

    @property
    def notes(self) -> list[str]:
        """What a person should look at, in words."""
        notes = [f"{_REASONS[self.state]}: {self.reason}"] if self.reason else []
        notes += [f"the grader failed in {test.outcome.test}" for test in self.failed_tests]
        notes += self.oddities
        if self.training and self.training.problem:
            notes.append(f"results of training: {self.training.problem}")
        return notes


_REASONS = {REFUSED: "refused", FAILED: "the grader failed"}
