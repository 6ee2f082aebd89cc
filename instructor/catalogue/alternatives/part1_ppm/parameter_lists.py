"""Part 1 with functional calls: the convolutions' weights are in a ParameterList, only batch norm is a module."""

import torch
import torch.nn.functional as F
from torch import nn


class PPM(nn.Module):
    """Pyramid pooling module."""

    def __init__(self, in_channels, branch_channels, bins=(1, 2, 3, 6)):
        super().__init__()
        self.bins = tuple(bins)
        self.kernels = nn.ParameterList()
        self.norms = nn.ModuleList()
        for _ in self.bins:
            kernel = torch.empty(branch_channels, in_channels, 1, 1)
            nn.init.kaiming_normal_(kernel, mode="fan_out", nonlinearity="relu")
            self.kernels.append(nn.Parameter(kernel))
            self.norms.append(nn.BatchNorm2d(branch_channels))

    def forward(self, x):
        """Return the input and the branches, (N, C + len(bins) * branch_channels, H, W)."""
        outputs = [x]
        for cells, kernel, norm in zip(self.bins, self.kernels, self.norms, strict=True):
            y = F.adaptive_avg_pool2d(x, cells)
            y = F.conv2d(y, kernel)
            y = F.relu(norm(y))
            outputs.append(F.interpolate(y, size=x.shape[2:], mode="bilinear", align_corners=True))
        return torch.cat(outputs, 1)
