"""Part 1 with pooling and upsampling as products with matrices that are made by hand."""

import math

import torch
from torch import Tensor, nn


def pooling_matrix(cells: int, size: int) -> Tensor:
    """Make the (cells, size) matrix that averages `size` positions in `cells` ranges."""
    matrix = torch.zeros(cells, size)
    for i in range(cells):
        first, end = i * size // cells, math.ceil((i + 1) * size / cells)
        matrix[i, first:end] = 1 / (end - first)
    return matrix


def upsampling_matrix(size: int, cells: int) -> Tensor:
    """Make the (size, cells) matrix of linear interpolation whose first and last positions are cells."""
    matrix = torch.zeros(size, cells)
    for i in range(size):
        place = i * (cells - 1) / (size - 1) if size > 1 else 0.0
        left = min(int(place), cells - 1)
        right = min(left + 1, cells - 1)
        matrix[i, left] += 1 - (place - left)
        matrix[i, right] += place - left
    return matrix


class PPM(nn.Module):
    """Pyramid pooling module."""

    def __init__(self, in_channels: int, branch_channels: int, bins=(1, 2, 3, 6)) -> None:
        super().__init__()
        self.bins = bins
        self.convs = nn.ModuleList(
            nn.Sequential(nn.Conv2d(in_channels, branch_channels, 1, bias=False), nn.BatchNorm2d(branch_channels))
            for _ in bins
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the input and the branches, concatenated."""
        height, width = x.shape[-2:]
        outputs = [x]
        for cells, conv in zip(self.bins, self.convs, strict=True):
            pool_rows = pooling_matrix(cells, height).to(x)
            pool_columns = pooling_matrix(cells, width).to(x)
            y = conv(pool_rows @ x @ pool_columns.T).clamp(min=0)
            outputs.append(upsampling_matrix(height, cells).to(x) @ y @ upsampling_matrix(width, cells).to(x).T)
        return torch.cat(outputs, dim=1)
