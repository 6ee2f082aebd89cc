"""Scores of a network on a split: numbers, a table, and pictures."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from proj4_code.given.classes import NUM_CLASSES, TRAIN_NAMES
from proj4_code.given.data.batches import make_loader
from proj4_code.given.data.contents import DataReport
from proj4_code.given.data.frames import evaluation_batch, make_dataset, sample_frames, shrunk_size
from proj4_code.given.data.splits import read_split, split_path
from proj4_code.given.networks.inference import predict_train_ids
from proj4_code.given.pictures.charts import draw_confusion, draw_iou
from proj4_code.given.pictures.labels import prediction_sheet

SHEET_FRAMES = 5
PIXELS_AT_ONCE = 8 * 249 * 329  # eight frames of the course's size, and one of 720×960


def scores_of(matrix: Tensor) -> dict:
    """Compute the scores of a confusion matrix (K, K) with part 5.

    They are `miou`, `pixel_accuracy` and `iou` (by class name), each 0 to 1, or None where there is nothing to score.
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
    most = max(math.prod(shrunk_size(*size, short_side)) for size in report.sizes)
    batch = min(evaluation_batch(list(report.sizes), short_side), max(1, PIXELS_AT_ONCE // most))
    return make_loader(dataset, batch, workers, device)


@torch.no_grad()
def frame_matrices(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    device: torch.device,
    notice: Callable[[Tensor, Tensor], None] | None = None,
) -> Tensor:
    """Compute the confusion matrix of each frame with part 5; their sum is that of the split.

    Args:
        model: in eval mode; returns logits (N, K, H, W) as "out".
        loader: batches of images (N, 3, H, W) and targets (N, H, W).
        device: of the model.
        notice: called with the logits and the target of each batch, on the device.

    Returns:
        (frames, K, K) int64, on the CPU: rows the target, columns the prediction.
    """
    from proj4_code.part5_iou import confusion_matrix

    matrices = []
    for images, targets in loader:
        targets = targets.to(device, non_blocking=True)
        logits = model(images.to(device, non_blocking=True))["out"]
        if notice is not None:
            notice(logits, targets)
        pairs = zip(logits.argmax(1), targets, strict=True)
        matrices += [confusion_matrix(prediction, target, NUM_CLASSES) for prediction, target in pairs]
    return torch.stack(matrices).cpu()


@dataclass(frozen=True)
class ScoredFrame:
    """A frame of a split: its place there, its name, and the scores of `scores_of`."""

    index: int
    name: str
    scores: dict

    def caption(self) -> str:
        """Write what is worst in the frame."""
        iou = {name: value for name, value in self.scores["iou"].items() if value is not None}
        lowest = ", ".join(f"{name} {iou[name]:.2f}" for name in sorted(iou, key=iou.__getitem__)[:4])
        return f"{self.name}: mean IoU {self.scores['miou']:.3f}; lowest: {lowest}"


def worst_frames(matrices: Tensor, names: Sequence[str], count: int = SHEET_FRAMES) -> list[ScoredFrame]:
    """Find the frames with the lowest mean IoU, of moments that differ: neighbours in a video look alike.

    The lowest comes first. A frame without a scored pixel has no mean IoU, and is left out, and so is one that stands
    in the split next to a worse one. `matrices` (frames, K, K) int64 are those of the frames with these names.
    """
    pairs = enumerate(zip(names, matrices, strict=True))
    frames = [ScoredFrame(index, name, scores_of(matrix)) for index, (name, matrix) in pairs]
    scored = [frame for frame in frames if frame.scores["miou"] is not None]
    apart = len(matrices) // (2 * count)  # small enough that there are always so many
    chosen: list[ScoredFrame] = []
    for frame in sorted(scored, key=lambda frame: frame.scores["miou"]):
        if all(abs(frame.index - other.index) >= apart for other in chosen):
            chosen.append(frame)
    return chosen[:count]


def text(value: float | None) -> str:
    """Write a score with three digits."""
    return "-" if value is None else f"{value:.3f}"


def print_scores(scores: dict, report: DataReport, split: str) -> None:
    """Print the scores of a split, with how much of it each class covers, and its boundary F1 if that was measured."""
    print(f"{split}, {report.frames[split]} frames of {report.root}:", end=" ")
    print(f"mean IoU {text(scores['miou'])}, pixel accuracy {text(scores['pixel_accuracy'])}")
    boundary = scores.get("boundary_f1_of", {})
    if boundary:
        print(f"boundary F1 {text(scores['boundary_f1'])}, calibration error {text(scores['calibration_error'])}")
    print(f"{'class':<14} {'IoU':>5} {'% of pixels':>12}", f"{'boundary F1':>12}" * bool(boundary))
    for name, share in zip(TRAIN_NAMES, report.shares(split), strict=False):  # the last share is that of void
        line = f"{name:<14} {text(scores['iou'][name]):>5} {share:>12.2f}"
        print(line, f"{text(boundary[name]):>12}" if boundary else "")


def write_pictures(
    model: nn.Module, scores: dict, report: DataReport, split: str, short_side: int, folder: Path, title: str
) -> list[Path]:
    """Write `iou.png`, the IoU of each class, and `predictions.png`, frames taken evenly from the split.

    Args:
        model: in eval mode.
        scores: of `scores_of`.
        report: of the data set.
        split: "train", "val" or "test".
        short_side: larger frames are shrunk to this, in pixels.
        folder: for the pictures, whose paths are returned; it must exist.
        title: of the chart.
    """
    chart, sheet = folder / "iou.png", folder / "predictions.png"
    draw_iou(scores["iou"], scores["miou"], title, chart, scores.get("boundary_f1_of"))
    write_sheet(model, sample_frames(make_dataset(report.root, split, short_side), SHEET_FRAMES), sheet)
    return [chart, sheet]


def write_mistakes(
    model: nn.Module, matrices: Tensor, report: DataReport, split: str, short_side: int, folder: Path, title: str
) -> list[Path]:
    """Write `confusion.png`, what was taken for what, and `worst.png`, the frames with the lowest mean IoU.

    `matrices` (frames, K, K) int64 are those of the split's frames; all else is as for `write_pictures`. Without a
    scored pixel there is nothing to see in the frames, and no `worst.png`.
    """
    chart, sheet = folder / "confusion.png", folder / "worst.png"
    draw_confusion(matrices.sum(0), title, chart)
    frames = worst_frames(matrices, read_split(split_path(report.root, split)))
    if not frames:
        return [chart]
    dataset = make_dataset(report.root, split, short_side)
    write_sheet(model, [dataset[frame.index] for frame in frames], sheet, [frame.caption() for frame in frames])
    return [chart, sheet]


def write_sheet(
    model: nn.Module, frames: Sequence[tuple[Tensor, Tensor]], path: Path, captions: Sequence[str] = ()
) -> None:
    """Predict frames, pairs of an image (3, H, W) and its truth (H, W), and draw both next to the prediction.

    Without captions, each row has its mean IoU above it.
    """
    device = next(model.parameters()).device
    rows = [(image, truth, predict_train_ids(model, image, None, device)) for image, truth in frames]
    prediction_sheet(rows, captions or [_score_line(truth, prediction) for _, truth, prediction in rows]).save(path)


def _score_line(truth: Tensor, prediction: Tensor) -> str:
    from proj4_code.part5_iou import confusion_matrix

    scores = scores_of(confusion_matrix(prediction.cpu(), truth.cpu(), NUM_CLASSES))
    return f"mean IoU {text(scores['miou'])}, pixel accuracy {text(scores['pixel_accuracy'])}"
