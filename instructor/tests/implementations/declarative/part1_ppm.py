"""Part 1: the pyramid pooling module.

Zhao et al., "Pyramid Scene Parsing Network", CVPR 2017, section 3.2.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class BranchSpec:
    """What one branch of the pyramid needs to know."""

    in_channels: int
    out_channels: int
    cells: int

    def layers(self) -> Iterator[tuple[str, nn.Module]]:
        """Yield the named layers of the branch, without the upsampling."""
        yield "pool", nn.AdaptiveAvgPool2d(self.cells)
        yield "reduce", nn.Conv2d(self.in_channels, self.out_channels, kernel_size=1, bias=False)
        yield "norm", nn.BatchNorm2d(self.out_channels)
        yield "act", nn.ReLU()


class PPM(nn.Module):
    """The pyramid pooling module: adds to every position what its surroundings look like, at several scales."""

    def __init__(self, in_channels: int, branch_channels: int, bins: Sequence[int] = (1, 2, 3, 6)) -> None:
        super().__init__()
        specs = (BranchSpec(in_channels, branch_channels, cells) for cells in bins)
        self.branches = nn.ModuleDict(
            {f"{i}_bin{spec.cells}": nn.Sequential(OrderedDict(spec.layers())) for i, spec in enumerate(specs)}
        )

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate the input and its pooled branches."""
        enlarge = nn.UpsamplingBilinear2d(size=tuple(x.shape[-2:]))
        return torch.cat([x, *(enlarge(branch(x)) for branch in self.branches.values())], dim=1)
