"""The lectures' figures beside what is counted here, and why they differ where they do."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from proj4_code.given.explore.costs.counting import build_empty, count_operations, count_parameters

MODULE_CHANNELS, MODULE_SIDE = 256, 28  # of the map that enters the lecture's Inception module


class Figure(NamedTuple):
    """A figure of the lectures.

    Attributes:
        what: is counted.
        lecture: what the lectures say, in millions.
        here: what is counted here, in millions.
        why: they differ, or are the same.
    """

    what: str
    lecture: float
    here: float
    why: str


class InceptionModule(nn.Module):
    """The lecture's Inception module: four branches read one map (N, 256, 28, 28), and are concatenated.

    Args:
        reduced: whether 1×1 convolutions to 64 channels come first, as in GoogLeNet (Szegedy et al. 2015, figure 2b),
            or not, the naive form (figure 2a).
    """

    def __init__(self, reduced: bool) -> None:
        super().__init__()
        channels = 64 if reduced else MODULE_CHANNELS

        def reduce() -> list[nn.Module]:
            return [nn.Conv2d(MODULE_CHANNELS, 64, 1)] if reduced else []

        self.paths = nn.ModuleList(
            [
                nn.Conv2d(MODULE_CHANNELS, 128, 1),
                nn.Sequential(*reduce(), nn.Conv2d(channels, 192, 3, padding=1)),
                nn.Sequential(*reduce(), nn.Conv2d(channels, 96, 5, padding=2)),
                nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), *reduce()),
            ]
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, 256, H, W) to (N, 672, H, W), or (N, 480, H, W) if it is reduced."""
        return torch.cat([path(x) for path in self.paths], dim=1)


def count_module(reduced: bool) -> int:
    """Count the operations of the lecture's Inception module."""
    with torch.device("meta"):
        module = InceptionModule(reduced)
    return count_operations(module, MODULE_CHANNELS, MODULE_SIDE)


def missing_from_googlenet() -> int:
    """Count the weights that torchvision's GoogLeNet lacks, as it has 3×3 kernels where the paper has 5×5."""
    modules = build_empty("googlenet").named_modules()
    small = [module for name, module in modules if name.endswith("branch3.1.conv") and isinstance(module, nn.Conv2d)]
    return sum(conv.in_channels * conv.out_channels * (5 * 5 - 3 * 3) for conv in small)


def lecture_figures() -> list[Figure]:
    """Count what the lectures count."""
    vgg, alexnet, googlenet = (build_empty(name) for name in ("vgg16", "alexnet", "googlenet"))
    operations, reduced = count_operations(vgg), count_module(reduced=True)
    layer = 56 * 56 * 256 * 256 * 9  # VGG-16 has five convolutions of this cost
    again = 28 * 28 * 192 * 64 * 9  # the module's 3×3 convolution, reduced
    missing = missing_from_googlenet()
    return [
        Figure("VGG-16, parameters", 138, count_parameters(vgg) / 1e6, "the same"),
        Figure(
            "VGG-16, operations",
            13_600,
            operations / 1e6,
            f"five of its convolutions have {layer / 1e6:,.0f} M each, and without one of them "
            f"{(operations - layer) / 1e6:,.0f} M remain: the lecture's sum lacks a layer",
        ),
        Figure("AlexNet, parameters", 61, count_parameters(alexnet) / 1e6, "the same: the one-column AlexNet of 2014"),
        Figure("AlexNet, operations", 700, count_operations(alexnet) / 1e6, "the same, rounded"),
        Figure(
            "GoogLeNet, parameters",
            6.8,
            count_parameters(googlenet) / 1e6,
            f"torchvision has 3×3 kernels where the paper has 5×5, which are {missing / 1e6:.2f} M weights more; the "
            "paper's table, which adds up to 6.8 M, counts in thousands of 1024 and rounds each line",
        ),
        Figure("Inception module, naive: operations", 854, count_module(reduced=False) / 1e6, "the same"),
        Figure(
            "Inception module with 1×1 convolutions: operations",
            358,
            reduced / 1e6,
            f"with its 3×3 convolution, {again / 1e6:.1f} M, counted twice, it is {(reduced + again) / 1e6:.1f} M: the "
            "lecture's list is right, its sum is not",
        ),
    ]


def lecture_table(figures: Sequence[Figure]) -> str:
    """Write figures of the lectures as a table in Markdown."""
    lines = ["| what | lecture (M) | here (M) | why |", "| --- | --- | --- | --- |"]
    for what, lecture, here, why in figures:
        digits = 0 if here > 1000 else 1 if here > 10 else 2
        lines.append(f"| {what} | {lecture:,} | {here:,.{digits}f} | {why} |")
    return "\n".join(lines)
