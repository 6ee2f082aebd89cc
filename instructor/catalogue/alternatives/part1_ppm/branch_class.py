"""Part 1 with a class for a branch that also upsamples, and explicit height and width."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class PoolingBranch(nn.Module):
    """One level of the pyramid, from pooling to upsampling."""

    def __init__(self, cells: int, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d((cells, cells))
        self.reduce = nn.Conv2d(in_channels, out_channels, 1, stride=1, padding=0, bias=False)
        self.bn = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """Return features of the size of x."""
        height, width = x.size(2), x.size(3)
        y = self.relu(self.bn(self.reduce(self.pool(x))))
        return nn.UpsamplingBilinear2d(size=(height, width))(y)


class PPM(nn.Module):
    """Pyramid pooling module."""

    def __init__(self, in_channels: int, branch_channels: int, bins: Sequence[int] = (1, 2, 3, 6)) -> None:
        super().__init__()
        levels = []
        for cells in bins:
            levels.append(PoolingBranch(cells, in_channels, branch_channels))
        self.levels = nn.ModuleList(levels)

    def forward(self, x: Tensor) -> Tensor:
        """Return the input and the branches, concatenated."""
        out = x
        for level in self.levels:
            out = torch.cat((out, level(x)), dim=1)
        return out
