"""Part 6 with the labelled pixels picked out before the loss, sets of parameters, and an image at a time."""

import contextlib
import math

import torch
from torch.nn.functional import cross_entropy

import proj4_code.part5_iou as iou


def segmentation_loss(outputs, target, aux_weight=0.4, ignore_index=255):
    """Cross-entropy of out, plus aux_weight times that of aux."""
    scored = target != ignore_index
    total = 0.0
    for name, weight in (("out", 1.0), ("aux", aux_weight)):
        if name not in outputs:
            continue
        logits = outputs[name].movedim(1, -1)[scored]  # (pixels, K)
        if len(logits) == 0:
            total = total + 0.0 * outputs[name].sum()
        else:
            total = total + weight * cross_entropy(logits, target[scored])
    return total


def poly_factor(step, total_steps, power=0.9):
    """Share of the base learning rate at a step."""
    remaining = 1 - step / total_steps
    return math.exp(power * math.log(remaining)) if remaining > 0 else 0.0


def parameter_groups(model, lr, head_multiplier=10.0):
    """Split the parameters: the heads first."""
    backbone = set(model.backbone.parameters())
    everything = set(model.parameters())
    return [
        {"params": list(everything - backbone), "lr": lr * head_multiplier},
        {"params": list(everything & backbone), "lr": lr},
    ]


def train_one_epoch(
    model, loader, optimizer, scheduler, device, *, aux_weight=0.4, autocast=contextlib.nullcontext, scaler=None
):
    """Train for one pass over the loader; return the mean loss per image."""
    model.train()
    mean, seen = 0.0, 0
    for images, target in loader:
        images = images.to(device)
        target = target.to(device)
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.grad = None
        with contextlib.ExitStack() as stack:
            stack.enter_context(autocast())
            loss = segmentation_loss(model(images), target, aux_weight)
        (loss if scaler is None else scaler.scale(loss)).backward()
        if scaler is None:
            optimizer.step()
        else:
            scaler.step(optimizer)
            scaler.update()
        scheduler.step()
        seen += len(target)
        mean += (float(loss.detach()) - mean) * len(target) / seen
    return mean


def evaluate(model, loader, num_classes, device):
    """Add up the confusion matrix of a data set, an image at a time, on the CPU."""
    training = model.training
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.long)
    with torch.no_grad():
        model.train(False)
        for images, targets in loader:
            logits = model(images.to(device))["out"].cpu()
            for image_logits, target in zip(logits, targets, strict=True):
                matrix += iou.confusion_matrix(image_logits.argmax(dim=0), target, num_classes)
        model.train(training)
    return matrix
