"""Part 6 with the loss as a weighted mean of pixel losses, a function for one iteration, and reduce."""

from contextlib import nullcontext
from functools import partial, reduce
from operator import add

import torch
from torch import nn

from proj4_code.part5_iou import confusion_matrix


def segmentation_loss(outputs, target, aux_weight=0.4, ignore_index=255):
    """Cross-entropy of out, plus aux_weight times that of aux."""
    weight = (target != ignore_index).to(outputs["out"].dtype)
    weight = weight / weight.sum().clamp(min=1)
    pixel_loss = nn.CrossEntropyLoss(ignore_index=ignore_index, reduction="none")
    losses = {name: (pixel_loss(logits, target) * weight).sum() for name, logits in outputs.items()}
    return losses["out"] + (aux_weight * losses["aux"] if "aux" in losses else 0)


def poly_factor(step, total_steps, power=0.9):
    """Share of the base learning rate at a step."""
    if step >= total_steps:
        return 0.0
    return (1 - step / total_steps) ** power


def parameter_groups(model, lr, head_multiplier=10.0):
    """Split the parameters: each module outside of the backbone adds its own to the heads."""
    inside = set(model.backbone.modules())
    backbone, heads = [], []
    for module in model.modules():
        own = list(module.parameters(recurse=False))
        (backbone if module in inside else heads).extend(own)
    return [{"params": backbone, "lr": lr}, {"params": heads, "lr": lr * head_multiplier}]


def train_step(model, images, target, optimizer, aux_weight, autocast, scaler):
    """Do one iteration and return its loss."""
    with autocast():
        loss = segmentation_loss(model(images), target, aux_weight)
    optimizer.zero_grad()
    if scaler is None:
        loss.backward()
        optimizer.step()
        return loss.item()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    return loss.item()


def train_one_epoch(model, loader, optimizer, scheduler, device, *, aux_weight=0.4, autocast=nullcontext, scaler=None):
    """Train for one pass over the loader; return the mean loss per image."""
    model.train()
    step = partial(train_step, optimizer=optimizer, aux_weight=aux_weight, autocast=autocast, scaler=scaler)
    image_losses = []
    for images, target in loader:
        loss = step(model, images.to(device), target.to(device))
        scheduler.step()
        image_losses.extend([loss] * len(images))
    return sum(image_losses) / len(image_losses)


@torch.inference_mode()
def evaluate(model, loader, num_classes, device):
    """Add up the confusion matrix of a data set."""
    found_in_training = model.training
    model.train(False)

    def matrix_of(batch):
        images, target = batch[0].to(device), batch[1].to(device)
        return confusion_matrix(model(images)["out"].argmax(dim=1), target, num_classes=num_classes)

    matrix = reduce(add, map(matrix_of, loader))
    model.train(found_in_training)
    return matrix
