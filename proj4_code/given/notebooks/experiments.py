"""What the cells of the notebook of experiments call: an experiment is run as a program, and its page is shown."""

import os
from pathlib import Path

from proj4_code.given.explore.apparatus.experiment import Experiment
from proj4_code.given.explore.apparatus.study import NO_WEIGHTS, Size
from proj4_code.given.explore.index import load_experiment
from proj4_code.given.notebooks.output_area import Place, card
from proj4_code.given.notebooks.processes import KIT
from proj4_code.given.notebooks.programs import last_lines, run_program

QUICKEST = bool(os.environ.get("PROJ4_QUICK"))  # the tests' setting
MODULE = "proj4_code.given.explore"


def run_experiment(
    name: str,
    quick: bool = True,
    data: str | Path | None = None,
    pairs: str | Path | None = None,
    weights: str | Path = NO_WEIGHTS,
    again: bool = False,
) -> None:
    """Run an experiment, from where it was stopped, and show its page; if it needs a part that is missing, say which.

    Args:
        name: of the experiment.
        quick: at most three minutes on a CPU; otherwise it wants a GPU.
        data: folder of prepared data; None: drawn streets.
        pairs: folder of image and mask pairs, for transfer and merging.
        weights: what backbones start from: "none", "imagenet" or a file.
        again: measure again what is measured already.
    """
    experiment = load_experiment(name)
    part = experiment.missing_part(KIT / "proj4_code")
    if part is not None:
        why = experiment.needs(part)
        Place().show(card(f"`{part.contents[0]}` in", f"proj4_code/{part.file}", why, preview=KIT / "no preview"))
        return
    size = Size.QUICKEST if QUICKEST else Size.QUICK if quick else Size.FULL
    out = KIT / "runs" / "explore" / f"{name}-{size}"
    options: list[object] = ["--out", out] + ([] if size == Size.FULL else [f"--{size}"])
    options += (["--data", data] if data else []) + (["--pairs", pairs] if pairs else [])
    options += (["--weights", weights] if weights != NO_WEIGHTS else []) + (["--again"] if again else [])
    place = Place("starting …")
    ended = run_program(MODULE, name, *options, watch=lambda printed: place.say(last_lines(printed)))
    if ended.status and "--again" in ended.failure.get("message", ""):
        place.say(f"{ended.failure['message']}; here: add again=True to the call")
    if not ended.status:
        place.say(f"Everything is in {out.relative_to(KIT)}.")
        show_page(experiment, out)


def show_page(experiment: Experiment, out: Path) -> None:
    """Show what an experiment wrote into its folder: its table and what it found, its chart and its pictures."""
    _, page = (out / "table.md").read_text(encoding="utf-8").split("\n\n", 1)
    show_markdown(page)
    pictures = sorted(out.glob("*.png"), key=lambda path: path.stem != "chart")
    for path in pictures:
        Place().show_picture(path.read_bytes(), f"{path.stem} of the experiment: {experiment.title}")
    show_markdown(f"**What to conclude.** {experiment.conclusions.strip()}")


def show_markdown(text: str) -> None:
    """Show text with its tables and emphasis."""
    Place().show({"text/markdown": text, "text/plain": text})
