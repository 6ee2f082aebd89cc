"""Part 1 as a ModuleList itself, of torchvision's block of convolution, batch norm and ReLU."""

import torch
from torch import nn
from torch.nn.functional import interpolate
from torchvision.ops import Conv2dNormActivation


class PPM(nn.ModuleList):
    """Pyramid pooling module: a list of branches."""

    def __init__(self, in_channels, branch_channels, bins=(1, 2, 3, 6)):
        super().__init__()
        for size in bins:
            block = Conv2dNormActivation(in_channels, branch_channels, kernel_size=1)
            self.append(nn.Sequential(nn.AdaptiveAvgPool2d(size), block))

    def forward(self, x):
        """Return the input and the branches, concatenated."""
        branches = (interpolate(branch(x), size=x.size()[2:], mode="bilinear", align_corners=True) for branch in self)
        return torch.hstack((x, *branches))
