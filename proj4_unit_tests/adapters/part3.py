"""Adapters for PSPNet."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from proj4_unit_tests.adapters.doubles import DoubleBackbone, DoublePPM, standing_in
from proj4_unit_tests.adapters.weights import set_weights


@contextmanager
def _pspnet(num_classes: int, options: dict, weights: int, backbone: dict) -> Iterator[nn.Module]:
    """Make a PSPNet on a double of a backbone and with a double of the PPM."""
    DoublePPM.made = []
    with standing_in("part3_pspnet", "part1_ppm", "PPM", DoublePPM) as part:
        network = part.PSPNet(DoubleBackbone(**backbone), num_classes, **options)
        set_weights(network, weights)
        yield network


def _run(network: nn.Module, x: Tensor) -> dict:
    outputs = network(x)
    if not isinstance(outputs, Mapping):
        raise TypeError(f"forward returned a {type(outputs).__name__}, not a dictionary")
    return dict(outputs)


def pspnet(
    x: Tensor,
    weights: int,
    num_classes: int = 3,
    options: dict | None = None,
    backbone: dict | None = None,
    training: bool = False,
) -> dict:
    """Make a PSPNet and run it; `bins` are a tuple, as they are by default."""
    options = {name: tuple(value) if name == "bins" else value for name, value in (options or {}).items()}
    with _pspnet(num_classes, options, weights, backbone or {}) as network:
        return _run(network.train(training), x)


def pspnet_on_sizes(images: Sequence[Tensor], weights: int) -> list[Tensor]:
    """Make one PSPNet and run it on images of several sizes, one after the other."""
    with _pspnet(3, {}, weights, {}) as network:
        return [_run(network.eval(), x)["out"] for x in images]


def pspnet_twice(x: Tensor, weights: int, options: dict) -> list:
    """Make a PSPNet and run it twice in training mode."""
    with _pspnet(3, options, weights, {}) as network:
        return [_run(network.train(), x) for _ in range(2)]


def pspnet_ppm(options: dict, backbone: dict) -> list:
    """Return what a PSPNet makes its PPMs with: [in_channels, branch_channels, bins] of each."""
    with _pspnet(3, options, 0, backbone):
        return list(DoublePPM.made)


def pspnet_sees(x: Tensor, weights: int, changed: str) -> dict:
    """Double one of the backbone's two feature maps; tell which of the outputs notice."""
    with _pspnet(3, {"dropout": 0.0}, weights, {}) as network:
        before = _run(network.train(), x)
        layer = {"features": network.backbone.last, "aux features": network.backbone.before}[changed]
        layer.weight.data *= 2
        after = _run(network, x)
    return {name: not torch.equal(before[name], after[name]) for name in sorted(before)}


def pspnet_backbone() -> dict:
    """Tell whether `backbone` is the very module that was given, and has the weights that it had."""
    with standing_in("part3_pspnet", "part1_ppm", "PPM", DoublePPM) as part:
        backbone = DoubleBackbone()
        before = copy.deepcopy(backbone.state_dict())
        network = part.PSPNet(backbone, 3)
    kept = all(torch.equal(tensor, before[name]) for name, tensor in backbone.state_dict().items())
    return {"is the one given": getattr(network, "backbone", None) is backbone, "has its weights": kept}


def pspnet_learns(x: Tensor, options: dict) -> dict:
    """Count the values of a PSPNet that a backward pass from all outputs reaches."""
    with _pspnet(3, {"dropout": 0.0, **options}, 0, {}) as network:
        # The bias of the last layer is reached by any loss; a product also reaches what is behind a ReLU.
        sum(
            (out * torch.arange(out.numel()).reshape(out.shape)).mean() for out in _run(network.train(), x).values()
        ).backward()
        # Of a vector only whether: the gradient of a bias before batch norm is rounding alone, or zero.
        reached = [p for p in network.parameters() if p.grad is not None and (p.ndim == 1 or p.grad.abs().sum() > 0)]
        total = sum(p.numel() for p in network.parameters())
    return {"values": total, "values that learn": sum(p.numel() for p in reached)}


def pspnet_modes(x: Tensor) -> list:
    """Return the names of the outputs in training, eval and training mode again."""
    with _pspnet(3, {}, 0, {}) as network:
        return [sorted(_run(network.train(mode), x)) for mode in (True, False, True)]
