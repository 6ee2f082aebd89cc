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
    ### BEGIN SOLUTION average the cross-entropy of out and of aux over the labelled pixels
    labelled = (target != ignore_index).sum().clamp(min=1)

    def mean_cross_entropy(logits: Tensor) -> Tensor:
        return F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum") / labelled

    loss = mean_cross_entropy(outputs["out"])
    if "aux" in outputs:
        loss = loss + aux_weight * mean_cross_entropy(outputs["aux"])
    return loss
    ### END SOLUTION


def poly_factor(step: int, total_steps: int, power: float = 0.9) -> float:
    """Compute the factor of the learning rate at a step of the "poly" schedule (section 5.1).

    Args:
        step: 0 to `total_steps`.
        total_steps: number of iterations in the whole training.
        power: the exponent.

    Returns:
        1 at step 0, falling to 0 at `total_steps`.
    """
    ### BEGIN SOLUTION compute the factor
    return (1 - step / total_steps) ** power
    ### END SOLUTION


def parameter_groups(model: nn.Module, lr: float, head_multiplier: float = 10.0) -> list[dict]:
    """Split the parameters for the optimizer: the backbone may be pretrained, everything else starts from scratch.

    Args:
        model: has its backbone as `model.backbone`.
        lr: learning rate of the backbone.
        head_multiplier: how many times faster everything else learns than the backbone.

    Returns:
        Groups `{"params": [...], "lr": ...}`; every parameter of the model is in exactly one of them.
    """
    ### BEGIN SOLUTION separate the backbone's parameters from all others
    backbone = list(model.backbone.parameters())
    in_backbone = {id(parameter) for parameter in backbone}
    heads = [parameter for parameter in model.parameters() if id(parameter) not in in_backbone]
    return [{"params": backbone, "lr": lr}, {"params": heads, "lr": lr * head_multiplier}]
    ### END SOLUTION


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
    ### BEGIN SOLUTION train on every batch and average the losses
    model.train()
    total, images_seen = torch.zeros((), device=device), 0
    for images, target in loader:
        images, target = images.to(device, non_blocking=True), target.to(device, non_blocking=True)
        with autocast():
            loss = segmentation_loss(model(images), target, aux_weight)

        optimizer.zero_grad()
        if scaler is None:
            loss.backward()
            optimizer.step()
        else:
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
        scheduler.step()

        total += loss.detach() * len(images)
        images_seen += len(images)
    return (total / images_seen).item()
    ### END SOLUTION


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
    ### BEGIN SOLUTION predict every batch and add up the confusion matrices
    was_training = model.training
    model.eval()
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64, device=device)
    with torch.no_grad():
        for images, target in loader:
            images, target = images.to(device, non_blocking=True), target.to(device, non_blocking=True)
            prediction = model(images)["out"].argmax(dim=1)
            matrix += confusion_matrix(prediction, target, num_classes)
    model.train(was_training)
    return matrix
    ### END SOLUTION
