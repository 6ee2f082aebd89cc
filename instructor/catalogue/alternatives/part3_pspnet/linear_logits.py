"""Part 3 with a linear layer for the logits, channels last, and the pooling imported where it is needed."""

import torch
from torch import Tensor, nn


class Classifier(nn.Module):
    """Logits of feature map cells."""

    def __init__(self, in_channels: int, hidden_channels: int, num_classes: int, dropout: float) -> None:
        super().__init__()
        self.linear = nn.Linear(hidden_channels, num_classes)
        self.block = nn.Sequential(
            nn.ZeroPad2d(1),
            nn.Conv2d(in_channels, hidden_channels, 3, bias=False),
            nn.BatchNorm2d(hidden_channels),
            nn.ReLU(inplace=True),
        )
        self.drop = nn.Dropout2d(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Turn (N, C, h, w) into logits (N, K, h, w)."""
        hidden = self.drop(self.block(x))
        return self.linear(hidden.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def upsample(logits: Tensor, like: Tensor) -> Tensor:
    """Upsample logits to the height and width of an image."""
    return torch.nn.functional.interpolate(logits, like.shape[-2:], mode="bilinear", align_corners=True)


class PSPNet(nn.Module):
    """Pyramid scene parsing network."""

    def __init__(self, backbone, num_classes, bins=(1, 2, 3, 6), dropout=0.1, aux=True) -> None:
        from proj4_code.part1_ppm import PPM

        super().__init__()
        self.backbone = backbone
        channels = backbone.out_channels
        width = channels // len(bins) if bins else 0
        self.ppm = PPM(channels, width, bins) if bins else nn.Identity()
        self.classifier = Classifier(channels + width * len(bins), channels // 4, num_classes, dropout)
        self.auxiliary = (
            Classifier(backbone.aux_channels, backbone.aux_channels // 4, num_classes, dropout) if aux else None
        )

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return logits of every pixel as "out", and perhaps as "aux"."""
        if {side % 8 for side in x.shape[-2:]} != {1}:
            raise ValueError(f"height and width have to be 8n+1, not {' and '.join(map(str, x.shape[-2:]))}")
        features, aux_features = self.backbone(x)
        out = upsample(self.classifier(self.ppm(features)), x)
        if not self.training or self.auxiliary is None:
            return {"out": out}
        return {"out": out, "aux": upsample(self.auxiliary(aux_features), x)}
