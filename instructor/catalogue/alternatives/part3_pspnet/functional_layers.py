"""Part 3 with all layers as attributes of the network, and activation and dropout as functions."""

from collections import OrderedDict

import torch.nn.functional as F
from torch import nn

from .part1_ppm import PPM


class PSPNet(nn.Module):
    """Pyramid scene parsing network."""

    def __init__(self, backbone, num_classes, bins=(1, 2, 3, 6), dropout=0.1, aux=True):
        super().__init__()
        self.backbone = backbone
        self.p = dropout
        self.use_ppm = len(bins) > 0
        self.use_aux = aux

        in_channels = backbone.out_channels
        if self.use_ppm:
            self.ppm = PPM(in_channels=in_channels, branch_channels=in_channels // len(bins), bins=bins)
            in_channels = in_channels + in_channels // len(bins) * len(bins)
        self.conv1 = nn.Conv2d(in_channels, backbone.out_channels // 4, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(backbone.out_channels // 4)
        self.conv2 = nn.Conv2d(backbone.out_channels // 4, num_classes, 1)
        if self.use_aux:
            self.aux_conv1 = nn.Conv2d(backbone.aux_channels, backbone.aux_channels // 4, 3, 1, 1, bias=False)
            self.aux_bn1 = nn.BatchNorm2d(backbone.aux_channels // 4)
            self.aux_conv2 = nn.Conv2d(backbone.aux_channels // 4, num_classes, 1)

    def forward(self, x):
        """Return logits of every pixel as "out", and perhaps as "aux"."""
        if x.shape[-2] % 8 != 1 or x.shape[-1] % 8 != 1:
            raise ValueError(f"the sides of the input must be 8n+1, got {tuple(x.shape[-2:])}")
        y, z = self.backbone(x)

        if self.use_ppm:
            y = self.ppm(y)
        y = F.relu(self.bn1(self.conv1(y)))
        y = F.dropout2d(y, self.p, training=self.training)
        y = F.interpolate(self.conv2(y), size=x.shape[-2:], mode="bilinear", align_corners=True)
        outputs = OrderedDict(out=y)

        if self.training and self.use_aux:
            z = F.relu(self.aux_bn1(self.aux_conv1(z)))
            z = F.dropout2d(z, self.p, training=self.training)
            outputs["aux"] = F.interpolate(self.aux_conv2(z), size=x.shape[-2:], mode="bilinear", align_corners=True)
        return outputs
