"""Train a network that segments road scenes, with the parts that you wrote.

`python -m proj4_code.given.train --data DIR` trains in the course's setting. The folder of a run, `--out`, holds
`settings.json`, `metrics.jsonl` (a line an epoch), `last.safetensors` (to go on with --resume), `best.safetensors`
(best mean IoU on val), `curves.png`, `iou.png` and `predictions.png`.
"""

import math
import os
import shlex
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from torch.optim.lr_scheduler import LambdaLR

from proj4_code.given.checkpoints import load_checkpoint
from proj4_code.given.data import seed_epoch
from proj4_code.given.messages import explain, one_line_errors
from proj4_code.given.networks import display_name
from proj4_code.given.progress import Progress, bar_over
from proj4_code.given.run import Run, begin_folder, keep_epoch, start, write_history
from proj4_code.given.scores import evaluate_network, print_scores, text, write_pictures
from proj4_code.given.settings import Settings, parse_command, resumed_settings

MODULE = "proj4_code.given.train"


def try_evaluation(run: Run) -> None:
    """Evaluate one frame: a mistake in part 5 or 6 should show now, and not after the first epoch."""
    image, mask = run.val_loader.dataset[0]
    evaluate_network(run.model, [(image[None], mask[None])], run.device)


def train_epoch(run: Run, epoch: int, scheduler: LambdaLR, progress: Progress) -> dict:
    """Train for an epoch, evaluate if it is time to, and return the epoch's line of metrics."""
    from proj4_code.part6_training import train_one_epoch

    settings = run.settings
    seed_epoch(settings.seed, epoch, run.train_loader.generator)
    run.train_loader.dataset.epoch = epoch
    rate = min(group["lr"] for group in run.optimizer.param_groups)
    batches = progress.watch(run.train_loader, f"epoch {epoch}/{settings.epochs}")
    began = time.perf_counter()
    loss = train_one_epoch(run.model, batches, run.optimizer, scheduler, run.device, aux_weight=settings.aux_weight)
    seconds = time.perf_counter() - began
    if not math.isfinite(loss):
        raise FloatingPointError(f"the loss became {loss} at a learning rate of {rate:.2g}")

    scores = {"miou": None, "pixel_accuracy": None, "iou": None}
    if epoch % settings.eval_every == 0 or epoch == settings.epochs:
        scores = evaluate_network(run.model, bar_over(run.val_loader, "evaluating"), run.device)
    return {
        "epoch": epoch,
        "loss": loss,
        "lr": rate,
        "seconds": round(seconds, 3),
        "images_per_second": round(run.images_per_epoch / seconds, 2),
        **{f"val_{name}": value for name, value in scores.items()},
    }


def train(run: Run) -> None:
    """Train until the last epoch is done.

    Raises:
        FloatingPointError: if the loss becomes infinite or NaN.
        OSError: if a file of the run cannot be written.
    """
    from proj4_code.part6_training import poly_factor, segmentation_loss

    try_evaluation(run)
    settings, done = run.settings, len(run.history)
    for group in run.optimizer.param_groups:
        group["initial_lr"] = group["lr"]
    factor = partial(poly_factor, total_steps=run.steps(settings.epochs))
    scheduler = LambdaLR(run.optimizer, factor, last_epoch=run.steps(done) - 1)
    loss = partial(segmentation_loss, aux_weight=settings.aux_weight)
    images = run.images_per_epoch
    with Progress(run.model, run.optimizer, loss, settings.epochs * images, done * images) as progress:
        for epoch in range(done + 1, settings.epochs + 1):
            row = train_epoch(run, epoch, scheduler, progress)
            keep_epoch(run, row)
            progress.print(
                f"epoch {epoch:>3}/{settings.epochs}  loss {row['loss']:.3f}  val mean IoU {text(row['val_miou'])}  "
                f"pixel accuracy {text(row['val_pixel_accuracy'])}  {row['images_per_second']:.1f} images/s"
            )


