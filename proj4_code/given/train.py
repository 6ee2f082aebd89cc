"""Train a network that segments road scenes, with the parts that you wrote.

`python -m proj4_code.given.train --data DIR` trains in the course's setting. The folder of a run, `--out`, holds
`settings.json`, `metrics.jsonl` (a line an epoch), `last.safetensors` (to go on with --resume), the checkpoint before
it as `previous.safetensors`, `best.safetensors` (best mean IoU on val), `curves.png`, `iou.png`, `predictions.png`.
"""

import math
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from torch.optim.lr_scheduler import LambdaLR

from proj4_code.given.basics.messages import one_line_errors
from proj4_code.given.basics.progress import bar_over
from proj4_code.given.classes import NUM_CLASSES
from proj4_code.given.data.sampling import seed_epoch
from proj4_code.given.files import lock_folder
from proj4_code.given.networks.scores import print_scores, scores_of, text, write_pictures
from proj4_code.given.training.distributed import from_first, joined, mean_of_all, rank, sum_of_all, was_restarted
from proj4_code.given.training.failures import explained_errors, resume_command, stoppable
from proj4_code.given.training.precision import InPrecision
from proj4_code.given.training.progress import Progress
from proj4_code.given.training.run import Run, start
from proj4_code.given.training.run_folder import Keeper, holds_epochs, read_run, write_history, write_settings
from proj4_code.given.training.settings import MAY_CHANGE, Settings, parse_command, resumed_settings


def evaluate_val(run: Run, batches: Iterable) -> dict:
    """Score the network with parts 5 and 6, over the frames of all processes; see `scores_of`."""
    from proj4_code.part6_training import evaluate

    matrix = evaluate(InPrecision(run.model, run.autocast), batches, NUM_CLASSES, run.device)
    return scores_of(sum_of_all(matrix.to(run.device)))


def try_evaluation(run: Run) -> None:
    """Evaluate one frame twice: a mistake in part 5 or 6 should show now, and not after the first epoch."""
    image, mask = run.val_loader.dataset.dataset[0]  # of all processes, and not of this one's share
    batch = image[None], mask[None]
    evaluate_val(run, [batch, tuple(tensor.to(run.device) for tensor in batch)])  # as loaders give it, and kept batches


