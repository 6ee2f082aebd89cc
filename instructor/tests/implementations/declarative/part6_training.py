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
    """Compute the cross-entropy of the output, plus `aux_weight` times that of the auxiliary output if there is one.

    Args:
        outputs: logits (N, K, H, W) under `"out"`, and perhaps under `"aux"`.
        target: (N, H, W) int64, classes 0 to K-1 or `ignore_index`.
        aux_weight: the paper's alpha.
        ignore_index: the target value of pixels that do not count.

    Returns:
        A scalar tensor: each cross-entropy is the mean over the pixels that count. Without any such pixel it is 0, with
        a gradient of 0, not NaN.
    """
    weights = {"out": 1.0, "aux": aux_weight}
    return sum(
        weight * mean_cross_entropy(outputs[name], target, ignore_index)
        for name, weight in weights.items()
        if name in outputs
    )


def poly_factor(step: int, total_steps: int, power: float = 0.9) -> float:
    """Compute the factor of the learning rate at a step of the "poly" schedule (section 5.1).

    Args:
        step: 0 to `total_steps`.
        total_steps: number of iterations in the whole training.
        power: the exponent.

    Returns:
        1 at step 0, falling to 0 at `total_steps`.
    """
    return (1 - step / total_steps) ** power


def parameter_groups(model: nn.Module, lr: float, head_multiplier: float = 10.0) -> list[dict]:
    """Split the parameters for the optimizer: the backbone may be pretrained, everything else starts from scratch.

    Args:
        model: has its backbone as `model.backbone`.
        lr: learning rate of the backbone.
        head_multiplier: how many times faster everything else learns than the backbone.

    Returns:
        Groups `{"params": [...], "lr": ...}`; every parameter of the model is in exactly one of them.
    """
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
    """Train for one pass over the loader.

    Args:
        model: returns a dict of logits, as in part 3; put in training mode here.
        loader: batches of images (N, 3, H, W) and targets (N, H, W), moved to `device` here.
        optimizer: its gradients are cleared before each backward pass.
        scheduler: steps once after every iteration, not once per epoch.
        device: where the model is.
        aux_weight: weight of the auxiliary loss.
        autocast: called for each batch; the forward pass and the loss run in the context that it returns.
        scaler: if given, scales the loss, and steps the optimizer in place of `optimizer.step`.

    Returns:
        The mean loss per image: each batch counts in proportion to its size.
    """
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
    """Add up the confusion matrix of a whole data set.

    The model runs in eval mode and without gradients, and is put back in the mode that it was in. Every image counts,
    including those of a smaller last batch.

    Args:
        model: returns a dict of logits, as in part 3.
        loader: batches of images (N, 3, H, W) and targets (N, H, W), moved to `device` here.
        num_classes: K, the number of classes.
        device: where the model is.

    Returns:
        (K, K) int64, as in part 5.
    """
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64, device=device)
    with evaluating(model):
        for images, target in batches(loader, device):
            matrix += confusion_matrix(model(images)["out"].argmax(dim=1), target, num_classes)
    return matrix
