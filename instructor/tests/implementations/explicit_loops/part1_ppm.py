"""Part 1: the pyramid pooling module.

Zhao et al., "Pyramid Scene Parsing Network", CVPR 2017, section 3.2.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class PyramidBranch(nn.Module):
    """One branch of the pyramid: pool, convolve, normalise, ReLU and enlarge again."""

    def __init__(self, in_channels: int, branch_channels: int, number_of_cells: int) -> None:
        super().__init__()
        if number_of_cells < 1:
            raise ValueError(f"A bin must be at least 1, but is {number_of_cells}")
        self.pooling = nn.AdaptiveAvgPool2d(number_of_cells)
        self.convolution = nn.Conv2d(in_channels, branch_channels, kernel_size=1, bias=False)
        self.batch_norm = nn.BatchNorm2d(branch_channels)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        height = x.shape[2]
        width = x.shape[3]
        result = self.pooling(x)
        result = self.convolution(result)
        result = self.batch_norm(result)
        result = self.relu(result)
        return F.interpolate(result, size=(height, width), mode="bilinear", align_corners=True)


class PPM(nn.Module):
    """The pyramid pooling module: adds to every position what its surroundings look like, at several scales."""

    def __init__(self, in_channels: int, branch_channels: int, bins: Sequence[int] = (1, 2, 3, 6)) -> None:
        super().__init__()
        # Modules in a plain Python list are invisible to .parameters() and .to(); those in an nn.ModuleList are not.
        if in_channels < 1 or branch_channels < 1:
            raise ValueError("in_channels and branch_channels must be positive")
        self.in_channels = in_channels
        self.branches = nn.ModuleList()
        for number_of_cells in bins:
            branch = PyramidBranch(in_channels, branch_channels, number_of_cells)
            self.branches.append(branch)

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate the input and its pooled branches."""
        if x.dim() != 4:
            raise ValueError(f"Expected an input (N, C, H, W), but got {x.dim()} dimensions")
        if x.shape[1] != self.in_channels:
            raise ValueError(f"Expected {self.in_channels} channels, but got {x.shape[1]}")
        outputs = []
        outputs.append(x)
        for branch in self.branches:
            outputs.append(branch(x))
        return torch.cat(outputs, dim=1)