def train_epoch(run: Run, epoch: int, scheduler: LambdaLR, progress: Progress) -> dict:
    """Train for an epoch, evaluate if it is time to, and return the epoch's line of metrics."""
    settings = run.settings
    seed_epoch(settings.seed, epoch, rank())
    run.train_loader.use(epoch)
    rate = min(group["lr"] for group in run.optimizer.param_groups)
    batches = progress.watch(run.train_loader, f"epoch {epoch}/{settings.epochs}", run.share.count)
    began = time.perf_counter()
    loss = mean_of_all(run.train_on(batches, scheduler), run.device)
    seconds = time.perf_counter() - began
    if not math.isfinite(loss) and not settings.skip_nan:
        raise FloatingPointError(progress.describe_loss(loss))

    if epoch < settings.epochs:
        run.train_loader.begin(epoch + 1)
    scores = {"miou": None, "pixel_accuracy": None, "iou": None}
    if epoch % settings.eval_every == 0 or epoch == settings.epochs:
        scores = evaluate_val(run, bar_over(run.val_loader, "evaluating"))
    return {
        "epoch": epoch,
        "loss": loss if math.isfinite(loss) else None,
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
    from proj4_code.part6_training import poly_factor

    try_evaluation(run)
    keeper = Keeper(run)
    settings, done = run.settings, len(run.history)
    for group in run.optimizer.param_groups:
        group["initial_lr"] = group["lr"]
    factor = partial(poly_factor, total_steps=run.steps(settings.epochs))
    scheduler = LambdaLR(run.optimizer, factor, last_epoch=run.steps(done) - 1)
    with Progress(run, partial(run.loss, aux_weight=settings.aux_weight)) as progress:
        for epoch in range(done + 1, settings.epochs + 1):
            row = train_epoch(run, epoch, scheduler, progress)
            if rank() > 0:
                continue
            keeper.add(row)
            progress.print(
                f"epoch {epoch:>3}/{settings.epochs}  loss {text(row['loss'])}  val mean IoU {text(row['val_miou'])}  "
                f"pixel accuracy {text(row['val_pixel_accuracy'])}  {row['images_per_second']:.1f} images/s"
            )


def finish(run: Run) -> None:
    """Print the scores of the last epoch, draw the pictures, and say where everything is."""
    row, settings = run.history[-1], run.settings
    scores = {name: row[f"val_{name}"] for name in ("miou", "pixel_accuracy", "iou")}
    write_history(run)
    title = f"{settings.network_name}, val split of {run.report.root.name}, epoch {row['epoch']}"
    run.model.eval()
    pictures = write_pictures(run.model, scores, run.report, "val", settings.short_side, run.folder, title)
    print_scores(scores, run.report, "val")
    best = max((r for r in run.history if r["val_miou"] is not None), key=lambda r: r["val_miou"], default=row)
    print(f"best.safetensors: epoch {best['epoch']}, val mean IoU {text(best['val_miou'])}")
    print(f"training took {sum(r['seconds'] for r in run.history) / 60:.1f} minutes, evaluation not counted")
    print("pictures:", *(run.folder / "curves.png", *pictures))


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Keep other programs from working in a folder, if it is there."""
    with ExitStack() as claims:

        def claim() -> None:
            claims.callback(lock_folder(folder).release)

        if folder.is_dir():
            from_first(claim)
        yield


def refuse_another_run(folder: Path, arguments: Sequence[str]) -> None:
    """Raise FileExistsError if a folder keeps epochs of a run."""
    if holds_epochs(folder):
        again = resume_command(folder, arguments)
        raise FileExistsError(f"{folder} holds a run already: choose another --out, or go on with it: {again}")


@contextmanager
def open_run(given: dict, folder: Path | None, resume: bool, arguments: Sequence[str]) -> Iterator[Run]:
    """Make the run that a command line asks for.

    Raises:
        FileExistsError, FolderInUseError: if the folder of a new run holds a run already, or another run works in it.
        FileNotFoundError, ValueError, ConnectionError: if a setting or an input is missing or wrong.
    """
    if resume:
        if folder is None:
            raise ValueError("--resume needs the folder of the run: add --out runs/NAME")
        with claimed(folder):
            saved, checkpoint = from_first(partial(read_run, folder))
            may_change = MAY_CHANGE if checkpoint is not None else given  # all, while nothing is trained
            run = start(resumed_settings(saved, given, may_change), folder, checkpoint)
            if checkpoint is None:
                from_first(lambda: write_settings(run))
            yield run
        return

    settings = Settings(**given)
    if folder is None:
        folder = Path("runs") / settings.network_name.lower()
    from_first(lambda: refuse_another_run(folder, arguments))
    run = start(settings, folder, None)
    from_first(lambda: folder.mkdir(parents=True, exist_ok=True))
    with claimed(folder):
        from_first(lambda: refuse_another_run(folder, arguments))  # another program may just have ended here
        from_first(lambda: write_settings(run))
        yield run


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; the exit status is 1 if anything is wrong, 130 after Ctrl-C, 143 after SIGTERM."""
    arguments = sys.argv[1:] if arguments is None else arguments
    with stoppable(), one_line_errors():
        given, folder, resume = parse_command(arguments)
        with joined(given.get("device", "auto")):
            again = was_restarted() and folder is not None and from_first((folder / "settings.json").exists)
            with open_run(given, folder, resume or again, arguments) as run:
                try:
                    with explained_errors(run, arguments):
                        train(run)
                        if rank() == 0:
                            finish(run)
                finally:
                    run.train_loader.close()


if __name__ == "__main__":
    main()
