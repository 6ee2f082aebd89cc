"""Training in a few lines."""

from contextlib import nullcontext

import torch
from torch.nn.functional import cross_entropy

from proj4_code.part5_iou import confusion_matrix


def segmentation_loss(outputs, target, aux_weight=0.4, ignore_index=255):
    n = (target != ignore_index).sum().clamp(min=1)
    ce = {k: cross_entropy(v, target, ignore_index=ignore_index, reduction="sum") / n for k, v in outputs.items()}
    return ce["out"] + aux_weight * ce["aux"] if "aux" in ce else ce["out"]


def poly_factor(step, total_steps, power=0.9):
    return (1 - step / total_steps) ** power


def parameter_groups(model, lr, head_multiplier=10.0):
    body = {*model.backbone.parameters()}
    return [{"params": [*body], "lr": lr}, {"params": [*({*model.parameters()} - body)], "lr": lr * head_multiplier}]


def train_one_epoch(model, loader, optimizer, scheduler, device, *, aux_weight=0.4, autocast=nullcontext, scaler=None):
    total = n = 0
    for x, y in loader:
        model.train(), optimizer.zero_grad()
        with autocast():
            loss = segmentation_loss(model(x := x.to(device)), y.to(device), aux_weight)
        (scaler.scale(loss) if scaler else loss).backward()
        scaler.step(optimizer) if scaler else optimizer.step()
        scaler and scaler.update()
        scheduler.step()
        total, n = total + loss.item() * len(x), n + len(x)
    return total / n


def evaluate(model, loader, num_classes, device):
    mode, model = model.training, model.eval()
    with torch.no_grad():
        m = sum(confusion_matrix(model(x.to(device))["out"].argmax(1), y.to(device), num_classes) for x, y in loader)
    model.train(mode)
    return m
