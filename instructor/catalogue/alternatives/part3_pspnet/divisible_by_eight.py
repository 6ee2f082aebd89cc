"""Part 3 with a message in other words for a wrong size, and a separate function for the check."""

import torch.nn.functional as F
from torch import nn

from proj4_code.part1_ppm import PPM


def conv_bn_relu(in_channels, out_channels):
    """3×3 convolution, batch norm, ReLU."""
    return [
        nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    ]


def check_size(height, width):
    """Refuse images on whose pixels the feature cells do not lie."""
    for name, side in [("height", height), ("width", width)]:
        if (side - 1) % 8 != 0:
            raise ValueError(f"{name} - 1 must be divisible by 8 (for example 8 * 25 + 1 = 201), but {name} is {side}")


class PSPNet(nn.Module):
    """Pyramid scene parsing network."""

    def __init__(self, backbone, num_classes, bins=(1, 2, 3, 6), dropout=0.1, aux=True):
        super().__init__()
        self.backbone = backbone
        channels = backbone.out_channels
        if len(bins) == 0:
            self.ppm, pooled = nn.Identity(), channels
        else:
            each = channels // len(bins)
            self.ppm, pooled = PPM(channels, each, bins), channels + each * len(bins)
        hidden, aux_hidden = channels // 4, backbone.aux_channels // 4
        self.cls = nn.Sequential(
            *conv_bn_relu(pooled, hidden), nn.Dropout2d(dropout), nn.Conv2d(hidden, num_classes, 1)
        )
        self.aux = aux
        if aux:
            self.aux_cls = nn.Sequential(
                *conv_bn_relu(backbone.aux_channels, aux_hidden),
                nn.Dropout2d(dropout),
                nn.Conv2d(aux_hidden, num_classes, 1),
            )

    def forward(self, x):
        """Return logits of every pixel as "out", and perhaps as "aux"."""
        h, w = x.shape[2], x.shape[3]
        check_size(h, w)
        features, aux_features = self.backbone(x)
        out = F.interpolate(self.cls(self.ppm(features)), (h, w), mode="bilinear", align_corners=True)
        if self.training and self.aux:
            aux = F.interpolate(self.aux_cls(aux_features), (h, w), mode="bilinear", align_corners=True)
            return {"out": out, "aux": aux}
        return {"out": out}
