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
    """Compute the cross-entropy of the output, plus `aux_weight` times that of the auxiliary output if there is one."""
    if "out" not in outputs:
        raise KeyError("The outputs have no entry 'out'")
    loss = mean_cross_entropy(outputs["out"], target, ignore_index)
    if "aux" in outputs:
        loss = loss + aux_weight * mean_cross_entropy(outputs["aux"], target, ignore_index)
    return loss


def mean_cross_entropy(logits: Tensor, target: Tensor, ignore_index: int) -> Tensor:
    """Compute the mean cross-entropy over the pixels that count, 0 if there are none."""
    sum_of_losses = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="sum")
    number_of_pixels = (target != ignore_index).sum()
    # without any pixel, divide 0 by 1 instead of by 0
    return sum_of_losses / number_of_pixels.clamp(min=1)


def poly_factor(step: int, total_steps: int, power: float = 0.9) -> float:
    """Compute the factor of the learning rate at a step of the "poly" schedule (section 5.1)."""
    if total_steps <= 0:
        raise ValueError(f"total_steps must be positive, but is {total_steps}")
    if step < 0 or step > total_steps:
        raise ValueError(f"step must be between 0 and {total_steps}, but is {step}")
    remaining_share = 1.0 - step / total_steps
    return remaining_share**power


def parameter_groups(model: nn.Module, lr: float, head_multiplier: float = 10.0) -> list[dict]:
    """Split the parameters for the optimizer: the backbone may be pretrained, everything else starts from scratch."""
    backbone_parameters = []
    backbone_ids = set()
    for parameter in model.backbone.parameters():
        backbone_parameters.append(parameter)
        backbone_ids.add(id(parameter))
    head_parameters = []
    for parameter in model.parameters():
        if id(parameter) not in backbone_ids:
            head_parameters.append(parameter)
    backbone_group = {"params": backbone_parameters, "lr": lr}
    head_group = {"params": head_parameters, "lr": lr * head_multiplier}
    return [backbone_group, head_group]


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
    """Train for one pass over the loader."""
    # Reading a loss with .item() waits for the GPU: once per epoch is enough.
    model.train()
    sum_of_losses = torch.zeros((), device=device)
    number_of_images = 0
    for images, targets in loader:
        images = images.to(device)
        targets = targets.to(device)
        optimizer.zero_grad()
        with autocast():
            outputs = model(images)
            loss = segmentation_loss(outputs, targets, aux_weight)
        if scaler is not None:
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
        else:
            loss.backward()
            optimizer.step()
        scheduler.step()
        batch_size = images.shape[0]
        sum_of_losses = sum_of_losses + loss.detach() * batch_size
        number_of_images = number_of_images + batch_size
    if number_of_images == 0:
        raise ValueError("The loader has no images")
    return sum_of_losses.item() / number_of_images


def evaluate(
    model: nn.Module, loader: Iterable[tuple[Tensor, Tensor]], num_classes: int, device: torch.device | str
) -> Tensor:
    """Add up the confusion matrix of a whole data set."""
    was_training = model.training
    total_matrix = torch.zeros((num_classes, num_classes), dtype=torch.int64)
    model.eval()
    try:
        with torch.no_grad():
            for images, targets in loader:
                images = images.to(device)
                targets = targets.to(device)
                logits = model(images)["out"]
                prediction = logits.argmax(dim=1)
                batch_matrix = confusion_matrix(prediction, targets, num_classes)
                total_matrix = total_matrix + batch_matrix.cpu()
    finally:
        model.train(was_training)
    return total_matrix
