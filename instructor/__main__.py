"""The instructor's commands: `python -m instructor --help`."""

import argparse
import sys
from pathlib import Path


def main() -> int:
    """Run one command; return its exit status."""
    arguments = _parser().parse_args()
    try:
        return arguments.run(arguments)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m instructor", description="Release, check and run the assignment.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    release = commands.add_parser("release", help="write the skeletons in proj4_code from instructor/solution")
    release.add_argument("--check", action="store_true", help="write nothing; fail, with a diff, if they differ")
    release.set_defaults(run=_release)

    kit = commands.add_parser("kit", help="write the student kit")
    kit.add_argument("out", type=Path, metavar="OUT.zip")
    kit.add_argument("--check", action="store_true", help="only look for lines of the reference in an existing kit")
    kit.set_defaults(run=_kit)
    return parser


def _release(arguments: argparse.Namespace) -> int:
    from instructor.release.skeletons import drift, write_skeletons

    if not arguments.check:
        changed = write_skeletons()
        print(f"wrote {', '.join(changed)}" if changed else "the skeletons were up to date")
        return 0
    if difference := drift():
        print(difference)
        print("The skeletons are not what the reference gives. Run: python -m instructor release", file=sys.stderr)
        return 1
    print("the skeletons are what the reference gives")
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


if __name__ == "__main__":
    sys.exit(main())
