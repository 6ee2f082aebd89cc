"""Part 1 with the cells in a row: a 1×1 convolution is a linear layer, and batch norm is one-dimensional."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class PPM(nn.Module):
    """Pyramid pooling module."""

    def __init__(self, in_channels: int, branch_channels: int, bins=(1, 2, 3, 6)) -> None:
        super().__init__()
        self.bins = list(bins)
        self.norms = nn.ModuleList([nn.BatchNorm1d(branch_channels) for _ in bins])
        self.linears = nn.ModuleList([nn.Linear(in_channels, branch_channels, bias=False) for _ in bins])

    def branch(self, number: int, x: Tensor) -> Tensor:
        """Compute one branch, upsampled to the size of x."""
        side = self.bins[number]
        cells = F.adaptive_avg_pool2d(x, side).flatten(start_dim=2)  # (N, C, cells)
        cells = self.linears[number](cells.transpose(1, 2)).transpose(1, 2)
        cells = self.norms[number](cells).relu()
        grid = cells.unflatten(2, (side, side))
        return F.interpolate(grid, size=x.shape[-2:], mode="bilinear", align_corners=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return the input and the branches, concatenated."""
        return torch.cat([x] + [self.branch(i, x) for i in range(len(self.bins))], dim=1)
