"""Part 6: the loss, the learning rates, and the loops of training and evaluation.

Zhao et al., "Pyramid Scene Parsing Network", CVPR 2017, sections 4 and 5.1.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from proj4_code.part5_iou import confusion_matrix


def segmentation_loss(
    outputs: dict[str, Tensor], target: Tensor, aux_weight: float = 0.4, ignore_index: int = 255
) -> Tensor:
    """Compute the cross-entropy of the output, plus `aux_weight` times that of the auxiliary output if there is one.

    Args:
        outputs: logits (N, K, H, W) under `"out"`, and perhaps under `"aux"`.
        target: (N, H, W) int64, classes 0 to K-1 or `ignore_index`.
        aux_weight: the paper's alpha.
        ignore_index: the target value of pixels that do not count.

    Returns:
        A scalar tensor: each cross-entropy is the mean over the pixels that count. Without any such pixel it is 0, with
        a gradient of 0, not NaN.
    """
    raise NotImplementedError("TODO: part 6, average the cross-entropy of out and of aux over the labelled pixels")


def poly_factor(step: int, total_steps: int, power: float = 0.9) -> float:
    """Compute the factor of the learning rate at a step of the "poly" schedule (section 5.1).

    Args:
        step: 0 to `total_steps`.
        total_steps: number of iterations in the whole training.
        power: the exponent.

    Returns:
        1 at step 0, falling to 0 at `total_steps`.
    """
    raise NotImplementedError("TODO: part 6, compute the factor")


def parameter_groups(model: nn.Module, lr: float, head_multiplier: float = 10.0) -> list[dict]:
    """Split the parameters for the optimizer: the backbone may be pretrained, everything else starts from scratch.

    Args:
        model: has its backbone as `model.backbone`.
        lr: learning rate of the backbone.
        head_multiplier: how many times faster everything else learns than the backbone.

    Returns:
        Groups `{"params": [...], "lr": ...}`; every parameter of the model is in exactly one of them.
    """
    raise NotImplementedError("TODO: part 6, separate the backbone's parameters from all others")


def train_one_epoch(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    optimizer: Optimizer,
    scheduler: LRScheduler,
    device: torch.device | str,
    *,
    aux_weight: float = 0.4,
    autocast: Callable[[], AbstractContextManager] = nullcontext,
    scaler: torch.amp.GradScaler | None = None,
) -> float:
    """Train for one pass over the loader.

    Args:
        model: returns a dict of logits, as in part 3; put in training mode here.
        loader: batches of images (N, 3, H, W) and targets (N, H, W), moved to `device` here.
        optimizer: its gradients are cleared before each backward pass.
        scheduler: steps once after every iteration, not once per epoch.
        device: where the model is.
        aux_weight: weight of the auxiliary loss.
        autocast: called for each batch; the forward pass and the loss run in the context that it returns.
        scaler: if given, scales the loss, and steps the optimizer in place of `optimizer.step`.

    Returns:
        The mean loss per image: each batch counts in proportion to its size.
    """
    # Reading a loss with .item() waits for the GPU: once per epoch is enough.
    raise NotImplementedError("TODO: part 6, train on every batch and average the losses")


def evaluate(
    model: nn.Module, loader: Iterable[tuple[Tensor, Tensor]], num_classes: int, device: torch.device | str
) -> Tensor:
    """Add up the confusion matrix of a whole data set.

    The model runs in eval mode and without gradients, and is put back in the mode that it was in. Every image counts,
    including those of a smaller last batch.

    Args:
        model: returns a dict of logits, as in part 3.
        loader: batches of images (N, 3, H, W) and targets (N, H, W), moved to `device` here.
        num_classes: K, the number of classes.
        device: where the model is.

    Returns:
        (K, K) int64, as in part 5.
    """
    raise NotImplementedError("TODO: part 6, predict every batch and add up the confusion matrices")
