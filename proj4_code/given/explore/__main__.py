"""Run one of the lectures' experiments, and write a table, a chart and pictures.

`python -m proj4_code.given.explore NAME --quick` takes at most three minutes on a CPU, and draws the streets that it
needs; in full, with `--data DIR` on CamVid, it wants a GPU. The same command resumes an interrupted run.
"""

import argparse
import hashlib
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

import proj4_code
from proj4_code.given.basics.messages import one_line_errors
from proj4_code.given.explore.apparatus.experiment import Experiment
from proj4_code.given.explore.apparatus.report import as_table, claim_line, write_result
from proj4_code.given.explore.apparatus.study import NO_WEIGHTS, Size, Study
from proj4_code.given.explore.index import NAMES, load_experiment
from proj4_code.given.files import lock_folder
from proj4_code.given.networks.inference import add_device_option, choose_device

PACKAGE = Path(str(proj4_code.__file__)).parent


def explore(experiment: Experiment, study: Study, again: bool = False) -> None:
    """Run an experiment from where it was stopped; write and print what it found.

    Raises:
        ValueError, OSError: if a part that it needs is not written yet, an option is not for this experiment, or the
            data or the folder are of no use.
    """
    experiment.check_options(study)
    experiment.check_parts(PACKAGE)
    hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in experiment.part_files(PACKAGE)}
    study.out.mkdir(parents=True, exist_ok=True)
    lock = lock_folder(study.out)
    try:
        study.claim({"experiment": experiment.name, "parts": hashes}, again)
        torch.manual_seed(0)
        result = experiment.run(study)
        if study.size == Size.QUICKEST:  # nothing is learned in seconds
            result = replace(result, claims={})
        paths = write_result(experiment, result, study)
    finally:
        lock.release()
    print(as_table(result))
    for sentence, holds in result.claims.items():
        print(claim_line(sentence, holds))
    print(*result.notes, sep="\n", end="\n" * bool(result.notes))
    print(f"measured in {study.seconds():.0f} s; written:", *paths)


def make_parser() -> argparse.ArgumentParser:
    """Make the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m proj4_code.given.explore", description="Run one of the lectures' experiments."
    )
    add = parser.add_argument
    add("name", metavar="NAME", help=" | ".join(NAMES))
    add("--data", type=Path, metavar="DIR", help="prepared data (default: drawn streets)")
    add("--pairs", type=Path, metavar="DIR", help="folder of image and mask pairs, for transfer and merging")
    weights = (
        "of backbones, for transfer, decoders and (in full) context: imagenet | none | FILE (default: %(default)s)"
    )
    add("--weights", metavar="W", default=NO_WEIGHTS, help=weights)
    sizes = parser.add_mutually_exclusive_group()
    quick, quickest = "at most three minutes on a CPU", "seconds, only to see that it works"
    sizes.add_argument("--quick", dest="size", action="store_const", const=Size.QUICK, help=quick)
    sizes.add_argument("--quickest", dest="size", action="store_const", const=Size.QUICKEST, help=quickest)
    add("--out", type=Path, metavar="DIR", help="folder for the results (default: runs/explore/NAME-SIZE)")
    add("--again", action="store_true", help="measure again what DIR holds already")
    add_device_option(parser)
    parser.set_defaults(size=Size.FULL)
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; the exit status is 1 if anything is wrong, 130 after Ctrl-C."""
    options = make_parser().parse_args(arguments)
    try:
        with one_line_errors():
            experiment = load_experiment(options.name)
            out = options.out or Path("runs") / "explore" / f"{options.name}-{options.size}"
            device = choose_device(options.device)
            study = Study(options.size, options.data, out, device, options.pairs, options.weights)
            explore(experiment, study, options.again)
    except KeyboardInterrupt:
        print("interrupted: the same command goes on from here", file=sys.stderr)
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
