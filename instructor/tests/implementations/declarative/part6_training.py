"""Part 6: the loss, the learning rates, and the loops of training and evaluation.

Zhao et al., "Pyramid Scene Parsing Network", CVPR 2017, sections 4 and 5.1.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from proj4_code.part5_iou import confusion_matrix


def mean_cross_entropy(logits: Tensor, target: Tensor, ignore_index: int) -> Tensor:
    """Average the cross-entropy over the labelled pixels; 0 if there are none."""
    scored = target != ignore_index
    classes = target.masked_fill(~scored, 0)
    log_probabilities = logits.log_softmax(dim=1).gather(1, classes[:, None]).squeeze(1)
    return -log_probabilities.masked_fill(~scored, 0).sum() / scored.sum().clamp(min=1)


def segmentation_loss(
    outputs: dict[str, Tensor], target: Tensor, aux_weight: float = 0.4, ignore_index: int = 255
) -> Tensor:
    """Compute the cross-entropy of the output, plus `aux_weight` times that of the auxiliary output if there is one."""
    weights = {"out": 1.0, "aux": aux_weight}
    return sum(
        weight * mean_cross_entropy(outputs[name], target, ignore_index)
        for name, weight in weights.items()
        if name in outputs
    )


def poly_factor(step: int, total_steps: int, power: float = 0.9) -> float:
    """Compute the factor of the learning rate at a step of the "poly" schedule (section 5.1)."""
    return (1 - step / total_steps) ** power


def parameter_groups(model: nn.Module, lr: float, head_multiplier: float = 10.0) -> list[dict]:
    """Split the parameters for the optimizer: the backbone may be pretrained, everything else starts from scratch."""
    pretrained = list(model.backbone.parameters())
    known = {id(parameter) for parameter in pretrained}
    fresh = [parameter for parameter in model.parameters() if id(parameter) not in known]
    return [{"params": pretrained, "lr": lr}, {"params": fresh, "lr": head_multiplier * lr}]


def batches(loader: Iterable[tuple[Tensor, Tensor]], device: torch.device | str) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield the loader's batches on the device."""
    yield from ((images.to(device), target.to(device)) for images, target in loader)


def train_one_epoch(
    model: nn.Module,
    loader: Iterable[tuple[Tensor, Tensor]],
    optimizer: Optimizer,
    scheduler: LRScheduler,
    device: torch.device | str,
    *,
    aux_weight: float = 0.4,
    autocast: Callable[[], AbstractContextManager] = nullcontext,
    scaler: torch.amp.GradScaler | None = None,
) -> float:
    """Train for one pass over the loader."""
    model.train()
    total = torch.zeros((), dtype=torch.float64, device=device)
    count = 0
    for images, target in batches(loader, device):
        optimizer.zero_grad()
        with autocast():
            loss = segmentation_loss(model(images), target, aux_weight)
        match scaler:
            case None:
                loss.backward()
                optimizer.step()
            case _:
                scaler.scale(loss).backward()
                scaler.step(optimizer)
                scaler.update()
        scheduler.step()
        total += len(images) * loss.detach()
        count += len(images)
    return (total / count).item()


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Put a model in eval mode without gradients, and every module of it back in its own mode afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, training in modes:
            module.training = training


def evaluate(
    model: nn.Module, loader: Iterable[tuple[Tensor, Tensor]], num_classes: int, device: torch.device | str
) -> Tensor:
    """Add up the confusion matrix of a whole data set."""
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64, device=device)
    with evaluating(model):
        for images, target in batches(loader, device):
            matrix += confusion_matrix(model(images)["out"].argmax(dim=1), target, num_classes)
    return matrix
