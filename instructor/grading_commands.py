"""The commands of grading: grade, and what is built on it."""

import argparse
import os
import secrets
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from instructor.course.similarity.compare import Codes, Pair
    from instructor.course.whole_class import ClassGrade
    from instructor.grading.policy import Policy
    from instructor.grading.records import Grade

PRIVATE = "a book that students do not have: python -m instructor answers BOOK.npz"
DATA = "prepared CamVid: results of training are graded on its test split; without it they are not graded"
PLATFORMS = {
    "gradescope": "the archive that Gradescope builds its autograder from",
    "prairielearn": "a question for PrairieLearn, with its external grader",
    "classroom50": "the autograder's bundle for classroom50",
}
POLICY = "your choices, as in grading/policy.toml"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of grading to the instructor's others."""
    grade = commands.add_parser("grade", help="grade one upload: a zip, a folder or part files")
    grade.add_argument("upload", type=Path, nargs="+", metavar="UPLOAD")
    grade.add_argument("--out", type=Path, default=Path("grade"), metavar="DIR", help="default: grade")
    _add_choices(grade)
    _add_sandbox(grade)
    grade.set_defaults(run=_grade)

    whole = commands.add_parser("grade-all", help="grade a class: a folder of uploads, or an export")
    whole.add_argument(
        "uploads",
        type=Path,
        metavar="FOLDER_OR_EXPORT",
        help="from Gradescope, Canvas, Moodle, Blackboard, Brightspace or GitHub, packed or unpacked",
    )
    whole.add_argument("--out", type=Path, required=True, metavar="DIR", help="run it again to go on where it stopped")
    whole.add_argument("--workers", type=int, default=os.cpu_count(), metavar="N", help="default: one per core")
    whole.add_argument("--dask", default="", metavar="ADDRESS", help="of a scheduler: grade on its workers instead")
    whole.add_argument(
        "--again",
        action="append",
        default=[],
        metavar="NAME",
        help="grade this upload again; may be given several times",
    )
    whole.add_argument("--similarity", action="store_true", help="list the uploads that have most code in common")
    earlier = "compare with these too: uploads of earlier terms, public solutions"
    whole.add_argument("--earlier", type=Path, action="append", default=[], metavar="DIR", help=earlier)
    _add_choices(whole)
    _add_sandbox(whole)
    whole.set_defaults(run=_grade_all)

    draft = commands.add_parser("draft-mistake", help="draft the catalogue's entry for a mistake that it lacks")
    draft.add_argument("folder", type=Path, metavar="CLASS", help="the folder that grade-all wrote")
    draft.add_argument("group", type=int, metavar="GROUP", help="its number on the class page")
    draft.add_argument("--answers", type=Path, required=True, metavar="BOOK", help="the book that the class has")
    _add_sandbox(draft)
    draft.set_defaults(run=_draft_mistake)

    replay = commands.add_parser("replay", help="grade an upload again, and report what is not the same")
    replay.add_argument("results", type=Path, metavar="RESULTS.json")
    replay.add_argument("upload", type=Path, nargs="+", metavar="UPLOAD")
    _add_choices(replay)
    _add_sandbox(replay)
    replay.set_defaults(run=_replay)

    attacks = commands.add_parser("attacks", help="try all hostile uploads on this machine's sandbox")
    attacks.add_argument("--only", default="", metavar="NAME", help="those whose names begin with NAME")
    attacks.add_argument("--sample", action="store_true", help="one of each kind")
    attacks.add_argument("--answers", type=Path, required=True, metavar="BOOK", help=PRIVATE)
    _add_sandbox(attacks)
    attacks.set_defaults(run=_attacks)

    for platform, what in PLATFORMS.items():
        archive = commands.add_parser(platform, help=f"write {what}")
        archive.add_argument("out", type=Path, metavar="OUT.zip")
        _add_choices(archive)
        archive.set_defaults(run=_build_archive, platform=platform)


