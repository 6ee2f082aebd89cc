"""Part 1 without modules inside: convolution and batch norm are functions on the module's own tensors."""

import torch
import torch.nn.functional as F
from torch import nn


class PPM(nn.Module):
    """Pyramid pooling module."""

    def __init__(self, in_channels, branch_channels, bins=(1, 2, 3, 6)):
        super().__init__()
        self.bins = tuple(bins)
        for number in range(len(self.bins)):
            kernel = nn.Parameter(torch.randn(branch_channels, in_channels, 1, 1) / in_channels**0.5)
            self.register_parameter(f"kernel{number}", kernel)
            self.register_parameter(f"gain{number}", nn.Parameter(torch.ones(branch_channels)))
            self.register_parameter(f"shift{number}", nn.Parameter(torch.zeros(branch_channels)))
            self.register_buffer(f"mean_of_branch{number}", torch.zeros(branch_channels))
            self.register_buffer(f"variance_of_branch{number}", torch.ones(branch_channels))

    def _normalise(self, x, number):
        tensors = [f"mean_of_branch{number}", f"variance_of_branch{number}", f"gain{number}", f"shift{number}"]
        return F.batch_norm(x, *(getattr(self, name) for name in tensors), training=self.training)

    def forward(self, x):
        """Return the input and the branches, (N, C + len(bins) * branch_channels, H, W)."""
        outputs = [x]
        for number, cells in enumerate(self.bins):
            pooled = F.adaptive_avg_pool2d(x, (cells, cells))
            branch = F.conv2d(pooled, getattr(self, f"kernel{number}"))
            branch = torch.relu(self._normalise(branch, number))
            outputs.append(F.interpolate(branch, x.shape[-2:], mode="bilinear", align_corners=True))
        return torch.cat(outputs, dim=1)
