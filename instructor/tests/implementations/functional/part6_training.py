"""Training as functions: one for a batch, one for a prediction, and loops that only add up."""

import contextlib

import numpy as np
import torch
import torch.nn.functional as F

from proj4_code.part5_iou import confusion_matrix


def mean_over(values, counts):
    """Average the values of the pixels that count; 0 if there are none."""
    return torch.where(counts, values, torch.zeros_like(values)).sum() / max(int(counts.sum()), 1)


def segmentation_loss(outputs, target, aux_weight=0.4, ignore_index=255):
    counts = target != ignore_index
    weights = {"out": 1.0, "aux": aux_weight}
    terms = []
    for name, logits in outputs.items():
        of_pixels = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")
        terms.append(weights[name] * mean_over(of_pixels, counts))
    return sum(terms)


def poly_factor(step, total_steps, power=0.9):
    return float(np.power(1 - step / total_steps, power))


def parameter_groups(model, lr, head_multiplier=10.0):
    names = np.array([name.startswith("backbone.") for name, _ in model.named_parameters()])
    parameters = [parameter for _, parameter in model.named_parameters()]
    backbone = [parameters[i] for i in np.flatnonzero(names)]
    heads = [parameters[i] for i in np.flatnonzero(~names)]
    return [{"params": backbone, "lr": lr}, {"params": heads, "lr": lr * head_multiplier}]


def to_device(loader, device):
    for images, target in loader:
        yield images.to(device), target.to(device)


def backward_and_step(loss, optimizer, scaler):
    optimizer.zero_grad(set_to_none=True)
    if scaler:
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
    else:
        loss.backward()
        optimizer.step()


def train_one_epoch(
    model, loader, optimizer, scheduler, device, *, aux_weight=0.4, autocast=contextlib.nullcontext, scaler=None
):
    model.train()
    losses, sizes = [], []
    for images, target in to_device(loader, device):
        with autocast():
            loss = segmentation_loss(model(images), target, aux_weight=aux_weight)
        backward_and_step(loss, optimizer, scaler)
        scheduler.step()
        losses.append(loss.detach())
        sizes.append(len(images))
    return float(np.average([loss.item() for loss in losses], weights=sizes))


@torch.no_grad()
def evaluate(model, loader, num_classes, device):
    mode = model.training
    model.eval()
    total = np.zeros((num_classes, num_classes), np.int64)
    for images, target in to_device(loader, device):
        predicted = torch.argmax(model(images)["out"], 1)
        total = total + confusion_matrix(predicted, target, num_classes).cpu().numpy()
    model.train(mode)
    return torch.from_numpy(total)
