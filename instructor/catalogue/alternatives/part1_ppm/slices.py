"""Part 1 with the means of slices for pooling, and the kinds of layers in lists of their own."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def average_cells(x: Tensor, cells: int) -> Tensor:
    """Average x, (N, C, H, W), in cells×cells rectangles that together cover it."""
    height, width = x.shape[-2:]
    rows = []
    for i in range(cells):
        top, bottom = i * height // cells, -(-(i + 1) * height // cells)
        row = []
        for j in range(cells):
            left, right = j * width // cells, -(-(j + 1) * width // cells)
            row.append(x[:, :, top:bottom, left:right].mean(dim=(2, 3)))
        rows.append(torch.stack(row, dim=-1))
    return torch.stack(rows, dim=-2)


class PPM(nn.Module):
    """Pyramid pooling module."""

    def __init__(self, in_channels: int, branch_channels: int, bins=(1, 2, 3, 6)) -> None:
        super().__init__()
        self.bins = bins
        self.bn_layers = nn.ModuleList([nn.BatchNorm2d(branch_channels) for _ in bins])
        self.conv_layers = nn.ModuleList([nn.Conv2d(in_channels, branch_channels, 1, bias=False) for _ in bins])

    def forward(self, x: Tensor) -> Tensor:
        """Return the input and the branches, concatenated."""
        features = [x]
        for side, conv, bn in zip(self.bins, self.conv_layers, self.bn_layers, strict=True):
            y = torch.relu(bn(conv(average_cells(x, side))))
            features.append(F.interpolate(y, size=tuple(x.shape[-2:]), mode="bilinear", align_corners=True))
        return torch.concat(features, axis=1)
