"""Adapters for PSPNet."""

import copy
import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType

import torch
from torch import Tensor, nn

from proj4_unit_tests.adapters.doubles import DoubleBackbone, DoublePPM
from proj4_unit_tests.adapters.imports import part_with_double
from proj4_unit_tests.adapters.types import Answer, Options, Unchecked
from proj4_unit_tests.adapters.weights import count_values, has_gradient, set_weights


def _part3() -> AbstractContextManager[ModuleType]:
    return part_with_double("part3_pspnet", "part1_ppm", "PPM", DoublePPM)


@contextmanager
def _pspnet(
    weights: int, options: Options | None = None, backbone: Options | None = None, num_classes: int = 3
) -> Iterator[nn.Module]:
    """Make a PSPNet with doubles of the backbone and the PPM."""
    DoublePPM.made = []
    with _part3() as part:
        network: nn.Module = part.PSPNet(DoubleBackbone(**(backbone or {})), num_classes, **(options or {}))
        set_weights(network, weights)
        yield network


def _run(network: nn.Module, x: Tensor) -> Answer:
    outputs = network(x)
    if not isinstance(outputs, Mapping):
        returned = "None" if outputs is None else f"a {type(outputs).__name__}"
        raise TypeError(f"forward returned {returned}, not a dictionary")
    return dict(outputs)


def pspnet(
    x: Tensor,
    weights: int,
    num_classes: int = 3,
    options: Options | None = None,
    backbone: Options | None = None,
    training: bool = False,
) -> Answer:
    """Make a PSPNet and run it; `bins` are a tuple, as they are by default."""
    options = {name: tuple(value) if name == "bins" else value for name, value in (options or {}).items()}
    with _pspnet(weights, options, backbone, num_classes) as network:
        return _run(network.train(training), x)


def pspnet_on_sizes(images: Sequence[Tensor], weights: int) -> list[Unchecked]:
    """Make one PSPNet and run it on images of several sizes, one after the other."""
    with _pspnet(weights) as network:
        return [_run(network.eval(), x)["out"] for x in images]


def pspnet_twice(x: Tensor, weights: int, options: Options) -> list[Answer]:
    """Make a PSPNet and run it twice in training mode."""
    with _pspnet(weights, options) as network:
        return [_run(network.train(), x) for _ in range(2)]


def pspnet_ppm(options: Options, backbone: Options) -> list[list[Unchecked]]:
    """Return what a PSPNet makes its PPMs with: [in_channels, branch_channels, bins] of each."""
    with _pspnet(0, options, backbone):
        return list(DoublePPM.made)


def pspnet_sees(x: Tensor, weights: int, changed: str) -> dict[str, bool]:
    """Double one of the backbone's two feature maps; return for each output whether it changes."""
    with _pspnet(weights, {"dropout": 0.0}) as network:
        before = _run(network.train(), x)
        layer = getattr(network.backbone, {"features": "last", "aux features": "before"}[changed])
        layer.weight.data *= 2
        after = _run(network, x)
    return {name: not torch.equal(before[name], after[name]) for name in sorted(before)}


def pspnet_backbone() -> dict[str, bool]:
    """Return whether `backbone` is the very module that was given, and has the weights that it had."""
    with _part3() as part:
        backbone = DoubleBackbone()
        before = copy.deepcopy(backbone.state_dict())
        network = part.PSPNet(backbone, 3)
    kept = all(torch.equal(tensor, before[name]) for name, tensor in backbone.state_dict().items())
    return {"is the one given": getattr(network, "backbone", None) is backbone, "has its weights": kept}


def pspnet_learns(x: Tensor, options: Options) -> dict[str, int]:
    """Count the values of a PSPNet, and those that a backward pass from all outputs reaches."""
    with _pspnet(0, {"dropout": 0.0, **options}) as network:
        # The bias of the last layer is reached by any loss; a product also reaches what is behind a ReLU.
        outputs = _run(network.train(), x).values()
        torch.autograd.backward([(out * torch.arange(out.numel()).reshape(out.shape)).mean() for out in outputs])
        # A vector needs no more than a gradient: that of a bias before batch norm is rounding alone, or zero.
        reached = [p for p in network.parameters() if has_gradient(p) or (p.ndim == 1 and p.grad is not None)]
        return {"values": count_values(network.parameters()), "values that learn": count_values(reached)}


def pspnet_modes(x: Tensor) -> list[list[str]]:
    """Return the names of the outputs in training, eval and training mode again."""
    with _pspnet(0) as network:
        return [sorted(_run(network.train(mode), x)) for mode in (True, False, True)]


def pspnet_statistics(x: Tensor, weights: int) -> Answer:
    """Run a PSPNet in training mode and then in eval mode: batch norm has learnt from the first."""
    with _pspnet(weights, {"dropout": 0.0}) as network:
        _run(network.train(), x)
        return _run(network.eval(), x)


def pspnet_defaults() -> dict[str, Unchecked]:
    """Return the defaults of PSPNet's arguments: numbers as floats, sequences as lists, anything else as text."""
    with _part3() as part:
        parameters = inspect.signature(part.PSPNet).parameters.values()
        return {p.name: _as_plain(p.default) for p in parameters if p.default is not p.empty}


def _as_plain(default: object) -> Unchecked:
    if isinstance(default, tuple | list):
        return [_as_plain(item) for item in default]
    return float(default) if isinstance(default, int | float) else repr(default)  # True is 1.0
