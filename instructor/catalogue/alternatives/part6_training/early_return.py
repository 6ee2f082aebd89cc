"""Part 6 with an early return for a batch without labels, and groups only where there are parameters."""

from contextlib import nullcontext

import torch
import torch.nn.functional as F

from proj4_code.part5_iou import confusion_matrix


def segmentation_loss(outputs, target, aux_weight=0.4, ignore_index=255):
    """Cross-entropy of out, plus aux_weight times that of aux."""
    if torch.all(target == ignore_index):
        return outputs["out"].sum() * 0
    loss = F.cross_entropy(outputs["out"], target, ignore_index=ignore_index)
    if "aux" in outputs:
        loss = torch.add(loss, F.cross_entropy(outputs["aux"], target, ignore_index=ignore_index), alpha=aux_weight)
    return loss


def poly_factor(step, total_steps, power=0.9):
    """Share of the base learning rate at a step."""
    return (1 - float(step) / float(total_steps)) ** power


def parameter_groups(model, lr, head_multiplier=10.0):
    """Split the parameters into backbone and the rest."""
    backbone_parameters, other_parameters = [], []
    backbone_names = {f"backbone.{name}" for name, _ in model.backbone.named_parameters()}
    for name, parameter in model.named_parameters():
        if name in backbone_names:
            backbone_parameters.append(parameter)
        else:
            other_parameters.append(parameter)
    groups = [{"params": backbone_parameters, "lr": lr}, {"params": other_parameters, "lr": lr * head_multiplier}]
    return [group for group in groups if group["params"]]


def on_device(loader, device):
    """Yield the batches of a loader on a device."""
    for images, target in loader:
        yield torch.asarray(images, device=device), torch.as_tensor(target, device=device)


def train_one_epoch(model, loader, optimizer, scheduler, device, *, aux_weight=0.4, autocast=nullcontext, scaler=None):
    """Train for one pass over the loader; return the mean loss per image."""
    model.train()
    running_loss = 0.0
    num_images = 0
    for images, target in on_device(loader, device):
        optimizer.zero_grad()
        with autocast():
            outputs = model(images)
            loss = segmentation_loss(outputs, target, aux_weight)
        if scaler is None:
            loss.backward()
            optimizer.step()
        else:
            scaler.scale(loss).backward()
            scaler.unscale_(optimizer)
            scaler.step(optimizer)
            scaler.update()
        scheduler.step()
        running_loss += loss.item() * images.size(0)
        num_images += images.size(0)
    return running_loss / num_images


def evaluate(model, loader, num_classes, device):
    """Add up the confusion matrix of a data set."""
    was_training = model.training
    model.eval()
    total = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.set_grad_enabled(False):
        for images, target in on_device(loader, device):
            _, prediction = torch.max(model(images)["out"], dim=1)
            total += confusion_matrix(prediction, target, num_classes, ignore_index=255).to(total.device)
    model.train(was_training)
    return total
