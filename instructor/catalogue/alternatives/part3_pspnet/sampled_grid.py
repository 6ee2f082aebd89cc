"""Part 3 with upsampling by grid_sample, two forward methods, and the heads made by a nested function."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import proj4_code.part1_ppm as pyramid


def upsample(logits: Tensor, height: int, width: int) -> Tensor:
    """Sample logits at the pixels of an image whose corner pixels are the corner cells."""
    identity = torch.eye(2, 3, dtype=logits.dtype, device=logits.device).expand(len(logits), 2, 3)
    grid = F.affine_grid(identity, [len(logits), 1, height, width], align_corners=True)
    return F.grid_sample(logits, grid, mode="bilinear", padding_mode="border", align_corners=True)


class PSPNet(nn.Module):
    """Pyramid scene parsing network."""

    def __init__(self, backbone, num_classes, bins=(1, 2, 3, 6), dropout=0.1, aux=True):
        super().__init__()

        def head(channels, hidden):
            layers = [nn.Conv2d(channels, hidden, 3, padding=1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU()]
            return nn.Sequential(*layers, nn.Dropout2d(dropout), nn.Conv2d(hidden, num_classes, 1))

        c3, c4 = backbone.aux_channels, backbone.out_channels
        layers = []
        if bins:
            layers.append(pyramid.PPM(c4, c4 // len(bins), bins))
        layers.append(head(c4 + sum(c4 // len(bins) for _ in bins), c4 // 4))
        self.main = nn.Sequential(*layers)
        self.aux = head(c3, c3 // 4) if aux else None
        self.backbone = backbone

    def logits(self, x: Tensor) -> dict[str, Tensor]:
        """Compute the logits of the cells."""
        features, aux_features = self.backbone(x)
        if self.training and self.aux is not None:
            return {"out": self.main(features), "aux": self.aux(aux_features)}
        return {"out": self.main(features)}

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return logits of every pixel as "out", and perhaps as "aux"."""
        _, _, height, width = x.shape
        if height & 7 != 1 or width & 7 != 1:
            raise ValueError(f"PSPNet takes images of 8n+1 by 8n+1 pixels, not of {height} by {width}")
        return {name: upsample(cells, height, width) for name, cells in self.logits(x).items()}