def _add_choices(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--answers", type=Path, required=True, metavar="BOOK", help=PRIVATE)
    parser.add_argument("--data", type=Path, metavar="DIR", help=DATA)
    parser.add_argument("--policy", type=Path, metavar="TOML", help=POLICY)


def _add_sandbox(parser: argparse.ArgumentParser) -> None:
    kinds = ("auto", "bubblewrap", "user")
    parser.add_argument("--sandbox", choices=kinds, default="auto", help="default: the best that works here")


def _grade(arguments: argparse.Namespace) -> int:
    from instructor.grading.policy import read_policy
    from instructor.grading.records import REFUSED
    from instructor.grading.report.page import write_report
    from instructor.grading.results import describe

    policy = read_policy(arguments.policy)
    results = arguments.out / "results.json"
    report = arguments.out / "report.html"
    arguments.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    grade = _grade_once(arguments, policy, results)
    write_report(grade, ", ".join(path.name for path in arguments.upload), policy, report)
    print(describe(grade))
    for note in grade.notes:
        print(f"for a person to look at: {note}")
    print(f"\nwrote {results} and {report}")
    return int(grade.state == REFUSED)


def _grade_once(arguments: argparse.Namespace, policy: "Policy", out: Path) -> "Grade":
    """Grade the upload that a command names."""
    from instructor.grading.grade import grade
    from instructor.grading.training.frames import Frame, read_truth
    from instructor.sandbox.sandbox import Sandbox

    frames: Sequence[Frame] = read_truth(arguments.data) if arguments.data else ()
    hidden = _hidden(arguments, *arguments.upload, out.parent)
    with closing(Sandbox(policy.patience, arguments.sandbox, hidden)) as sandbox:
        return grade(arguments.upload, arguments.answers, sandbox, policy, out, frames)


def _hidden(arguments: argparse.Namespace, *paths: Path) -> list[Path]:
    """List what student code must not see: answers, truth, and these paths."""
    found = [arguments.answers, *paths, *([arguments.data] if arguments.data else [])]
    return [path.resolve() for path in found]


def _grade_all(arguments: argparse.Namespace) -> int:
    from instructor.course.class_page import write_class_page
    from instructor.course.cluster import Job
    from instructor.course.codes import read_codes
    from instructor.course.decisions import FILE as DECISIONS
    from instructor.course.gradebook import TABLES, write_tables
    from instructor.course.quiz_scores import SCORES, read_scores
    from instructor.course.similarity.compare import check_installed
    from instructor.course.unknown.groups import find_unknown, write_unknown
    from instructor.course.whole_class import grade_class
    from instructor.course.work_logs import read_logs
    from instructor.grading.policy import read_policy
    from instructor.grading.records import FAILED, UNFINISHED

    if arguments.similarity:
        check_installed()
    out = arguments.out
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    hidden = tuple(_hidden(arguments, arguments.uploads, out))
    policy = read_policy(arguments.policy)
    job = Job(arguments.answers.read_bytes(), policy, arguments.sandbox, arguments.data, secrets.token_hex(8), hidden)
    grades = grade_class(arguments.uploads, job, out, arguments.workers, arguments.dask, arguments.again, print)
    unknown = find_unknown(grades)
    examples = {group.example for group in unknown}
    codes = read_codes(arguments.uploads, out, None if arguments.similarity else examples)
    unknown = [group.with_code(codes.get(group.example, {})) for group in unknown]
    write_unknown(unknown, out)
    pairs = _compare(arguments, codes, grades) if arguments.similarity else None
    logs, scores = read_logs(arguments.uploads, out), read_scores(out / SCORES)
    write_class_page(grades, out / "index.html", unknown, pairs, logs, scores)
    rows = write_tables(grades, out, policy.gradebook)
    print(f"{len(grades)} uploads, {sum(bool(grade.notes) for _, grade in grades)} of them for a person to look at")
    states = Counter(grade.state for _, grade in grades)
    print(f"{len(grades)} entries, {rows} rows: {', '.join(f'{count} {state}' for state, count in states.items())}")
    written = [out / "index.html", *(out / table for table in TABLES), *sorted(out.glob("*_feedback.zip"))]
    print(f"wrote {', '.join(map(str, written))}; your own decisions go into {out / DECISIONS}")
    return int(any(grade.state in (FAILED, UNFINISHED) for _, grade in grades))


def _compare(arguments: argparse.Namespace, codes: "Codes", grades: "Sequence[ClassGrade]") -> "list[Pair]":
    """Find what uploads have in common, and write the folders for JPlag and Dolos."""
    from instructor.course.codes import read_all
    from instructor.course.similarity.compare import find_pairs
    from instructor.course.similarity.export import write_folders

    others = read_all(arguments.earlier)
    pairs = find_pairs(codes, others)
    print(f"compared {len(codes)} uploads with each other and with {len(others)} earlier ones")
    said = {name: grade.hand_in.submitted for name, grade in grades if grade.hand_in}
    times = {name: datetime.fromisoformat(when) for name, when in said.items() if when}
    write_folders({**codes, **others}, arguments.out / "similarity", times)
    return pairs


def _draft_mistake(arguments: argparse.Namespace) -> int:
    from instructor.course.unknown.draft import draft_mistake, format_draft
    from instructor.course.unknown.groups import read_unknown
    from instructor.grading.policy import read_policy
    from instructor.sandbox.sandbox import Sandbox

    group = read_unknown(arguments.folder, arguments.group)
    with closing(Sandbox(read_policy().patience, arguments.sandbox)) as sandbox:
        draft = draft_mistake(group, arguments.answers, sandbox)
    print(format_draft(draft, group), end="")
    return int(draft.reproduced == 0)


def _replay(arguments: argparse.Namespace) -> int:
    from instructor.grading.policy import read_policy
    from instructor.grading.replay import compare
    from instructor.grading.results import read_results

    before = read_results(arguments.results)
    with tempfile.TemporaryDirectory(prefix="proj4-replay-") as folder:
        after = _grade_once(arguments, read_policy(arguments.policy), Path(folder) / "results.json")
    comparison = compare(before, after)
    for cause in comparison.causes:
        print(f"differs: {cause}")
    for change in comparison.changes:
        print(f"changed: {change}")
    print("the grade has changed" if comparison.changes else f"the same grade: {after.score:g} points")
    return int(bool(comparison.changes))


def _attacks(arguments: argparse.Namespace) -> int:
    from instructor.attacks.check import NAMES, SAMPLE, check, describe

    chosen = [name for name in (SAMPLE if arguments.sample else NAMES) if name.startswith(arguments.only)]
    done = check(arguments.sandbox, arguments.answers, chosen)
    for line in describe(done):
        print(line)
    return int(bool(done.problems))


def _build_archive(arguments: argparse.Namespace) -> int:
    from instructor.platforms.classroom50.bundle import build_bundle
    from instructor.platforms.gradescope.archive import build_archive
    from instructor.platforms.prairielearn.question import build_question

    builders = {"gradescope": build_archive, "prairielearn": build_question, "classroom50": build_bundle}
    names = builders[arguments.platform](arguments.out, arguments.answers, arguments.policy, arguments.data)
    print(f"{arguments.out}: {len(names)} files, {arguments.out.stat().st_size / 1e6:.1f} MB")
    return 0
