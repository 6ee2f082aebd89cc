"""Adapters for training."""

from contextlib import AbstractContextManager, contextmanager
from typing import ClassVar
from unittest import mock

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from proj4_unit_tests.adapters.doubles import (
    DoubleScaler,
    DoubleSegmenter,
    Prophet,
    double_confusion_matrix,
    standing_in,
)
from proj4_unit_tests.adapters.weights import set_weights


def _part6(confusion_matrices: list | None = None):
    """Import part 6 with a double of the confusion matrix, which part 5 may not have yet."""
    calls = [] if confusion_matrices is None else confusion_matrices
    return standing_in("part6_training", "part5_iou", "confusion_matrix", double_confusion_matrix(calls))


def segmentation_loss(out: Tensor, target: Tensor, aux: Tensor | None = None, options: dict | None = None) -> dict:
    """Compute the loss of given logits, and its gradients."""
    outputs = {name: logits.requires_grad_() for name, logits in {"out": out, "aux": aux}.items() if logits is not None}
    with _part6() as part:
        loss = part.segmentation_loss(outputs, target, **(options or {}))
    loss.backward()
    # No gradient at all teaches as much as zeros do.
    gradients = {name: torch.zeros_like(x) if x.grad is None else x.grad for name, x in outputs.items()}
    return {"loss": loss, **{f"gradient of {name}": gradient for name, gradient in gradients.items()}}


def poly_factor(step: int, total_steps: int, options: dict | None = None) -> float:
    """Call `poly_factor`."""
    with _part6() as part:
        return part.poly_factor(step, total_steps, **(options or {}))


def parameter_groups(lr: float, options: dict | None = None) -> dict:
    """Return the learning rates that an optimizer uses for each parameter of a small model."""
    model = DoubleSegmenter()
    with _part6() as part:
        groups = part.parameter_groups(model, lr, **(options or {}))
    rates: dict[str, list] = {name: [] for name, _ in model.named_parameters()}
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    for group in groups:
        params = group["params"]
        for parameter in [params] if isinstance(params, Tensor) else params:
            if id(parameter) not in names:
                raise ValueError(
                    f"the params of a group hold a {type(parameter).__name__} that is no parameter of model"
                )
            rates[names[id(parameter)]].append(float(group.get("lr", -1)) if parameter.requires_grad else "frozen")
    return rates


_PLACES = str | torch.device | torch.Tensor  # a tensor stands for where it is


class _Movable(torch.Tensor):
    """A tensor as if on another device: it notes where it is asked to move, and whether it is used without moving.

    Attributes:
        moves: for each move [is a target, places].
        used: for each time that it met a tensor that has moved, or the model's: is a target.
    """

    moves: ClassVar[list] = []
    used: ClassVar[list] = []

    @classmethod
    def __torch_function__(cls, function, types, arguments=(), options=None):
        values = [*arguments, *(options or {}).values()]
        if function is torch.Tensor.to:
            places = [str(getattr(value, "device", value)) for value in values[1:] if isinstance(value, _PLACES)]
            cls.moves.append([arguments[0].dtype == torch.int64, places])
            return function(arguments[0].as_subclass(torch.Tensor), *arguments[1:], **(options or {}))
        if any(isinstance(value, torch.Tensor) and not isinstance(value, cls) and value.ndim for value in values):
            cls.used += [value.dtype == torch.int64 for value in values if isinstance(value, cls)]
        return super().__torch_function__(function, types, arguments, options or {})


def make_loader(images: Tensor, targets: Tensor, batch_size: int, movable: bool = False) -> DataLoader:
    """Make a loader that may tell where its batches are moved."""
    _Movable.moves, _Movable.used = [], []

    def collate(items: list) -> list[Tensor]:
        batch = [torch.stack(column) for column in zip(*items, strict=True)]
        return [tensor.as_subclass(_Movable) for tensor in batch] if movable else batch

    return DataLoader(TensorDataset(images, targets), batch_size, collate_fn=collate)


