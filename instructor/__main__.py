"""The instructor's commands: `python -m instructor --help`."""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from instructor import grading_commands, questions_commands
from proj4_code.given.basics.printing import print_anywhere, quote
from proj4_unit_tests.harness.submission import lay_over


def main() -> int:
    """Run one command; return its exit status."""
    arguments = _parser().parse_args()
    print_anywhere()
    try:
        return arguments.run(arguments)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m instructor", description="Release, check and run the assignment.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    release = commands.add_parser(
        "release", help="write the skeletons from instructor/solution, and the experiments' pages"
    )
    release.add_argument("--check", action="store_true", help="write nothing; fail, with a diff, if they differ")
    release.set_defaults(run=_release)

    kit = commands.add_parser("kit", help="write the student kit")
    kit.add_argument("out", type=Path, metavar="OUT.zip")
    kit.add_argument("--check", action="store_true", help="only search an existing kit for lines of the reference")
    kit.set_defaults(run=_kit)

    handout = commands.add_parser("handout", help="write the handout as one HTML page, as the student kit has it")
    handout.add_argument("out", type=Path, metavar="OUT.html")
    handout.set_defaults(run=_handout)

    answers = commands.add_parser(
        "answers", help="write an answer book: the public one, or a private one with another seed"
    )
    answers.add_argument("out", type=Path, nargs="?", metavar="BOOK.npz", help="without it: the public book")
    answers.add_argument("--seed", type=int, help="a number that you keep to yourself; default: drawn at random")
    answers.add_argument(
        "--only", default="", metavar="NAME", help="record mistakes whose names begin so; keep the others of the book"
    )
    answers.set_defaults(run=_answers)

    mistakes = commands.add_parser("mistakes", help="check that every known mistake is caught and named, and no more")
    mistakes.add_argument(
        "--answers", type=Path, metavar="BOOK", help="use this book; default: the public one, then one with a new seed"
    )
    mistakes.add_argument(
        "--only", default="", metavar="NAME", help="those whose names begin with NAME, such as 2- or part2"
    )
    mistakes.add_argument("--messages", action="store_true", help="also print what a student reads")
    mistakes.add_argument("--table", type=Path, metavar="FILE.md", help="write the table here")
    mistakes.set_defaults(run=_mistakes)

    mutants = commands.add_parser("mutants", help="mutation testing: no small change of the reference goes unnoticed")
    mutants.set_defaults(run=_mutants)

    sweep = commands.add_parser(
        "sweep", help="check that no right answer is rejected, whatever the seed and the machine"
    )
    sweep.add_argument("--seeds", type=int, default=100, metavar="N", help="default: 100, which takes an hour")
    sweep.set_defaults(run=_sweep)

    run = commands.add_parser(
        "run", help="run a program of the kit on a submission: run DIR proj4_code.given.train ..."
    )
    run.add_argument("submission", type=Path, metavar="DIR", help="folder of part files, such as instructor/solution")
    run.add_argument("module")
    run.add_argument("arguments", nargs=argparse.REMAINDER)
    run.set_defaults(run=_run)

    demo = commands.add_parser("demo", help="train the reference for a few minutes on the CPU")
    demo.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the run, which must be new")
    demo.add_argument("--data", type=Path, metavar="DIR", help="prepared CamVid; without it: synthetic scenes")
    demo.set_defaults(run=_demo)

    grading_commands.add_commands(commands)
    questions_commands.add_commands(commands)
    return parser


def _release(arguments: argparse.Namespace) -> int:
    from instructor.release.pages import pages_drift, write_pages
    from instructor.release.skeletons import drift, write_skeletons

    if not arguments.check:
        changed = [*write_skeletons(), *write_pages()]
        print(f"wrote {', '.join(changed)}" if changed else "the skeletons and pages were up to date")
        return 0
    if difference := drift() + pages_drift():
        print(difference)
        print("What is released differs from its sources. Run: python -m instructor release", file=sys.stderr)
        return 1
    print("the skeletons are what the reference gives, and the pages what the experiments say")
    return 0


