"""The commands of grading: grade, and what is built on it."""

import argparse
import json
import os
import tempfile
from contextlib import closing
from pathlib import Path

PRIVATE = "a book that students do not have: python -m instructor answers BOOK.npz"

DATA = "prepared CamVid: results of training are graded on its test split; without it they are not graded"


def add_commands(commands: argparse._SubParsersAction) -> None:
    """Add the commands of grading to the instructor's others."""
    grade = commands.add_parser("grade", help="grade one upload: a zip, a folder or part files")
    grade.add_argument("upload", type=Path, nargs="+", metavar="UPLOAD")
    grade.add_argument("--out", type=Path, default=Path("grade"), metavar="DIR", help="default: grade")
    _add_common(grade)
    grade.set_defaults(run=_grade)

    whole = commands.add_parser("grade-all", help="grade a class: a folder of uploads, or an export")
    whole.add_argument(
        "uploads", type=Path, metavar="FOLDER_OR_EXPORT", help="Gradescope's or Canvas's, as a zip or not"
    )
    whole.add_argument("--out", type=Path, required=True, metavar="DIR", help="run it again to go on where it stopped")
    whole.add_argument("--workers", type=int, default=os.cpu_count(), metavar="N", help="default: one a core")
    whole.add_argument("--dask", default="", metavar="ADDRESS", help="of a scheduler: grade on its workers instead")
    _add_common(whole)
    whole.set_defaults(run=_grade_all)

    replay = commands.add_parser("replay", help="grade an upload again, and say what is not the same")
    replay.add_argument("results", type=Path, metavar="RESULTS.json")
    replay.add_argument("upload", type=Path, nargs="+", metavar="UPLOAD")
    _add_common(replay)
    replay.set_defaults(run=_replay)

    attacks = commands.add_parser("attacks", help="try all hostile uploads on this machine's sandbox")
    attacks.add_argument("--only", default="", metavar="NAME", help="those whose names begin so")
    _add_common(attacks)
    attacks.set_defaults(run=_attacks)

    archive = commands.add_parser("gradescope", help="write the archive that Gradescope's autograder is made from")
    archive.add_argument("out", type=Path, metavar="OUT.zip")
    archive.add_argument("--answers", type=Path, required=True, metavar="BOOK", help=PRIVATE)
    archive.add_argument("--policy", type=Path, metavar="TOML", help="your choices, as in grading/policy.toml")
    archive.add_argument("--data", type=Path, metavar="DIR", help=DATA)
    archive.set_defaults(run=_gradescope)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--answers", type=Path, required=True, metavar="BOOK", help=PRIVATE)
    parser.add_argument("--data", type=Path, metavar="DIR", help=DATA)
    parser.add_argument("--policy", type=Path, metavar="TOML", help="your choices, as in grading/policy.toml")
    parser.add_argument(
        "--sandbox", choices=("auto", "bubblewrap", "user"), default="auto", help="default: the best that works here"
    )


def _grade(arguments: argparse.Namespace) -> int:
    from instructor.grading.grade import grade
    from instructor.grading.page import write_report
    from instructor.grading.policy import read_policy
    from instructor.grading.results import REFUSED
    from instructor.grading.training_results import read_truth
    from instructor.sandbox.sandbox import Sandbox

    policy, frames = read_policy(arguments.policy), read_truth(arguments.data) if arguments.data else ()
    with closing(Sandbox(arguments.sandbox, policy.patience)) as sandbox:
        results = grade(arguments.upload, arguments.answers, sandbox, policy, arguments.out / "results.json", frames)
    report = arguments.out / "report.html"
    write_report(results, ", ".join(path.name for path in arguments.upload), policy.show_printed, report)
    print(results["output"])
    for reason in results["extra_data"]["for a person"]:
        print(f"for a person to look at: {reason}")
    print(f"\nwrote {arguments.out / 'results.json'} and {report}")
    return int(results["extra_data"]["state"] == REFUSED)


def _grade_all(arguments: argparse.Namespace) -> int:
    from instructor.catalogue import MISTAKES
    from instructor.course.class_page import write_class_page, write_tables
    from instructor.course.whole_class import Job, grade_class
    from instructor.grading.policy import read_policy
    from instructor.grading.results import UNFINISHED

    policy, out = read_policy(arguments.policy), arguments.out
    job = Job(arguments.answers.read_bytes(), policy, arguments.sandbox, arguments.data)
    results = grade_class(arguments.uploads, job, out, arguments.workers, arguments.dask)
    write_class_page(results, {mistake.name: mistake.wrong for mistake in MISTAKES}, out / "index.html")
    write_tables(results, out)
    people = sum(bool(result["extra_data"]["for a person"]) for result in results)
    print(f"{len(results)} uploads, {people} of them for a person to look at")
    print(f"wrote {out / 'index.html'}, {out / 'canvas.csv'}, {out / 'gradescope.csv'}")
    return int(any(result["extra_data"]["state"] == UNFINISHED for result in results))


def _replay(arguments: argparse.Namespace) -> int:
    from instructor.grading.grade import grade
    from instructor.grading.policy import read_policy
    from instructor.grading.replay import compare
    from instructor.grading.training_results import read_truth
    from instructor.sandbox.sandbox import Sandbox

    before = json.loads(arguments.results.read_text(encoding="utf-8"))
    policy, frames = read_policy(arguments.policy), read_truth(arguments.data) if arguments.data else ()
    with closing(Sandbox(arguments.sandbox, policy.patience)) as sandbox, tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "results.json"
        after = grade(arguments.upload, arguments.answers, sandbox, policy, out, frames)
    comparison = compare(before, after)
    for cause in comparison.causes:
        print(f"differs: {cause}")
    for change in comparison.changes:
        print(f"changed: {change}")
    print("the grade has changed" if comparison.changes else f"the same grade: {after['score']:g} points")
    return int(bool(comparison.changes))


def _attacks(arguments: argparse.Namespace) -> int:
    from instructor.attacks.check import problems, try_attacks

    attempts = try_attacks(arguments.sandbox, arguments.answers, arguments.only)
    for attempt in attempts:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in attempt.outcomes.items())
        print(f"{attempt.name:<24}{attempt.points:>5g} points  {attempt.seconds:>5.1f} s  {counts}")
    found = problems(attempts)
    for problem in found:
        print(problem)
    print(f"{len(attempts) - 2} attacks, {len(found)} problems")
    return int(bool(found))


def _gradescope(arguments: argparse.Namespace) -> int:
    from instructor.platforms.gradescope.archive import build_archive

    names = build_archive(arguments.out, arguments.answers, arguments.policy, arguments.data)
    print(f"{arguments.out}: {len(names)} files, {arguments.out.stat().st_size / 1e6:.1f} MB")
    return 0
