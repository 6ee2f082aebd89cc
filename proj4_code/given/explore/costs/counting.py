"""Parameters, operations, activations and time of a network."""

import statistics
import time
from collections import defaultdict

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision import models

SIDE = 224  # of an image in pixels
OPTIONS: dict[str, dict[str, bool]] = {"googlenet": {"aux_logits": False, "init_weights": False}}
"""GoogLeNet without the classifiers that it has only while it is trained."""


def build_empty(name: str) -> nn.Module:
    """Build a network of torchvision's on PyTorch's device "meta": shapes without memory, and nothing is computed."""
    with torch.device("cpu" if name.startswith("regnet") else "meta"):  # RegNet computes its widths with tensors
        return models.get_model(name, weights=None, **OPTIONS.get(name, {})).to("meta")


def count_parameters(network: nn.Module) -> int:
    """Count the numbers that training can change."""
    return sum(parameter.numel() for parameter in network.parameters())


def count_operations(network: nn.Module, channels: int = 3, side: int = SIDE) -> int:
    """Count the multiplications, each with its addition, of all convolutions and matrices for one image or map.

    Args:
        network: on the device "meta".
        channels: of the image or map.
        side: of it, in pixels or cells.
    """
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        network.eval()(torch.empty(1, channels, side, side, device="meta"))
    return counter.get_total_flops() // 2  # it counts a multiplication and an addition as two


def measure_activations(network: nn.Module, side: int = SIDE) -> dict[str, int]:
    """Measure what training keeps of one image until the backward pass, in float32.

    These are the tensors that autograd saves, each piece of memory once, without the parameters.

    Args:
        network: on the device "meta".
        side: of the image, in pixels.

    Returns:
        Side of the map in cells, as text -> bytes; "1" also stands for what is not a map.
    """
    seen = {tensor.untyped_storage()._cdata for tensor in (*network.parameters(), *network.buffers())}
    kept: list[Tensor] = []  # while they are here, their addresses are not used again

    def keep(tensor: Tensor) -> Tensor:
        address = tensor.untyped_storage()._cdata
        if address not in seen:
            seen.add(address)
            kept.append(tensor)
        return tensor

    images = torch.empty(2, 3, side, side, device="meta")  # batch norm needs two
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        network.train()(images)
    sizes: defaultdict[str, int] = defaultdict(int)
    for tensor in kept:
        cells = tensor.shape[-1] if tensor.dim() == 4 else 1
        sizes[str(cells)] += tensor.untyped_storage().nbytes() // len(images)
    return dict(sizes)


def measure_seconds(network: nn.Module, device: torch.device, batch: int, repetitions: int) -> float:
    """Measure the median time of an image in a forward pass; the first pass is not counted.

    Args:
        network: on the device "meta"; it is given weights of zero, which does not change how long it takes.
        device: that computes.
        batch: images at a time.
        repetitions: number of passes.
    """
    network = network.to_empty(device=device).eval()
    images, times = torch.zeros(batch, 3, SIDE, SIDE, device=device), []
    with torch.inference_mode():
        for tensor in network.state_dict().values():
            tensor.zero_()
        for _ in range(repetitions + 1):
            began = time.perf_counter()
            network(images)
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            times.append(time.perf_counter() - began)
    return statistics.median(times[1:]) / batch
