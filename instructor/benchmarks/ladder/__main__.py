"""The command of the ladder."""

import argparse
import sys
from pathlib import Path

from instructor.benchmarks.ladder import __doc__ as description
from instructor.benchmarks.ladder.climb import climb, keep_settings
from instructor.benchmarks.ladder.plan import CROPS, ROWS, Plan, rungs
from instructor.benchmarks.ladder.report import write_table
from proj4_code.given.scene_drawing.dataset import write_dataset

QUICK = ("--optimizer", "adamw", "--lr", "4e-4", "--workers", "0")
QUICK_SCENES = {"train": 48, "val": 4, "test": 4}


def parse_weights(words: list[str]) -> dict[int, str]:
    """Turn "imagenet", or words such as "18=resnet18.pth", into what each depth starts from.

    Raises:
        ValueError: if a word is neither.
    """
    if words in (["imagenet"], ["none"]):
        return {row.depth: words[0] for row in ROWS}
    pairs = [word.partition("=") for word in words]
    if not all(depth.isdigit() and file for depth, _, file in pairs):
        raise ValueError(f"--weights {' '.join(words)}: expected imagenet, none, or DEPTH=FILE such as 50=resnet50.pth")
    return {int(depth): str(Path(file).resolve()) for depth, _, file in pairs}


def make_plan(options: argparse.Namespace) -> Plan:
    """Make the plan of the command line."""
    out = options.out.resolve()
    weights = parse_weights(options.weights or ["none" if options.quick else "imagenet"])
    if not options.quick:
        if options.data is None:
            raise ValueError("--data DIR is missing: prepared CamVid (or --quick, which draws scenes)")
        common = ("--batch", str(options.batch or 32))
        sides, seeds = tuple(options.short_sides or (240, 360)), tuple(range(options.seeds or 3))
        return Plan(out, options.data.resolve(), ROWS, seeds, sides, options.epochs or 50, weights, common)
    data = options.data or write_dataset(out / "scenes", QUICK_SCENES, complete=True)
    sides, seeds = tuple(options.short_sides or (120,)), tuple(range(options.seeds or 1))
    quick = ("--batch", str(options.batch or 8), *QUICK)
    return Plan(out, data.resolve(), tuple(rungs(18)), seeds, sides, options.epochs or 2, weights, quick)


def main() -> int:
    """Climb the ladder; the exit status is 1 if a run failed."""
    parser = argparse.ArgumentParser(
        prog="python -m instructor.benchmarks.ladder",
        description=(description or "").split("\n\npython")[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="DIR", help="folder of everything")
    add("--data", type=Path, metavar="DIR", help="prepared CamVid")
    add("--quick", action="store_true", help="depth 18, small frames, two epochs, scenes if no --data is given")
    add("--weights", nargs="+", metavar="W", help="imagenet (default) | none | DEPTH=FILE ... (16: vgg16_bn)")
    add("--epochs", type=int, help="default: 50")
    add("--batch", type=int, help="default: 32")
    add("--seeds", type=int, metavar="N", help="how many (default: 3)")
    add("--short-sides", type=int, nargs="+", choices=sorted(CROPS), help="default: 240 360")
    try:
        plan = make_plan(parser.parse_args())
        keep_settings(plan)
    except (OSError, ValueError) as error:
        sys.exit(f"error: {error}")
    try:
        failed = climb(plan)
    except KeyboardInterrupt:
        sys.exit("interrupted: the same command goes on from here")
    print(write_table(plan))
    print(f"table and chart: {plan.out / 'ladder.md'} {plan.out / 'ladder.png'}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
