"""Adapters for pyramid pooling."""

from collections.abc import Sequence

from torch import Tensor, nn

from proj4_unit_tests.adapters.imports import student_part
from proj4_unit_tests.adapters.weights import quick_construction, set_weights


def _ppm(arguments: Sequence, options: dict, weights: int) -> nn.Module:
    with quick_construction():
        module = student_part("part1_ppm").PPM(*arguments, **options)
    set_weights(module, weights)
    return module


def ppm(
    x: Tensor, weights: int, arguments: Sequence = (), options: dict | None = None, training: bool = False
) -> Tensor:
    """Make a PPM and run it."""
    return _ppm(arguments, options or {}, weights).train(training)(x)


def ppm_on_sizes(maps: Sequence[Tensor], weights: int, arguments: Sequence) -> list[Tensor]:
    """Make one PPM and run it on maps of several sizes, one after the other."""
    module = _ppm(arguments, {}, weights).eval()
    return [module(x) for x in maps]


def ppm_input(x: Tensor, arguments: Sequence) -> Tensor:
    """Run a PPM and return its input as it is afterwards."""
    _ppm(arguments, {}, 0).eval()(x)
    return x


def ppm_learns(x: Tensor, arguments: Sequence) -> dict:
    """Count a PPM's parameters, and those that a backward pass reaches; does it reach the input by the branches too?"""
    module = _ppm(arguments, {}, 0).train()
    module(x.requires_grad_()).square().sum().backward()
    parameters = list(module.parameters())
    reached = [p for p in parameters if p.grad is not None and p.grad.abs().sum() > 0]
    return {
        "values": sum(p.numel() for p in parameters),
        "values that learn": sum(p.numel() for p in reached),
        "gradients through the pooling": bool((x.grad != 2 * x).any()),  # 2x is from the input's own channels
    }


def ppm_statistics(x: Tensor, weights: int, arguments: Sequence) -> Tensor:
    """Run a PPM in training mode and then in eval mode: batch norm has learned from the first."""
    module = _ppm(arguments, {}, weights).train()
    module(x)
    return module.eval()(x)
