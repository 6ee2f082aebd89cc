"""Part 6 with the loss as a product with one-hot targets, a class that keeps the mean, and a sum of matrices."""

from contextlib import nullcontext

import torch
from torch import Tensor, nn

from proj4_code.part5_iou import confusion_matrix


class RunningMean:
    """Mean of values that count by a weight."""

    def __init__(self) -> None:
        self.total = 0.0
        self.weight = 0

    def update(self, value: float, weight: int) -> None:
        """Add a value."""
        self.total += value * weight
        self.weight += weight

    def compute(self) -> float:
        """Return the mean."""
        return self.total / self.weight


def segmentation_loss(outputs, target, aux_weight=0.4, ignore_index=255):
    """Cross-entropy of out, plus aux_weight times that of aux."""
    classes = torch.arange(outputs["out"].shape[1], device=target.device).view(1, -1, 1, 1)
    labelled = (target != ignore_index).unsqueeze(1)
    one_hot = (target.unsqueeze(1) == classes) & labelled

    def mean_loss(logits: Tensor) -> Tensor:
        shifted = logits - logits.detach().amax(dim=1, keepdim=True)
        log_probabilities = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        count = labelled.sum()
        return -log_probabilities[one_hot].sum() / (count if count > 0 else 1)

    main = mean_loss(outputs["out"])
    return main + aux_weight * mean_loss(outputs["aux"]) if "aux" in outputs else main


def poly_factor(step, total_steps, power=0.9):
    """Share of the base learning rate at a step."""
    return float(torch.tensor(1 - step / total_steps, dtype=torch.float64) ** power)


def parameter_groups(model: nn.Module, lr: float, head_multiplier: float = 10.0) -> list[dict]:
    """Split the parameters, with a filter."""

    def is_new(parameter: nn.Parameter) -> bool:
        return all(parameter is not other for other in model.backbone.parameters())

    new = list(filter(is_new, model.parameters()))
    return [{"params": new, "lr": head_multiplier * lr}, {"params": [*model.backbone.parameters()], "lr": lr}]


def train_one_epoch(
    model, loader, optimizer, scheduler, device, *, aux_weight=0.4, autocast=nullcontext, scaler=None
) -> float:
    """Train for one pass over the loader; return the mean loss per image."""
    model.train()
    mean = RunningMean()
    scaler = scaler or torch.amp.GradScaler(enabled=False)
    for images, target in loader:
        images, target = images.to(torch.device(device)), target.to(torch.device(device))
        with autocast():
            loss = segmentation_loss(model(images), target, aux_weight)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        scheduler.step()
        mean.update(loss.item(), len(images))
    return mean.compute()


def predictions(model, loader, device):
    """Yield prediction and target of every batch."""
    for images, target in loader:
        with torch.no_grad():
            yield model(images.to(device))["out"].topk(1, dim=1).indices[:, 0], target.to(device)


def evaluate(model, loader, num_classes, device) -> Tensor:
    """Add up the confusion matrix of a data set."""
    mode = model.training
    model.eval()
    start = torch.zeros(num_classes, num_classes, dtype=torch.int64, device=device)
    matrix = sum((confusion_matrix(*pair, num_classes) for pair in predictions(model, loader, device)), start)
    model.train(mode)
    return matrix
