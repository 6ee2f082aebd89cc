"""What IoU does not show: whether edges are where they should be, and whether the network knows when it is wrong."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from proj4_code.given.classes import NUM_CLASSES, TRAIN_NAMES, VOID

TOLERANCE = 0.0075
"""How far from the true edge an edge may be, as a share of the image's diagonal."""
BINS = 15


def edges(train_ids: Tensor) -> Tensor:
    """Find the edges of each class: its pixels with a pixel of another class above, below, left or right.

    Void is not a class: a pixel is not an edge just because void is next to it.

    Args:
        train_ids: (H, W) of integers.

    Returns:
        (K, H, W) bool.
    """
    edge = torch.zeros_like(train_ids, dtype=torch.bool)
    scored = train_ids != VOID
    for dim in (0, 1):
        pairs = train_ids.shape[dim] - 1
        differ = train_ids.narrow(dim, 0, pairs) != train_ids.narrow(dim, 1, pairs)
        differ &= scored.narrow(dim, 0, pairs) & scored.narrow(dim, 1, pairs)
        for first in (0, 1):
            edge.narrow(dim, first, pairs).logical_or_(differ)
    classes = torch.arange(NUM_CLASSES, device=train_ids.device)[:, None, None]
    return edge & (train_ids == classes)


def disk(radius: float) -> Tensor:
    """Make a disk, (n, n) float: 1 where the distance from the middle is at most the radius in pixels, 0 elsewhere."""
    reach = int(radius)
    line = torch.arange(-reach, reach + 1)
    return (line[:, None] ** 2 + line**2 <= radius**2).float()


def boundary_f1(prediction: Tensor, target: Tensor) -> Tensor:
    """Compute the boundary F1 of each class in one frame (Csurka et al. 2013).

    Precision is the share of the predicted edge's pixels that are near the true edge of the class, recall the share of
    the true edge's that are near the predicted one; F1 is their harmonic mean. Near is within `TOLERANCE` times the
    diagonal. Void pixels are left out of both.

    Args:
        prediction: (H, W) of train ids.
        target: (H, W) of train ids and `VOID`.

    Returns:
        (K,) float64, 0 to 1, NaN for a class without an edge in the target.
    """
    true = edges(target)
    found = edges(torch.where(target == VOID, VOID, prediction))
    kernel = disk(TOLERANCE * math.hypot(*target.shape)).to(target.device)
    maps = torch.stack([true, found]).flatten(0, 1)[:, None].float()
    near = F.conv2d(maps, kernel[None, None], padding=kernel.shape[0] // 2)[:, 0].unflatten(0, (2, -1)) > 0.5
    hits = torch.stack([true & near[1], found & near[0]]).sum((2, 3)).double()
    recall, precision = hits / torch.stack([true, found]).sum((2, 3)).clamp(min=1)
    f1 = 2 * precision * recall / (precision + recall).clamp(min=torch.finfo(torch.float64).tiny)
    return f1.where(true.any(2).any(1), math.nan).cpu()


class Measures:
    """Boundary F1 and calibration of a network on a split, collected from one batch after the other."""

    def __init__(self) -> None:
        self.boundaries: list[Tensor] = []
        self.bins = torch.zeros(3, BINS, dtype=torch.float64)
        """Of the pixels in each bin of confidence: their number, the sum of their confidence, how many are right."""

    def add(self, logits: Tensor, target: Tensor) -> None:
        """Take a batch into account: logits (N, K, H, W) and target (N, H, W)."""
        probabilities, predictions = logits.softmax(1).max(1)
        pairs = zip(predictions, target, strict=True)
        self.boundaries += [boundary_f1(prediction, truth) for prediction, truth in pairs]
        scored = target != VOID
        confidence, right = probabilities[scored].double(), (predictions == target)[scored].double()
        place = (confidence * BINS).long().clamp(max=BINS - 1)
        for row, values in zip(self.bins, (torch.ones_like(confidence), confidence, right), strict=True):
            row += torch.bincount(place, values, BINS).cpu()

    def scores(self) -> dict:
        """Compute the measures.

        Returns:
            `boundary_f1`: the mean over frames of the mean over a frame's classes, as in the SegNet paper.
            `boundary_f1_of`: the mean over frames by class name, None for a class that has no edge in any frame.
            `calibration_error`: the mean over pixels of the distance between a bin's confidence and its accuracy.
            Each is 0 to 1, or None where there is nothing to score.
        """
        boundaries = torch.stack(self.boundaries)
        by_class = boundaries.nanmean(0).tolist()
        return {
            "boundary_f1": _number(boundaries.nanmean(1).nanmean().item()),
            "boundary_f1_of": dict(zip(TRAIN_NAMES, map(_number, by_class), strict=True)),
            "calibration_error": _number(((self.bins[1] - self.bins[2]).abs().sum() / self.bins[0].sum()).item()),
        }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
