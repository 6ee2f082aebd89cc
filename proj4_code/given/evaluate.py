"""Score a network that you trained on a split that it has never seen.

`python -m proj4_code.given.evaluate CHECKPOINT --data DIR --split test` prints mean IoU, pixel accuracy, boundary F1,
calibration error, and IoU and boundary F1 of each class, and writes `scores.json`, `iou.png`, `confusion.png`,
`calibration.png`, `predictions.png` and `worst.png` into a folder. Each frame is seen as a whole; with `--multi-scale`
as published figures often are measured: through a window of the training crop's size, at six scales, mirrored.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from proj4_code.given.basics.messages import one_line_errors
from proj4_code.given.basics.progress import bar_over
from proj4_code.given.data.batches import default_workers
from proj4_code.given.data.contents import check_data
from proj4_code.given.data.splits import SPLITS
from proj4_code.given.files import write_whole
from proj4_code.given.networks.build import display_name
from proj4_code.given.networks.inference import add_device_option, choose_device, load_network
from proj4_code.given.networks.measures import Measures
from proj4_code.given.networks.scores import (
    evaluation_loader,
    frame_matrices,
    print_scores,
    scores_of,
    write_mistakes,
    write_pictures,
)
from proj4_code.given.networks.views import SCALES, WHOLE_FRAME, Views
from proj4_code.given.pictures.charts import draw_calibration
from proj4_code.given.scene_drawing.dataset import data_folder


def evaluate(options: argparse.Namespace) -> None:
    """Score a checkpoint on a split, and write and print the results."""
    device = choose_device(options.device)
    model, description = load_network(options.checkpoint, device)
    settings, split = description["settings"], options.split
    views = chosen_views(options, settings)
    data = data_folder(options.data or settings["data"])
    report = check_data(data, (split,))
    short_side = settings["short_side"] if options.short_side is None else options.short_side
    short_side = short_side or max(min(size) for size in report.sizes)
    loader = evaluation_loader(report, split, short_side, default_workers(device), device)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    model = views.through(model)
    began = time.perf_counter()
    measures = Measures()
    matrices = frame_matrices(model, bar_over(loader, "evaluating"), device, measures.add)
    seconds = time.perf_counter() - began
    scores = scores_of(matrices.sum(0)) | measures.scores()

    folder = options.out or options.checkpoint.parent / split
    folder.mkdir(parents=True, exist_ok=True)
    results = {
        "checkpoint": str(options.checkpoint),
        "epoch": description["epoch"],
        "data": str(data),
        "split": split,
        "short_side": short_side,
        "views": asdict(views),
        "parameters": parameters,
        "seconds": round(seconds, 3),
        "scores": scores,
        "confusion_matrix": matrices.sum(0).tolist(),
        "calibration_bins": measures.bins.tolist(),
    }
    write_whole(folder / "scores.json", (json.dumps(results, indent=2) + "\n").encode())
    name = display_name(settings["arch"], settings["depth"], settings.get("backbone"))
    title = f"{name}, {split} split of {data.name}, short side {short_side}"
    if views != WHOLE_FRAME:
        title = f"{title}\n{views}"
    pictures = write_pictures(model, scores, report, split, short_side, folder, title)
    draw_calibration(measures.bins, scores["calibration_error"], title, folder / "calibration.png")
    pictures += write_mistakes(model, matrices, report, split, short_side, folder, title)
    print_scores(scores, report, split)
    print(f"seen: {views}, at a short side of {short_side} pixels, in {seconds:.0f} s")
    print(f"network: {name}, {parameters / 1e6:.1f} M parameters")
    print("pictures:", *pictures, folder / "calibration.png")


def chosen_views(options: argparse.Namespace, settings: dict) -> Views:
    """Return the views that the options name, for a network that was trained with these settings."""
    views = Views(options.window, tuple(options.scales), options.mirror)
    if options.multi_scale:
        if views != WHOLE_FRAME:
            raise ValueError("--multi-scale stands for --window, --scales and --mirror: leave those out")
        views = Views(0, SCALES, True)
    if views.window == 0:
        views = replace(views, window=settings["crop"])
    views.check(settings["arch"])
    return views


def make_parser() -> argparse.ArgumentParser:
    """Make the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m proj4_code.given.evaluate", description="Score a network that you trained."
    )
    add = parser.add_argument
    add("checkpoint", type=Path, help="such as runs/NAME/best.safetensors")
    add("--data", type=Path, metavar="DIR", help="prepared data (default: what it was trained on)")
    add("--split", choices=SPLITS, default="test", help="default: test")
    shrink = "larger frames are shrunk to this, and scored at it; 0: never (default: as in training)"
    add("--short-side", type=int, metavar="N", help=shrink)
    add("--out", type=Path, metavar="DIR", help="folder for the results (default: SPLIT next to the checkpoint)")
    add_device_option(parser)
    views = parser.add_argument_group("how a frame is seen", "Several views are averaged. Default: once, as a whole.")
    add = views.add_argument
    slide = "through a sliding window of N pixels (without N: as large as the training crops)"
    add("--window", type=int, nargs="?", const=0, metavar="N", help=slide)
    add("--scales", type=float, nargs="+", metavar="S", default=[1.0], help="at these shares of its size")
    add("--mirror", action="store_true", help="mirrored too")
    scales = " ".join(f"{scale:g}" for scale in SCALES)
    everything = f"all three, as in the paper: window of the training crop, scales {scales}, mirrored"
    add("--multi-scale", action="store_true", help=everything)
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; the exit status is 1 if anything is wrong."""
    options = make_parser().parse_args(arguments)
    with one_line_errors():
        if options.short_side and options.short_side < 9:
            side = f"--short-side {options.short_side}"
            raise ValueError(f"{side}: expected 9 pixels or more, or 0 for the frames' own size")
        evaluate(options)


if __name__ == "__main__":
    main()
