"""Part 6 with nll_loss, one group for each parameter, a decorator that keeps the mode, and modules' own flags."""

import functools
from contextlib import nullcontext

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from proj4_code.part5_iou import confusion_matrix


def segmentation_loss(
    outputs: dict[str, Tensor], target: Tensor, aux_weight: float = 0.4, ignore_index: int = 255
) -> Tensor:
    """Cross-entropy of out, plus aux_weight times that of aux."""
    terms = []
    for name, logits in outputs.items():
        pixel_losses = F.nll_loss(logits.log_softmax(1), target, reduction="none", ignore_index=ignore_index)
        mean = pixel_losses.sum() / target.ne(ignore_index).sum().clamp_min(1)
        terms.append(aux_weight * mean if name == "aux" else mean)
    return torch.stack(terms).sum()


def poly_factor(step: int, total_steps: int, power: float = 0.9) -> float:
    """Share of the base learning rate at a step."""
    progress = min(step, total_steps) / total_steps
    return (1 - progress) ** power


def parameter_groups(model: nn.Module, lr: float, head_multiplier: float = 10.0) -> list[dict]:
    """Make a group for each parameter."""
    of_backbone = {id(p) for p in model.backbone.parameters()}
    return [
        {"params": p, "lr": lr if id(p) in of_backbone else lr * head_multiplier, "name": name}
        for name, p in model.named_parameters()
    ]


def keeps_mode(function):
    """Put every module of a function's first argument back in its mode afterwards."""

    @functools.wraps(function)
    def wrapper(model, *args, **kwargs):
        modes = [(module, module.training) for module in model.modules()]
        try:
            return function(model, *args, **kwargs)
        finally:
            for module, mode in modes:
                module.training = mode

    return wrapper


def train_one_epoch(
    model, loader, optimizer, scheduler, device, *, aux_weight=0.4, autocast=nullcontext, scaler=None
) -> float:
    """Train for one pass over the loader; return the mean loss per image."""
    model.train()
    total = torch.tensor(0.0, dtype=torch.float64)
    count = 0
    iterator = iter(loader)
    while (batch := next(iterator, None)) is not None:
        images, target = batch[0].to(device), batch[1].to(device)
        context = autocast()
        with context:
            loss = segmentation_loss(model(images), target, aux_weight=aux_weight)
        scaled = loss if scaler is None else scaler.scale(loss)
        optimizer.zero_grad()
        scaled.backward()
        if scaler is None:
            optimizer.step()
        else:
            scaler.step(optimizer)
            scaler.update()
        scheduler.step()
        total += loss.detach().cpu().double() * images.size(0)
        count += images.size(0)
    return (total / count).item()


@torch.no_grad()
@keeps_mode
def evaluate(model, loader, num_classes, device) -> Tensor:
    """Add up the confusion matrix of a data set."""
    model.eval()
    matrix = torch.zeros((num_classes, num_classes), dtype=torch.int64, device=device)
    for images, target in loader:
        scores = model(images.to(device))["out"].softmax(dim=1)
        matrix.add_(confusion_matrix(scores.argmax(dim=1), target.to(device), num_classes))
    return matrix
