"""Part 3 with the other part imported as a module, and a class for a head that also upsamples."""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from proj4_code import part1_ppm


class Head(nn.Module):
    """Features to logits of every pixel."""

    def __init__(self, in_channels: int, hidden: int, num_classes: int, dropout: float) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, hidden, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(hidden)
        self.dropout = nn.Dropout2d(p=dropout)
        self.logits = nn.Conv2d(hidden, num_classes, 1)

    def forward(self, features: Tensor, size: tuple[int, int]) -> Tensor:
        """Return logits of the given height and width."""
        hidden = self.dropout(self.norm(self.conv(features)).relu())
        return F.interpolate(self.logits(hidden), size=size, mode="bilinear", align_corners=True)


class PSPNet(nn.Module):
    """Pyramid scene parsing network."""

    def __init__(
        self,
        backbone: nn.Module,
        num_classes: int,
        bins: Sequence[int] = (1, 2, 3, 6),
        dropout: float = 0.1,
        aux: bool = True,
    ) -> None:
        super().__init__()
        c4, c3 = backbone.out_channels, backbone.aux_channels
        if aux:
            self.aux_head = Head(c3, c3 // 4, num_classes, dropout)
        self.has_aux = aux
        if len(bins) > 0:
            branch = c4 // len(bins)
            self.pyramid = part1_ppm.PPM(c4, branch, bins)
            self.head = Head(c4 + branch * len(bins), c4 // 4, num_classes, dropout)
        else:
            self.pyramid = None
            self.head = Head(c4, c4 // 4, num_classes, dropout)
        self.backbone = backbone

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return logits of every pixel as "out", and perhaps as "aux"."""
        height, width = x.shape[2:]
        if (height - 1) % 8 or (width - 1) % 8:
            raise ValueError(f"input is {height}x{width}, but both sides must be of the form 8n+1")
        features, aux_features = self.backbone(x)
        if self.pyramid is not None:
            features = self.pyramid(features)
        result = {"out": self.head(features, (height, width))}
        if self.training and self.has_aux:
            result["aux"] = self.aux_head(aux_features, (height, width))
        return result
