"""How right predictions are near edges, and far from them."""

import torch
import torch.nn.functional as F
from torch import Tensor

from proj4_code.given.classes import VOID

DISTANCES = (1, 2, 4, 8, 16)
"""Upper ends of the groups of distance in pixels; one more group has what is farther away."""
DISTANCE_NAMES = ("1", "2", "3-4", "5-8", "9-16", "17 or more")


def distance_to_edge(masks: Tensor) -> Tensor:
    """Measure how far each pixel is from the nearest edge between classes, void included.

    Args:
        masks: (N, H, W) integers.

    Returns:
        (N, H, W) int64: 1 for a pixel that touches one of another class, also at a corner, and one more for each
        further pixel; at most one more than the last of `DISTANCES`.
    """
    ids = F.pad(masks[:, None].float(), (1, 1, 1, 1), mode="replicate")
    near = (F.max_pool2d(ids, 3, 1) != -F.max_pool2d(-ids, 3, 1)).float()
    distance = torch.full(masks.shape, DISTANCES[-1] + 1)
    for steps in range(DISTANCES[-1], 0, -1):
        reached = F.max_pool2d(near, 2 * steps - 1, 1, padding=steps - 1)[:, 0] > 0
        distance[reached] = steps
    return distance


def accuracy_by_distance(predictions: Tensor, masks: Tensor) -> list[float | None]:
    """Compute the pixel accuracy of each group of distance.

    Args:
        predictions: (N, H, W) integers.
        masks: (N, H, W) integers; void is not scored.

    Returns:
        A number between 0 and 1 for each of `DISTANCE_NAMES`; None where there is no pixel.
    """
    group = torch.bucketize(distance_to_edge(masks), torch.tensor(DISTANCES))
    right, scored = predictions == masks, masks != VOID
    chosen = [right[scored & (group == number)] for number in range(len(DISTANCE_NAMES))]
    return [pixels.float().mean().item() if len(pixels) else None for pixels in chosen]
