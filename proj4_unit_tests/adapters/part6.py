"""Adapters for training."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType
from unittest import mock

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from proj4_unit_tests.adapters.devices import ElsewhereTensor, moved_to, moves_noted
from proj4_unit_tests.adapters.doubles import DoubleScaler, DoubleSegmenter, EchoSegmenter, double_confusion_matrix
from proj4_unit_tests.adapters.imports import part_with_double
from proj4_unit_tests.adapters.types import Answer, Options, Unchecked
from proj4_unit_tests.adapters.weights import set_weights


def _part6(confusion_matrices: list[list[int]] | None = None) -> AbstractContextManager[ModuleType]:
    """Import part 6 with a double of the confusion matrix, which part 5 may not have yet."""
    calls = [] if confusion_matrices is None else confusion_matrices
    return part_with_double("part6_training", "part5_iou", "confusion_matrix", double_confusion_matrix(calls))


def segmentation_loss(out: Tensor, target: Tensor, aux: Tensor | None = None, options: Options | None = None) -> Answer:
    """Compute the loss of given logits, and its gradients."""
    outputs = {name: logits.requires_grad_() for name, logits in {"out": out, "aux": aux}.items() if logits is not None}
    with _part6() as part:
        loss = part.segmentation_loss(outputs, target, **(options or {}))
    loss.backward()
    # No gradient at all teaches as much as zeros do.
    gradients = {
        f"gradient of {name}": torch.zeros_like(x) if x.grad is None else x.grad for name, x in outputs.items()
    }
    return {"loss": loss, **gradients}


def loss_reaches_the_network(images: Tensor, targets: Tensor, weights: int) -> dict[str, bool]:
    """Return whether a backward pass from the loss of a small network's outputs reaches any of its weights."""
    model = DoubleSegmenter()
    set_weights(model, weights)
    with _part6() as part:
        part.segmentation_loss(model(images), targets).backward()
    return {"reached": any(parameter.grad is not None for parameter in model.parameters())}


def poly_factor(step: int, total_steps: int, options: Options | None = None) -> Unchecked:
    """Call `poly_factor`."""
    with _part6() as part:
        return part.poly_factor(step, total_steps, **(options or {}))


def parameter_groups(lr: float, options: Options | None = None) -> dict[str, list[float | str]]:
    """Return the learning rates that an optimizer uses for each parameter of a small model."""
    model = DoubleSegmenter()
    with _part6() as part:
        groups = part.parameter_groups(model, lr, **(options or {}))
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    rates: dict[str, list[float | str]] = {name: [] for name in names.values()}
    for group in groups:
        params = group["params"]
        for parameter in [params] if isinstance(params, Tensor) else params:
            if id(parameter) not in names:
                raise ValueError(
                    f"the params of a group hold a {type(parameter).__name__} that is not a parameter of model"
                )
            rates[names[id(parameter)]].append(float(group.get("lr", -1)) if parameter.requires_grad else "frozen")
    return rates


def make_loader(
    images: Tensor, targets: Tensor, batch_size: int, kind: type[Tensor] = Tensor
) -> DataLoader[tuple[Tensor, ...]]:
    """Make a loader of batches (images, targets), in order, as tensors of a kind."""

    def collate(items: list[tuple[Tensor, ...]]) -> list[Tensor]:
        return [torch.stack(column).as_subclass(kind) for column in zip(*items, strict=True)]

    return DataLoader(TensorDataset(images, targets), batch_size, collate_fn=collate)