def train_one_epoch(
    images: Tensor,
    targets: Tensor,
    batch_size: int,
    weights: int,
    aux: bool = True,
    lr: float = 0.1,
    options: dict | None = None,
) -> dict:
    """Train a small network for an epoch, and return all there is to see of it."""
    model = DoubleSegmenter(aux=aux)
    set_weights(model, weights)
    model.eval()
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)  # left by somebody else
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
    with _part6() as part:
        batches = list(make_loader(images, targets, batch_size))  # any iterable will do
        loss = part.train_one_epoch(model, batches, optimizer, scheduler, torch.device("cpu"), **(options or {}))
    return {
        "loss": loss,
        "weights": [parameter.detach() for parameter in model.parameters()],
        "schedule steps": scheduler.last_epoch,
        "passes in training mode": [call[0] for call in model.calls],
    }


def train_with_precision(images: Tensor, targets: Tensor, batch_size: int, weights: int, scaled: bool) -> dict:
    """Train for an epoch with an autocast context, and a scaler if asked; return how they are used."""
    model, entered, inside, losses = DoubleSegmenter(), [], [], []
    saved: list = []  # what the context saw, since the last forward pass, being kept for the backward pass
    model.register_forward_hook(lambda *_: saved.clear())
    set_weights(model, weights)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
    scaler = DoubleScaler() if scaled else None

    @contextmanager
    def autocast():
        entered.append(len(model.calls))
        with torch.autograd.graph.saved_tensors_hooks(lambda tensor: saved.append(1) or tensor, lambda tensor: tensor):
            yield
        inside.append(len(model.calls))
        losses.append(bool(saved))

    with _part6() as part:
        loader = make_loader(images, targets, batch_size)
        part.train_one_epoch(model, loader, optimizer, scheduler, "cpu", autocast=autocast, scaler=scaler)
    return {
        "forward passes before each context": entered,
        "forward passes after each context": inside,
        "losses inside": losses,
        "scaler": scaler.calls if scaler else [],
        "weights": [parameter.detach() for parameter in model.parameters()],
    }


def _as_tensor(data: Tensor, **options: object) -> Tensor:
    """Stand in for functions of torch that move too, but do not say so to `_Movable`."""
    return data.to(**options)


def _listening() -> AbstractContextManager:
    return mock.patch.multiple(torch, as_tensor=_as_tensor, asarray=_as_tensor)


def _moves(device: str) -> dict:
    """Say what became of images and targets that had to move to a device."""
    fates = {}
    for name, wanted in (("images", False), ("targets", True)):
        moved = any(device in places for is_target, places in _Movable.moves if is_target == wanted)
        used = wanted in _Movable.used
        fates[name] = ("moved, but used unmoved" if used else "moved") if moved else "not moved"
    return fates


def moved_in_training(images: Tensor, targets: Tensor) -> dict:
    """Tell whether training moves its batches to the device."""
    model = DoubleSegmenter()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
    with _part6() as part, _listening():
        part.train_one_epoch(model, make_loader(images, targets, 2, movable=True), optimizer, scheduler, "cpu")
    return _moves("cpu")


def moved_in_evaluation(images: Tensor, targets: Tensor) -> dict:
    """Tell whether evaluation moves its batches to the device; instead of the targets, predictions may come back."""
    came_back, cpu = [], Tensor.cpu

    def come_back(tensor: Tensor, *arguments: object) -> Tensor:
        came_back.append(tensor.shape != (3, 3))  # a matrix is no prediction
        return cpu(tensor, *arguments)

    with _part6() as part, _listening(), mock.patch.object(Tensor, "cpu", come_back):
        part.evaluate(DoubleSegmenter(), make_loader(images, targets, 2, movable=True), 3, "cpu")
    fates = _moves("cpu")
    return {**fates, "targets": "moved"} if any(came_back) and fates["targets"] == "not moved" else fates


def evaluate(logits: Tensor, targets: Tensor, num_classes: int, batch_size: int, training: bool) -> dict:
    """Evaluate a network that predicts given logits."""
    calls: list = []
    model = Prophet().train(training)
    with _part6(calls) as part, torch.enable_grad():
        loader = make_loader(logits, targets, batch_size)
        matrix = part.evaluate(model, loader, num_classes, torch.device("cpu"))
        gradients_afterwards = torch.is_grad_enabled()
    return {
        "matrix": matrix,
        "part 5 counted": bool(calls),
        "eval mode": not any(call[0] for call in model.calls),
        "gradients": any(call[1] for call in model.calls),
        "gradients afterwards": gradients_afterwards,
        "images": sum(call[2] for call in model.calls),
        "training afterwards": model.training,
        "batches normalised": int(model.norm.num_batches_tracked),
    }
