"""Score a network that you trained on a split that it has never seen.

`python -m proj4_code.given.evaluate CHECKPOINT --data DIR --split test` prints mean IoU, pixel accuracy and the IoU of
each class, and writes `scores.json`, `iou.png` and `predictions.png` into a folder.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from proj4_code.given.check_data import check_data
from proj4_code.given.data import default_data, default_workers
from proj4_code.given.files import write_whole
from proj4_code.given.inference import choose_device, load_network
from proj4_code.given.messages import one_line_errors
from proj4_code.given.networks import display_name
from proj4_code.given.progress import bar_over
from proj4_code.given.scores import evaluate_network, evaluation_loader, print_scores, write_pictures


def evaluate(
    checkpoint: Path, data: Path | None, split: str, short_side: int | None, out: Path | None, device: str = "auto"
) -> dict:
    """Score a checkpoint on a split and write the results.

    Args:
        checkpoint: of the training program.
        data: prepared data; None: the data that the network was trained on.
        split: "train", "val" or "test".
        short_side: larger frames are shrunk to this, in pixels; None: as in training.
        out: folder for the results; None: a folder named after the split, beside the checkpoint.
        device: "auto", "cpu" or "cuda".

    Returns:
        `miou`, `pixel_accuracy` and `iou` by class name.
    """
    chosen = choose_device(device)
    model, description = load_network(checkpoint, chosen)
    settings = description["settings"]
    short_side = settings["short_side"] if short_side is None else short_side
    if data is None:
        data = Path(settings["data"]) if settings["data"] else default_data()
    report = check_data(data, (split,))
    loader = evaluation_loader(report, split, short_side, default_workers(chosen), chosen)
    scores = evaluate_network(model, bar_over(loader, "evaluating"), chosen)

    folder = checkpoint.parent / split if out is None else out
    folder.mkdir(parents=True, exist_ok=True)
    facts = {"checkpoint": str(checkpoint), "epoch": description["epoch"], "data": str(data), "split": split}
    results = facts | {"short_side": short_side, "scores": scores}
    write_whole(folder / "scores.json", (json.dumps(results, indent=2) + "\n").encode())
    name = display_name(settings["arch"], settings["depth"])
    title = f"{name}, {split} split of {data.name}, short side {short_side}"
    pictures = write_pictures(model, scores, report, split, short_side, folder, title)
    print_scores(scores, report, split)
    print("pictures:", *pictures)
    return scores


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; the exit status is 1 if anything is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m proj4_code.given.evaluate", description="Score a network that you trained."
    )
    add = parser.add_argument
    add("checkpoint", type=Path, help="such as runs/NAME/best.safetensors")
    add("--data", type=Path, metavar="DIR", help="prepared data (default: what it was trained on)")
    add("--split", choices=("train", "val", "test"), default="test", help="default: test")
    add("--short-side", type=int, metavar="N", help="larger frames are shrunk to this (default: as in training)")
    add("--out", type=Path, metavar="DIR", help="folder for the results (default: SPLIT beside the checkpoint)")
    add("--device", choices=("auto", "cpu", "cuda"), default="auto", help="auto: the GPU if there is one")
    options = parser.parse_args(arguments)
    with one_line_errors():
        if options.short_side is not None and options.short_side < 9:
            raise ValueError(f"--short-side {options.short_side}: expected 9 pixels or more")
        evaluate(options.checkpoint, options.data, options.split, options.short_side, options.out, options.device)


if __name__ == "__main__":
    main()
