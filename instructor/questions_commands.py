"""The command `questions`: sheets of questions about the code of an upload, or of a class, and scores of answers."""

import argparse
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from instructor.grading.policy import Policy
    from instructor.grading.upload import Upload
    from instructor.sandbox.sandbox import Sandbox
    from proj4_code.given.questions.question import Sheet

PAGE, RECORD = "questions.html", "questions.json"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of questions to the instructor's others."""
    questions = commands.add_parser(
        "questions", help="write questions about a student's own code, for an oral or a quiz"
    )
    questions.add_argument(
        "path", type=Path, nargs="?", metavar="UPLOAD|CLASS", help="an upload, a folder of uploads, or an export"
    )
    questions.add_argument(
        "--score",
        type=Path,
        nargs="+",
        metavar="ANSWERS.csv",
        help="write no questions, but score answers to those in DIR: from Canvas, from Moodle, or a table of yours",
    )
    questions.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="a folder for each upload is made in it"
    )
    questions.add_argument("--seed", type=int, help="of what is drawn; default: at random, and printed")
    questions.add_argument("--number", type=int, default=6, metavar="N", help="of questions an upload; default: 6")
    questions.add_argument(
        "--grades", type=Path, metavar="DIR", help="what grade or grade-all wrote; default: grade now"
    )
    questions.add_argument("--answers", type=Path, metavar="BOOK", help="the answer book; default: the public one")
    questions.add_argument("--any", action="store_true", help="ask about parts that are not right, too")
    questions.add_argument("--policy", type=Path, metavar="TOML", help="your choices, as in grading/policy.toml")
    kinds = ("auto", "bubblewrap", "user")
    questions.add_argument("--sandbox", choices=kinds, default="auto", help="default: the best that works here")
    questions.set_defaults(run=_questions)


def _questions(arguments: argparse.Namespace) -> int:
    if arguments.score:
        return _score(arguments)
    if arguments.path is None:
        raise ValueError("questions about what? Name an upload or a class, or answers with --score")
    return _write(arguments)


def _score(arguments: argparse.Namespace) -> int:
    """Score answers to the questions that an earlier run has written."""
    from instructor.course.quiz_scores import FILE, write_scores
    from instructor.questions.score import score
    from proj4_code.given.questions.question import from_json

    sheets = [from_json(path.read_text(encoding="utf-8")) for path in sorted(arguments.out.glob(f"*/{RECORD}"))]
    if not sheets:
        raise ValueError(f"{arguments.out} holds no questions: name the folder that questions --out has written")
    scores = {(one.upload, one.person): one for path in arguments.score for one in score(path, sheets)}
    write_scores(scores.values(), arguments.out / FILE)
    for one in scores.values():
        print(f"{one.upload}: {one}")
    print(f"wrote {arguments.out / FILE}: for a person; no grade depends on it")
    return 0


def _write(arguments: argparse.Namespace) -> int:
    from instructor.grading.policy import read_policy
    from instructor.questions.forms.files import write_quizzes
    from instructor.questions.page import sheet_page
    from instructor.sandbox.sandbox import Sandbox
    from proj4_code.given.files import write_whole
    from proj4_code.given.questions.question import as_json
    from proj4_unit_tests.harness.book import PUBLIC_BOOK

    book = arguments.answers or PUBLIC_BOOK
    policy = read_policy(arguments.policy)
    seed = secrets.randbelow(10**6) if arguments.seed is None else arguments.seed
    arguments.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    hidden = [path.resolve() for path in (book, arguments.path, arguments.out, arguments.grades) if path]
    sheets = []
    with closing(Sandbox(policy.patience, arguments.sandbox, hidden)) as sandbox:
        for name, sheet, took in _sheets(arguments, sandbox, policy, book, seed):
            folder = arguments.out / name
            folder.mkdir(exist_ok=True)
            write_whole(folder / RECORD, as_json(sheet).encode())
            write_whole(folder / PAGE, sheet_page(sheet).encode())
            sheets.append(sheet)
            print(f"{name}: {len(sheet.questions)} questions, {took}{''.join(f'; {r}' for r in sheet.remarks)}")
    quizzes = write_quizzes(sheets, arguments.out)
    print(f"seed {seed}; wrote {PAGE} and {RECORD} into a folder for each upload in {arguments.out}")
    print(f"and as quizzes: {', '.join(map(str, quizzes))}")
    return 0


def _sheets(
    arguments: argparse.Namespace, sandbox: "Sandbox", policy: "Policy", book: Path, seed: int
) -> "Iterator[tuple[str, Sheet, str]]":
    """Yield the name, the sheet and the time of each upload; one that cannot be read gets an empty sheet."""
    from instructor.grading.upload import Refused
    from instructor.questions.sheet import make_sheet
    from proj4_code.given.parts import PARTS
    from proj4_code.given.questions.question import Sheet

    for name, read in _uploads(arguments.path, arguments.out):
        began = time.monotonic()
        try:
            upload = read()
        except Refused as error:
            yield name, Sheet(name, "", seed, (), (f"No question: {error}",)), "refused"
            continue
        if arguments.any:
            parts = [part.number for part in PARTS]
        else:
            parts = _right_parts(name, upload, arguments.grades, sandbox, policy, book)
        graded = time.monotonic()
        sheet = make_sheet(name, upload, parts, sandbox, book, seed, arguments.number, arguments.any)
        yield name, sheet, f"{time.monotonic() - graded:.0f} s after {graded - began:.0f} s of grading"


def _uploads(path: Path, out: Path) -> "Iterator[tuple[str, Callable[[], Upload]]]":
    """Yield the name of each upload, and a function that reads it."""
    from instructor.course.exports import list_uploads
    from instructor.course.exports.entry import folder_name
    from instructor.grading.upload import open_upload

    if _is_upload(path):
        yield folder_name(path.stem), lambda: open_upload(path)
        return
    for entry in list_uploads(path, out.resolve()):
        yield entry.name, entry.open


def _is_upload(path: Path) -> bool:
    """Return whether a path is one upload: part files lie at its top, or in its folder `proj4_code`."""
    from instructor.course.exports.listing import list_items, roots
    from instructor.grading.files.names import PART_FILES

    if path.suffix == ".py":
        return True
    for items in roots(list_items(path)):
        for item in items:
            if item.name in PART_FILES or (item.is_folder and item.name == "proj4_code"):
                return True
    return False


def _right_parts(
    name: str, upload: "Upload", grades: Path | None, sandbox: "Sandbox", policy: "Policy", book: Path
) -> list[int]:
    """Return the numbers of the parts that are right, by a grade of this very upload or by a new one."""
    from instructor.grading.grade import grade_upload
    from instructor.grading.records import COMPLETE
    from instructor.grading.results import read_results
    from instructor.questions.sheet import right_parts

    for path in (grades / name / "results.json", grades / "results.json") if grades else ():
        if path.is_file():
            grade = read_results(path)
            if grade.state == COMPLETE and grade.origin.upload == upload.hash:
                return right_parts(grade)
    with tempfile.TemporaryDirectory(prefix="proj4-questions-") as folder:
        return right_parts(grade_upload(upload, book, sandbox, policy, Path(folder) / "results.json"))