def _sgd(
    model: nn.Module, lr: float = 0.1, momentum: float = 0.0, decay: float = 0.0
) -> tuple[torch.optim.SGD, torch.optim.lr_scheduler.LambdaLR]:
    """Make an optimizer, and a scheduler that divides its learning rate by 1 + decay * step."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + decay * step))


def train_one_epoch(
    images: Tensor,
    targets: Tensor,
    batch_size: int,
    weights: int,
    aux: bool = True,
    lr: float = 0.1,
    options: Options | None = None,
) -> Answer:
    """Train a small network for an epoch, and return all there is to see of it."""
    model = DoubleSegmenter(aux=aux)
    set_weights(model, weights)
    model.eval()
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)  # left over from earlier
    optimizer, scheduler = _sgd(model, lr, momentum=0.9, decay=1)
    batches = list(make_loader(images, targets, batch_size))  # any iterable will do
    with _part6() as part:
        loss = part.train_one_epoch(model, batches, optimizer, scheduler, torch.device("cpu"), **(options or {}))
    return {
        "loss": loss,
        "weights": [parameter.detach() for parameter in model.parameters()],
        "schedule steps": scheduler.last_epoch,
        "passes in training mode": [one.training for one in model.passes],
    }


def train_with_precision(images: Tensor, targets: Tensor, batch_size: int, weights: int, scaled: bool) -> Answer:
    """Train for an epoch with an autocast context, and a scaler if asked; return how they are used."""
    model = DoubleSegmenter()
    set_weights(model, weights)
    scaler = DoubleScaler() if scaled else None
    before: list[int] = []
    after: list[int] = []
    losses_inside: list[bool] = []
    kept: list[torch.Size] = []  # what autograd keeps inside the context, since the last forward pass
    model.register_forward_hook(lambda *_: kept.clear())

    def keep(tensor: Tensor) -> Tensor:
        kept.append(tensor.shape)
        return tensor

    @contextmanager
    def autocast() -> Iterator[None]:
        before.append(len(model.passes))
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            yield
        after.append(len(model.passes))
        losses_inside.append(bool(kept))

    with _part6() as part:
        loader = make_loader(images, targets, batch_size)
        optimizer, scheduler = _sgd(model)
        part.train_one_epoch(model, loader, optimizer, scheduler, "cpu", autocast=autocast, scaler=scaler)
    return {
        "forward passes before each context": before,
        "forward passes after each context": after,
        "losses inside": losses_inside,
        "scaler": scaler.calls if scaler else [],
        "schedule steps": scheduler.last_epoch,
        "weights": [parameter.detach() for parameter in model.parameters()],
    }


def moved_in_training(images: Tensor, targets: Tensor) -> dict[str, str]:
    """Return whether training moves its batches to the device."""
    model = DoubleSegmenter()
    optimizer, scheduler = _sgd(model)
    with _part6() as part, moves_noted():
        part.train_one_epoch(model, make_loader(images, targets, 2, ElsewhereTensor), optimizer, scheduler, "cpu")
    return moved_to("cpu")


def moved_in_evaluation(images: Tensor, targets: Tensor) -> dict[str, str]:
    """Return whether evaluation moves its batches to the device; or its predictions, in place of the targets."""
    came_back: list[bool] = []
    to_cpu = Tensor.cpu

    def come_back(tensor: Tensor, *arguments: Unchecked) -> Tensor:
        came_back.append(tensor.shape != (3, 3))  # a matrix is no prediction
        return to_cpu(tensor, *arguments)

    with _part6() as part, moves_noted(), mock.patch.object(Tensor, "cpu", come_back):
        part.evaluate(DoubleSegmenter(), make_loader(images, targets, 2, ElsewhereTensor), 3, "cpu")
    fates = moved_to("cpu")
    return {**fates, "targets": "moved"} if any(came_back) and fates["targets"] == "not moved" else fates


def evaluate(logits: Tensor, targets: Tensor, num_classes: int, batch_size: int, training: bool) -> Answer:
    """Evaluate a network that predicts given logits."""
    confusion_matrices: list[list[int]] = []
    model = EchoSegmenter().train(training)
    with _part6(confusion_matrices) as part, torch.enable_grad():
        loader = make_loader(logits, targets, batch_size)
        matrix = part.evaluate(model, loader, num_classes, torch.device("cpu"))
        gradients_afterwards = torch.is_grad_enabled()
    return {
        "matrix": matrix,
        "part 5 counted": bool(confusion_matrices),
        "eval mode": not any(one.training for one in model.passes),
        "gradients": any(one.gradients for one in model.passes),
        "gradients afterwards": gradients_afterwards,
        "images": sum(one.images for one in model.passes),
        "training afterwards": model.training,
        "batches normalised": int(model.get_buffer("norm.num_batches_tracked")),
    }