def finish(run: Run) -> None:
    """Print the scores of the last epoch, draw the pictures, and say where everything is."""
    row, settings = run.history[-1], run.settings
    scores = {name: row[f"val_{name}"] for name in ("miou", "pixel_accuracy", "iou")}
    write_history(run)
    title = f"{display_name(settings.arch, settings.depth)}, val split of {run.report.root.name}, epoch {row['epoch']}"
    run.model.eval()
    pictures = write_pictures(run.model, scores, run.report, "val", settings.short_side, run.folder, title)
    print_scores(scores, run.report, "val")
    best = max((r for r in run.history if r["val_miou"] is not None), key=lambda r: r["val_miou"], default=row)
    print(f"best.safetensors: epoch {best['epoch']}, val mean IoU {text(best['val_miou'])}")
    print(f"training took {sum(r['seconds'] for r in run.history) / 60:.1f} minutes, evaluation not counted")
    print("pictures:", *(run.folder / "curves.png", *pictures))


def resume_command(folder: Path, arguments: Sequence[str]) -> str:
    """Write the command that goes on with a run, beginning as the command that started it did."""
    launcher = f"python -m {MODULE}"
    own = sys.orig_argv[: len(sys.orig_argv) - len(arguments)]
    if MODULE in own and sys.orig_argv[len(own) :] == list(arguments):
        launcher = shlex.join(own)
    launcher = os.environ.get("PROJ4_COMMAND", launcher)  # set by a program that starts this one
    return f"{launcher} --resume --out {shlex.quote(str(folder))}"


def open_run(arguments: Sequence[str]) -> Run:
    """Make the run that a command line asks for.

    Raises:
        FileExistsError: if the folder of a new run holds a run already.
        FileNotFoundError, ValueError, ConnectionError: if a setting or an input is missing or wrong.
    """
    given, folder, resume = parse_command(arguments)
    if resume:
        if folder is None:
            raise ValueError("--resume needs the folder of the run: add --out runs/NAME")
        checkpoint = load_checkpoint(folder / "last.safetensors")
        return start(resumed_settings(checkpoint.description["settings"], given), folder, checkpoint)

    settings = Settings(**given)
    if folder is None:
        folder = Path("runs") / display_name(settings.arch, settings.depth).lower()
    if (folder / "last.safetensors").exists():
        again = resume_command(folder, arguments)
        raise FileExistsError(f"{folder} holds a run already: choose another --out, or go on with it: {again}")
    run = start(settings, folder, None)
    begin_folder(run)
    return run


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program.

    Raises:
        SystemExit: with status 1 and a line on stderr if something is wrong, 130 after Ctrl-C.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    run = None
    try:
        with one_line_errors():
            run = open_run(arguments)
            train_and_keep(run, arguments)
    except KeyboardInterrupt:
        kept = "nothing was trained yet" if run is None else what_is_kept(run, arguments)
        print(f"interrupted: {kept}", file=sys.stderr)
        sys.exit(130)


def what_is_kept(run: Run, arguments: Sequence[str]) -> str:
    """Say how far a run got that stopped, and how to go on."""
    return f"{progress_of(run)}, go on with: {resume_command(run.folder, arguments)}"


def progress_of(run: Run) -> str:
    """Say how many epochs the last checkpoint holds."""
    return f"{run.folder} keeps {len(run.history)} of {run.settings.epochs} epochs"


def train_and_keep(run: Run, arguments: Sequence[str]) -> None:
    """Train and finish; when the disk is full or the loss is no number, say what is kept."""
    try:
        train(run)
        finish(run)
    except FloatingPointError as error:
        raise FloatingPointError(f"{error}: train again with a lower --lr; {progress_of(run)}") from error
    except OSError as error:
        raise OSError(f"{explain(error)}; {what_is_kept(run, arguments)}") from error


if __name__ == "__main__":
    main()
