"""The losses that the lectures compare, each of logits (N, K, H, W) and a target (N, H, W), void pixels left out.

`ce` is part 6's own `segmentation_loss`. The others reach part 6's `train_one_epoch` in its place: that function looks
`segmentation_loss` up in its module whenever it trains on a batch, and finds another loss there while `in_place` holds.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from proj4_code.given.classes import VOID

LOSSES = ("ce", "weighted_ce", "dice", "ce+dice", "focal")
FOCUS = 2.0
"""Gamma of the focal loss, the paper's."""
Loss = Callable[[Tensor, Tensor], Tensor]


def weighted_cross_entropy(logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
    """Compute the mean cross-entropy, in which a pixel counts by the weight (K,) of its class.

    It is 0 without a labelled pixel.
    """
    labelled = target != VOID
    total = weights[target[labelled]].sum()
    loss = F.cross_entropy(logits, target, weights, ignore_index=VOID, reduction="sum")
    return loss / total.clamp(min=torch.finfo(total.dtype).tiny)


def median_frequency_weights(shares: np.ndarray) -> Tensor:
    """Weigh each class by the median of all classes' shares over its own: Eigen and Fergus 2015, as SegNet uses it.

    Args:
        shares: (K,) of the pixels of a data set; a class that is nowhere gets the weight 0.

    Returns:
        (K,) float32.
    """
    there = shares > 0
    weights = np.zeros(shares.shape, np.float32)
    weights[there] = np.median(shares[there]) / shares[there]
    return torch.from_numpy(weights)


def dice_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Compute soft Dice, 1 - 2 Σpg / (Σp + Σg), averaged over the classes that are in the target.

    Of logits (N, K, H, W) and a target (N, H, W) int64 it makes a scalar.

    p are the probabilities of a class, g is 1 where it is the target, and the sums are over the labelled pixels of the
    whole batch: a thin class weighs as much as a large one (Milletari et al. 2016). It is 0 without a labelled pixel.
    """
    labelled = (target != VOID)[:, None]
    truth = F.one_hot(target.where(target != VOID, 0), logits.shape[1]).movedim(-1, 1) * labelled
    probabilities = logits.softmax(1) * labelled
    common, truths, total = (x.sum((0, 2, 3)) for x in (probabilities * truth, truth, probabilities + truth))
    losses = (1 - 2 * common / total.clamp(min=torch.finfo(total.dtype).tiny)) * (truths > 0)
    return losses.sum() / (truths > 0).sum().clamp(min=1)


def focal_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Compute the mean of -(1 - p)^γ log p, p the probability of the true class: Lin et al. 2017, equation 4.

    Pixels that are right already hardly count. It is 0 without a labelled pixel.
    """
    cross_entropy = F.cross_entropy(logits, target, ignore_index=VOID, reduction="none")  # -log p, 0 for void
    losses = (1 - (-cross_entropy).exp()) ** FOCUS * cross_entropy
    return losses.sum() / (target != VOID).sum().clamp(min=1)


def make_loss(name: str, shares: np.ndarray) -> Callable[..., Tensor]:
    """Make one of `LOSSES` with the arguments of part 6's `segmentation_loss`.

    Args:
        name: of the loss.
        shares: (K,) of the training split's pixels, for the weights of `weighted_ce`.

    Returns:
        The loss of "out", plus `aux_weight` times that of "aux" where there is one.
    """
    from proj4_code.part6_training import segmentation_loss

    if name == "ce":
        return segmentation_loss
    weights = median_frequency_weights(shares)

    def balanced(logits: Tensor, target: Tensor) -> Tensor:
        return weighted_cross_entropy(logits, target, weights.to(logits))

    def both(logits: Tensor, target: Tensor) -> Tensor:
        return segmentation_loss({"out": logits}, target) + dice_loss(logits, target)

    losses: dict[str, Loss] = {"weighted_ce": balanced, "dice": dice_loss, "ce+dice": both, "focal": focal_loss}
    return partial(_with_aux, losses[name])


def _with_aux(
    loss: Loss, outputs: dict[str, Tensor], target: Tensor, aux_weight: float = 0.4, ignore_index: int = VOID
) -> Tensor:
    """Compute a loss of the output and the auxiliary output, as `segmentation_loss` does."""
    assert ignore_index == VOID
    total = loss(outputs["out"].float(), target)
    return total + aux_weight * loss(outputs["aux"].float(), target) if "aux" in outputs else total


@contextmanager
def in_place(loss: Callable[..., Tensor]) -> Iterator[None]:
    """Put a loss in place of part 6's `segmentation_loss`.

    Raises:
        ValueError: if it was not called, as by a `train_one_epoch` that computes its loss in another way.
    """
    from proj4_code import part6_training

    own, called = part6_training.segmentation_loss, False

    def called_loss(*arguments: object, **options: object) -> Tensor:
        nonlocal called
        called = True
        return loss(*arguments, **options)

    if loss is own:
        yield
        return
    part6_training.segmentation_loss = called_loss
    try:
        yield
    finally:
        part6_training.segmentation_loss = own
    if not called:
        raise ValueError(
            "part 6's train_one_epoch does not call segmentation_loss, so that no other loss can take its place: call "
            "it there, or leave out --loss"
        )
