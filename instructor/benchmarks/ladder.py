"""The ladder: the paper's ablation on CamVid (Zhao et al. 2017, table 1 and section 5), rung by rung, in one command.

It drives the training program and `evaluate`, each in a process of its own. Stopped at any moment, it goes on when the
same command is given again: what is finished is left alone, what is unfinished is resumed. The table and the chart in
`--out` are written anew after each run, so there is always something to look at.

python -m instructor.benchmarks.ladder --data ../shared/data/camvid --out runs/ladder
python -m instructor.benchmarks.ladder --quick --out runs/ladder-quick       # minutes on the CPU: does it all work?
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from tqdm import tqdm

from instructor.benchmarks.ladder_plan import CROPS, ROWS, STRIDED, Plan, Row, rungs
from instructor.benchmarks.ladder_report import draw, write_table
from instructor.release.skeletons import SOLUTION
from proj4_code.given.files import write_whole
from proj4_code.given.scenes import write_dataset
from proj4_unit_tests.harness.submission import KIT

QUICK = ("--optimizer", "adamw", "--lr", "4e-4", "--workers", "0")
QUICK_SCENES = {"train": 48, "val": 4, "test": 4}
SPLITS = ("val", "test")


def last_epoch(run: Path) -> int:
    """Return how many epochs a run has behind it."""
    metrics = run / "metrics.jsonl"
    return len(metrics.read_text().splitlines()) if metrics.exists() else 0


def program(plan: Plan, row: Row, module: str, *arguments: object) -> None:
    """Run a program of the kit with the parts that a row needs.

    Raises:
        RuntimeError: if it fails; the message is the last line that it wrote.
    """
    submission = SOLUTION if row.dilated else plan.out / "strided"
    command = [sys.executable, "-m", "instructor", "run", submission, f"proj4_code.given.{module}", *arguments]
    done = subprocess.run(
        list(map(str, command)), cwd=KIT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{module} stopped: {(done.stderr.strip() or 'without a word').splitlines()[-1]}")


def train(plan: Plan, row: Row, short_side: int, seed: int) -> None:
    """Train what is not trained to the end, from where it is."""
    run = plan.run_folder(row, short_side, seed)
    if last_epoch(run) == plan.epochs:
        return
    if (run / "last.safetensors").exists():
        program(plan, row, "train", "--resume", "--out", run)
        return
    weights = plan.weights[row.depth] if row.pretrained else "none"
    options = ["--data", plan.data, "--out", run, "--weights", weights, "--epochs", plan.epochs, "--seed", seed]
    options += ["--short-side", short_side, "--crop", CROPS[short_side], "--eval-every", plan.epochs]
    program(plan, row, "train", *options, *plan.common, *row.options)


def test(plan: Plan, row: Row, short_side: int, seed: int) -> None:
    """Score the network of the last epoch on every split that it is not scored on: no epoch is chosen by its score."""
    run = plan.run_folder(row, short_side, seed)
    for split in SPLITS:
        folder = plan.test_folder(row, short_side, seed, split)
        if not (folder / "scores.json").exists():
            more = ["--multi-scale"] if row.multi_scale else []
            program(plan, row, "evaluate", run / "last.safetensors", "--split", split, "--out", folder, *more)


def climb(plan: Plan) -> int:
    """Measure everything, seed by seed; return how many runs failed."""
    todo = [(row, side, seed) for seed in plan.seeds for side in plan.short_sides for row in plan.rows]
    failed = 0
    bar = tqdm(todo, "ladder", unit=" runs", dynamic_ncols=sys.stderr.isatty())
    for row, side, seed in bar:
        bar.set_postfix_str(f"{row.name}, short side {side}, seed {seed}")
        if row.pretrained and row.depth not in plan.weights:
            bar.write(f"{row.name}: left out, --weights names no file for depth {row.depth}")
            continue
        try:
            train(plan, row, side, seed)
            test(plan, row, side, seed)
        except RuntimeError as error:
            bar.write(f"{row.name}, short side {side}, seed {seed}: {error}", file=sys.stderr)
            failed += 1
        write_table(plan)
        draw(plan)
    return failed


def keep_settings(plan: Plan) -> None:
    """Write the settings into the folder; a folder of other settings is refused, so that no row is of another kind.

    Raises:
        ValueError: if the folder holds a ladder of other settings.
    """
    settings = {"epochs": plan.epochs, "data": str(plan.data), "common": list(plan.common)}
    settings["weights"] = {str(depth): source for depth, source in plan.weights.items()}
    file = plan.out / "ladder.json"
    if file.exists() and (kept := json.loads(file.read_text())) != settings:
        differing = {name: kept.get(name) for name, value in settings.items() if kept.get(name) != value}
        raise ValueError(f"{plan.out} holds a ladder with other settings: {differing}; choose another --out")
    plan.out.mkdir(parents=True, exist_ok=True)
    write_whole(file, (json.dumps(settings, indent=2) + "\n").encode())
    if not (plan.out / "strided").exists():
        STRIDED.write(plan.out / "strided")


def parse_weights(words: list[str]) -> dict[int, str]:
    """Turn "imagenet", or words such as "18=resnet18.pth", into what each depth starts from.

    Raises:
        ValueError: if a word is neither.
    """
    if words in (["imagenet"], ["none"]):
        return dict.fromkeys((18, 50, 101), words[0])
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
    common = ("--batch", str(options.batch or 8), *QUICK)
    sides, seeds = tuple(options.short_sides or (120,)), tuple(range(options.seeds or 1))
    return Plan(out, data.resolve(), tuple(rungs(18)), seeds, sides, options.epochs or 2, weights, common)


def main() -> int:
    """Climb the ladder; the exit status is 1 if a run failed."""
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\npython")[0], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="DIR", help="folder of everything")
    add("--data", type=Path, metavar="DIR", help="prepared CamVid")
    add("--quick", action="store_true", help="depth 18, small frames, two epochs, scenes if no --data is given")
    add("--weights", nargs="+", metavar="W", help="imagenet (default) | none | DEPTH=FILE ...")
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
