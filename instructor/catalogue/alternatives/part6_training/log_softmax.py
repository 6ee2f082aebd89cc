"""Part 6 with log_softmax and gather, groups by parameters' names, and the other part imported as a module."""

from contextlib import nullcontext

import torch

from proj4_code import part5_iou


def cross_entropy(logits, target, ignore_index):
    """Mean cross-entropy over the labelled pixels, 0 without any."""
    labelled = target != ignore_index
    index = torch.where(labelled, target, 0).unsqueeze(1)
    log_probability = torch.log_softmax(logits, dim=1).gather(1, index).squeeze(1)
    return -(log_probability * labelled).sum() / max(int(labelled.sum()), 1)


def segmentation_loss(outputs, target, aux_weight=0.4, ignore_index=255):
    """Cross-entropy of out, plus aux_weight times that of aux."""
    loss = cross_entropy(outputs["out"], target, ignore_index)
    if outputs.get("aux") is not None:
        loss += aux_weight * cross_entropy(outputs["aux"], target, ignore_index)
    return loss


def poly_factor(step, total_steps, power=0.9):
    """Share of the base learning rate at a step."""
    return pow(1.0 - step / total_steps, power)


def parameter_groups(model, lr, head_multiplier=10.0):
    """Split the parameters into those of the backbone and those of the heads."""
    groups = [{"params": [], "lr": lr}, {"params": [], "lr": head_multiplier * lr}]
    for name, parameter in model.named_parameters():
        groups[0 if name.startswith("backbone.") else 1]["params"].append(parameter)
    return groups


def train_one_epoch(model, loader, optimizer, scheduler, device, *, aux_weight=0.4, autocast=nullcontext, scaler=None):
    """Train for one pass over the loader; return the mean loss per image."""
    model.train()
    losses, sizes = [], []
    for batch in loader:
        images, target = (tensor.to(device) for tensor in batch)
        optimizer.zero_grad(set_to_none=True)
        with autocast():
            outputs = model(images)
            loss = segmentation_loss(outputs, target, aux_weight=aux_weight)
        if scaler is not None:
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
        else:
            loss.backward()
            optimizer.step()
        scheduler.step()
        losses.append(loss.item())
        sizes.append(images.shape[0])
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)


@torch.no_grad()
def evaluate(model, loader, num_classes, device):
    """Add up the confusion matrix of a data set."""
    mode = model.training
    model.eval()
    matrix = 0
    for images, target in loader:
        logits = model(images.to(device))["out"]
        matrix = matrix + part5_iou.confusion_matrix(logits.argmax(1), target.to(device), num_classes)
    model.train(mode)
    return matrix
