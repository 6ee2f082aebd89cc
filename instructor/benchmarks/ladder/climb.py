"""Run what a plan holds: train, score, and write the table, from where an earlier climb stopped."""

import json
import subprocess
import sys
from pathlib import Path

from tqdm import tqdm

from instructor.benchmarks.ladder.plan import CROPS, STRIDED, Plan, Row
from instructor.benchmarks.ladder.report import draw, write_table
from instructor.release.skeletons import SOLUTION
from proj4_code.given.files import write_whole
from proj4_unit_tests.harness.submission import KIT

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
