"""Training with a class for the loss, one for the mean, one for a step and one for the mode."""

from contextlib import nullcontext

import torch
from torch import nn

from proj4_code.part5_iou import confusion_matrix


class PixelLoss(nn.Module):
    """Cross-entropy averaged over the labelled pixels."""

    def __init__(self, ignore_index):
        super().__init__()
        self.ignore_index = ignore_index
        self.total = nn.CrossEntropyLoss(ignore_index=ignore_index, reduction="sum")

    def forward(self, logits, target):
        labelled = (target != self.ignore_index).sum()
        if labelled == 0:
            return (logits * 0).sum()
        return self.total(logits, target) / labelled


def segmentation_loss(outputs, target, aux_weight=0.4, ignore_index=255):
    pixel_loss = PixelLoss(ignore_index)
    loss = pixel_loss(outputs["out"], target)
    if "aux" in outputs:
        loss = loss + aux_weight * pixel_loss(outputs["aux"], target)
    return loss


def poly_factor(step, total_steps, power=0.9):
    remaining = (total_steps - step) / total_steps
    return remaining**power


class Groups:
    """Sorts parameters into those of the backbone and all others."""

    def __init__(self, model):
        self.backbone = list(model.backbone.parameters())
        known = set(self.backbone)
        self.others = []
        for parameter in model.parameters():
            if parameter not in known:
                self.others.append(parameter)


def parameter_groups(model, lr, head_multiplier=10.0):
    groups = Groups(model)
    return [
        {"params": groups.backbone, "lr": lr},
        {"params": groups.others, "lr": head_multiplier * lr},
    ]


class Mean:
    """A weighted mean that grows."""

    def __init__(self):
        self.total, self.weight = 0.0, 0

    def add(self, value, weight):
        self.total += value * weight
        self.weight += weight

    def value(self):
        return self.total / self.weight


class Step:
    """One step of the optimizer, with or without a scaler."""

    def __init__(self, optimizer, scaler):
        self.optimizer, self.scaler = optimizer, scaler

    def take(self, loss):
        self.optimizer.zero_grad()
        if self.scaler is None:
            loss.backward()
            self.optimizer.step()
            return
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()


def train_one_epoch(model, loader, optimizer, scheduler, device, *, aux_weight=0.4, autocast=nullcontext, scaler=None):
    model.train()
    mean, step = Mean(), Step(optimizer, scaler)
    for images, target in loader:
        images = images.to(device)
        target = target.to(device)
        with autocast():
            outputs = model(images)
            loss = segmentation_loss(outputs, target, aux_weight)
        step.take(loss)
        scheduler.step()
        mean.add(loss.item(), images.size(0))
    return mean.value()


class EvalMode:
    """Puts a model in eval mode for a while."""

    def __init__(self, model):
        self.model = model

    def __enter__(self):
        self.was_training = self.model.training
        self.model.eval()

    def __exit__(self, *_):
        self.model.train(self.was_training)


def evaluate(model, loader, num_classes, device):
    total = torch.zeros((num_classes, num_classes), dtype=torch.int64)
    with EvalMode(model), torch.no_grad():
        for images, target in loader:
            images = images.to(device)
            target = target.to(device)
            logits = model(images)["out"]
            prediction = logits.argmax(1)
            total += confusion_matrix(prediction, target, num_classes).cpu()
    return total
