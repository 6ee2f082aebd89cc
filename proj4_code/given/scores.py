"""Scores of a network on a split: numbers, a table, and pictures."""

import math
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from proj4_code.given.charts import draw_iou
from proj4_code.given.classes import NUM_CLASSES, TRAIN_NAMES
from proj4_code.given.data import evaluation_batch, make_dataset, make_loader, sample_frames
from proj4_code.given.inference import predict_train_ids
from proj4_code.given.pictures import prediction_sheet
from proj4_code.given.preparation.report import DataReport

SHEET_FRAMES = 5


def scores_of(matrix: Tensor) -> dict:
    """Compute the scores of a confusion matrix (K, K) with part 5.

    Returns:
        `miou`, `pixel_accuracy` and `iou` (by class name), each 0 to 1, or None where there is nothing to score.
    """
    from proj4_code.part5_iou import iou_per_class, mean_iou, pixel_accuracy

    def number(value: float) -> float | None:
        return None if math.isnan(value) else float(value)

    iou = dict(zip(TRAIN_NAMES, map(number, iou_per_class(matrix).tolist()), strict=True))
    return {"miou": number(mean_iou(matrix)), "pixel_accuracy": number(pixel_accuracy(matrix)), "iou": iou}


def evaluation_loader(
    report: DataReport, split: str, short_side: int, workers: int, device: torch.device
) -> DataLoader:
    """Make the loader of all frames of a split with part 4's `eval_transforms`."""
    from proj4_code.part4_camvid import eval_transforms

    dataset = make_dataset(report.root, split, short_side, eval_transforms())
    batch = evaluation_batch(list(report.sizes), short_side)
    return make_loader(dataset, batch, workers, device)


def evaluate_network(model: nn.Module, loader: DataLoader, device: torch.device) -> dict:
    """Score a network with parts 5 and 6; see `scores_of`."""
    from proj4_code.part6_training import evaluate

    return scores_of(evaluate(model, loader, NUM_CLASSES, device))


def text(value: float | None) -> str:
    """Write a score with three digits."""
    return "-" if value is None else f"{value:.3f}"


def print_scores(scores: dict, report: DataReport, split: str) -> None:
    """Print the scores of a split, with how much of it each class covers."""
    print(f"{split}, {report.frames[split]} frames of {report.root}:", end=" ")
    print(f"mean IoU {text(scores['miou'])}, pixel accuracy {text(scores['pixel_accuracy'])}")
    print(f"{'class':<14} {'IoU':>5} {'% of pixels':>12}")
    for name, share in zip(TRAIN_NAMES, report.shares(split), strict=False):  # the last share is that of void
        print(f"{name:<14} {text(scores['iou'][name]):>5} {share:>12.2f}")


def write_pictures(
    model: nn.Module, scores: dict, report: DataReport, split: str, short_side: int, folder: Path, title: str
) -> list[Path]:
    """Write `iou.png` and `predictions.png` into a folder.

    Args:
        model: in eval mode.
        scores: of `scores_of`.
        report: of the data set.
        split: "train", "val" or "test"; the frames are taken evenly from it.
        short_side: larger frames are shrunk to this, in pixels.
        folder: it must exist.
        title: of the chart.

    Returns:
        The paths of the pictures.
    """
    device = next(model.parameters()).device
    chart, sheet = folder / "iou.png", folder / "predictions.png"
    draw_iou(scores["iou"], scores["miou"], title, chart)
    frames = sample_frames(make_dataset(report.root, split, short_side), SHEET_FRAMES)
    rows = [(image, truth, predict_train_ids(model, image, None, device)) for image, truth in frames]
    prediction_sheet(rows).save(sheet)
    return [chart, sheet]
