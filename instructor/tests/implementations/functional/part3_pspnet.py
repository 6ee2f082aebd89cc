"""PSPNet with its heads as dictionaries of layers that functions apply."""

import numpy as np
import torch.nn.functional as F
from torch import nn

from proj4_code.part1_ppm import PPM


def classifier(in_channels, hidden_channels, num_classes, dropout):
    return nn.ModuleDict(
        {
            "look": nn.Conv2d(in_channels, hidden_channels, 3, padding=1, bias=False),
            "norm": nn.BatchNorm2d(hidden_channels),
            "drop": nn.Dropout2d(dropout),
            "logits": nn.Conv2d(hidden_channels, num_classes, 1),
        }
    )


def classify(head, features):
    return head["logits"](head["drop"](F.relu(head["norm"](head["look"](features)))))


def upsample(logits, size):
    return F.interpolate(logits, size=size, mode="bilinear", align_corners=True)


class PSPNet(nn.Module):
    def __init__(self, backbone, num_classes, bins=(1, 2, 3, 6), dropout=0.1, aux=True):
        super().__init__()
        self.backbone = backbone
        width, count = backbone.out_channels, len(bins)
        branch = width // count if count else 0
        self.pooling = PPM(width, branch, bins) if count else None
        self.main = classifier(width + count * branch, width // 4, num_classes, dropout)
        self.extra = (
            classifier(backbone.aux_channels, backbone.aux_channels // 4, num_classes, dropout) if aux else None
        )

    def forward(self, x):
        size = np.array(x.shape[-2:])
        if np.any(size % 8 != 1):
            raise ValueError(f"sides must be 8n+1, got {size[0]} and {size[1]}")
        size = tuple(int(side) for side in size)
        features, aux_features = self.backbone(x)
        if self.pooling is not None:
            features = self.pooling(features)
        out = {"out": upsample(classify(self.main, features), size)}
        if self.training and self.extra is not None:
            out["aux"] = upsample(classify(self.extra, aux_features), size)
        return out