def _kit(arguments: argparse.Namespace) -> int:
    from instructor.release.kit import build_kit
    from instructor.release.leaks import check_for_leaks

    if arguments.check:
        check_for_leaks(arguments.out)
        print(f"{arguments.out}: no line of the reference in it")
    else:
        names = build_kit(arguments.out)
        print(f"{arguments.out}: {len(names)} files, no line of the reference in them")
    return 0


def _handout(arguments: argparse.Namespace) -> int:
    from instructor.release.handout import handout_html
    from proj4_code.given.files import write_whole

    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(arguments.out, handout_html().encode())
    print(arguments.out)
    return 0


def _answers(arguments: argparse.Namespace) -> int:
    from instructor.proofs.record_book import make_book
    from proj4_unit_tests.harness.book import PUBLIC_BOOK, PUBLIC_SEED

    if arguments.out is None:
        if arguments.seed is not None:
            raise ValueError("the public book has a fixed seed: name a file for a book of another seed")
        make_book(PUBLIC_BOOK, PUBLIC_SEED, only=arguments.only)
    else:
        os.umask(0o077)
        seed = secrets.randbits(63) if arguments.seed is None else arguments.seed
        make_book(arguments.out, seed, only=arguments.only)
        arguments.out.chmod(0o600)  # whatever it was before: it is nobody else's to read
    print(f"wrote {arguments.out or PUBLIC_BOOK}")
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    from instructor.demo import demo_scenes, demo_settings
    from instructor.release.skeletons import SOLUTION

    options = ["--data", str(arguments.data or demo_scenes()), "--out", str(arguments.out), *demo_settings()]
    return _run_on(SOLUTION, "proj4_code.given.train", options)


def _mistakes(arguments: argparse.Namespace) -> int:
    from instructor.proofs.record_book import make_book
    from instructor.proofs.review import review
    from instructor.proofs.table import format_table
    from proj4_unit_tests.harness.book import PUBLIC_BOOK

    with tempfile.TemporaryDirectory() as folder:
        books = [arguments.answers or PUBLIC_BOOK]
        if not arguments.answers:
            books.append(Path(folder) / "new.npz")
            make_book(books[1], secrets.randbits(63))
        verdicts = {book: review(book, lambda name: name.startswith(arguments.only)) for book in books}
    first = verdicts[books[0]]
    if arguments.messages:
        for verdict in first:
            for test, message in verdict.messages.items():
                print(f"{verdict.name} · {test}\n{message}\n")
    print(format_table(first))
    if arguments.table:
        arguments.table.write_text(format_table(first) + "\n", encoding="utf-8")
    problems = [(book.name, v.name, problem) for book in books for v in verdicts[book] for problem in v.problems]
    for book, name, problem in problems:
        print(f"{book}: {name}: {problem}", file=sys.stderr)
    print(f"{len(first)} submissions, {len(books)} answer books, {len(problems)} problems")
    return int(bool(problems))


def _mutants(arguments: argparse.Namespace) -> int:
    from instructor.proofs.mutants import main

    return main()


def _sweep(arguments: argparse.Namespace) -> int:
    from instructor.proofs.sweep import main

    return main(arguments.seeds)


def _run(arguments: argparse.Namespace) -> int:
    return _run_on(arguments.submission, arguments.module, arguments.arguments)


def _run_on(submission: Path, module: str, arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="proj4-") as folder:
        environment = {
            **os.environ,
            "PYTHONPATH": str(lay_over(submission, Path(folder))),
            "PYTHONSAFEPATH": "1",
            "PROJ4_COMMAND": f"python -m instructor run {quote(submission)} {module}",
        }
        process = subprocess.Popen([sys.executable, "-m", module, *arguments], env=environment)
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the program gets it too, and reports what it keeps
                continue


if __name__ == "__main__":
    sys.exit(main())
