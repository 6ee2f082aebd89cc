"""Adapters for pyramid pooling."""

from collections.abc import Sequence

from torch import Tensor, nn

from proj4_unit_tests.adapters.imports import student_part
from proj4_unit_tests.adapters.types import Answer, Arguments, Options, Unchecked
from proj4_unit_tests.adapters.weights import count_values, has_gradient, quick_construction, set_weights


def _ppm(arguments: Arguments, weights: int = 0, options: Options | None = None) -> nn.Module:
    with quick_construction():
        module: nn.Module = student_part("part1_ppm").PPM(*arguments, **(options or {}))
    set_weights(module, weights)
    return module


def ppm(
    x: Tensor, weights: int, arguments: Arguments = (), options: Options | None = None, training: bool = False
) -> Unchecked:
    """Make a PPM and run it."""
    return _ppm(arguments, weights, options).train(training)(x)


def ppm_on_sizes(maps: Sequence[Tensor], weights: int, arguments: Arguments) -> list[Unchecked]:
    """Make one PPM and run it on maps of several sizes, one after the other."""
    module = _ppm(arguments, weights).eval()
    return [module(x) for x in maps]


def ppm_input(x: Tensor, arguments: Arguments) -> Tensor:
    """Run a PPM and return its input as it is afterwards."""
    _ppm(arguments).eval()(x)
    return x


def ppm_learns(x: Tensor, arguments: Arguments) -> Answer:
    """Count a PPM's values, and those that a backward pass reaches; also return whether it passes the pooling."""
    module = _ppm(arguments).train()
    module(x.requires_grad_()).square().sum().backward()
    own_channels = 2 * x  # the gradient from the input's own channels
    return {
        "values in parameters()": count_values(module.parameters()),
        "values that learn": count_values(filter(has_gradient, module.parameters())),
        "gradients through the pooling": x.grad is not None and bool((x.grad != own_channels).any()),
    }


def ppm_statistics(x: Tensor, weights: int, arguments: Arguments) -> Unchecked:
    """Run a PPM in training mode and then in eval mode: batch norm has learned from the first."""
    module = _ppm(arguments, weights).train()
    module(x)
    return module.eval()(x)
