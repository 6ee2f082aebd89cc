"""Part 1 with a ModuleDict of branches, and pooling outside of them."""

from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn


class PPM(nn.Module):
    """Pyramid pooling module."""

    def __init__(self, in_channels, branch_channels, bins=(1, 2, 3, 6), activation=nn.ReLU):
        super().__init__()
        self.bins = bins
        self.projections = nn.ModuleDict()
        for place, side in enumerate(bins):
            layers = OrderedDict(
                conv=nn.Conv2d(in_channels, branch_channels, kernel_size=(1, 1), bias=False),
                bn=nn.BatchNorm2d(branch_channels),
                act=activation(),
            )
            self.projections[f"branch{place}_bin{side}"] = nn.Sequential(layers)

    def forward(self, x):
        """Return the input and the branches, concatenated."""
        h, w = x.shape[-2:]
        pyramid = [x]
        for side, project in zip(self.bins, self.projections.values(), strict=True):
            pooled = F.adaptive_avg_pool2d(x, (side, side))
            upsample = nn.Upsample(size=(h, w), mode="bilinear", align_corners=True)
            pyramid.append(upsample(project(pooled)))
        return torch.cat(pyramid, dim=1)
