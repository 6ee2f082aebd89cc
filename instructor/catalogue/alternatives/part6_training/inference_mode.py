"""Part 6 with inference_mode, try and finally, NumPy's weighted average, and a zero_grad after the step."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext

import numpy as np
import torch
from torch import Tensor, nn

from proj4_code.part5_iou import confusion_matrix


def segmentation_loss(
    outputs: dict[str, Tensor], target: Tensor, aux_weight: float = 0.4, ignore_index: int = 255
) -> Tensor:
    """Cross-entropy of out, plus aux_weight times that of aux."""
    weights = {"out": 1.0, "aux": aux_weight}
    if (target == ignore_index).all():
        return sum(0.0 * logits.sum() for logits in outputs.values())
    criterion = nn.CrossEntropyLoss(ignore_index=ignore_index)
    return sum(weights[name] * criterion(logits, target) for name, logits in outputs.items())


def poly_factor(step: int, total_steps: int, power: float = 0.9) -> float:
    """Share of the base learning rate at a step."""
    return ((total_steps - step) / total_steps) ** power


def parameter_groups(model: nn.Module, lr: float, head_multiplier: float = 10.0) -> list[dict]:
    """Split the parameters: one group for each top-level module."""
    groups = []
    for name, child in model.named_children():
        rate = lr if name == "backbone" else lr * head_multiplier
        groups.append({"params": list(child.parameters()), "lr": rate})
    own = list(model.parameters(recurse=False))
    return [*groups, {"params": own, "lr": lr * head_multiplier}] if own else groups


def backward_and_step(loss: Tensor, optimizer, scaler) -> None:
    """Compute gradients, step, and clear the gradients for the next batch."""
    if isinstance(scaler, torch.amp.GradScaler) and scaler.is_enabled():
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
    else:
        loss.backward()
        optimizer.step()


def train_one_epoch(
    model: nn.Module,
    loader: Iterable,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    device: torch.device | str,
    *,
    aux_weight: float = 0.4,
    autocast: Callable = nullcontext,
    scaler: torch.amp.GradScaler | None = None,
) -> float:
    """Train for one pass over the loader; return the mean loss per image."""
    model.train(mode=True)
    model.zero_grad()
    losses, counts = [], []
    for images, target in loader:
        with autocast():
            loss = segmentation_loss(model(images.to(device=device)), target.to(device=device), aux_weight)
        backward_and_step(loss, optimizer, scaler)
        optimizer.zero_grad()
        scheduler.step()
        losses.append(loss.detach().float().cpu().numpy())
        counts.append(target.size(0))
    return float(np.average(np.array(losses, dtype=np.float64), weights=counts))


def evaluate(model: nn.Module, loader: Iterable, num_classes: int, device: torch.device | str) -> Tensor:
    """Add up the confusion matrix of a data set."""
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            matrices = []
            for images, target in loader:
                prediction = model(images.to(device=device))["out"].max(dim=1).indices
                matrices.append(confusion_matrix(prediction, target.to(device=device), num_classes))
            return torch.stack(matrices).sum(dim=0)
    finally:
        if was_training:
            model.train()
