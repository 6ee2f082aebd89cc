"""What the unit tests say of each wrong solution, or, with --table, how many are recognised."""

import argparse
import re
import tempfile
from pathlib import Path

from instructor.tests.proofs.newcomers.solutions import format_table, judge, names_in, read_solutions, run
from proj4_unit_tests.harness.console import what_is_wrong
from proj4_unit_tests.harness.outcome import WRONG

parser = argparse.ArgumentParser(prog="python -m instructor.tests.proofs.newcomers", description=__doc__)
parser.add_argument("--table", action="store_true", help="count the judgements by part, and run nothing")
parser.add_argument("--only", default="", help='regular expression of those to run, such as "part4 terse"')
parser.add_argument("--lines", type=int, default=8, help="how many lines of the messages to print")
arguments = parser.parse_args()

solutions = read_solutions()
if arguments.table:
    print(format_table(solutions))
else:
    with tempfile.TemporaryDirectory() as folder:
        chosen = [s for s in solutions if re.search(arguments.only, f"{s.part.key} {s.base}: {s.wrong}")]
        for solution, result in run(chosen, Path(folder)):
            lost, names = sum(result.lost.values()), ", ".join(sorted(names_in(result))) or "nothing"
            print(f"\n{solution.part.key} {solution.base}: {solution.wrong}")
            print(f"{judge(solution, result)}: loses {lost:g} points, named {names}")
            messages = what_is_wrong([outcome for outcome in result.tests if outcome.status == WRONG])
            print(*messages[: arguments.lines], sep="\n", flush=True)
