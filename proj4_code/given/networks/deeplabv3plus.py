"""DeepLab v3+: dilated convolutions of several rates side by side, and a decoder that sharpens the edges.

Chen et al., "Encoder-Decoder with Atrous Separable Convolution for Semantic Image Segmentation", ECCV 2018, figure 2.
The pyramid (ASPP) is torchvision's. The convolutions are ordinary ones, as with the paper's ResNet-101.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.segmentation.deeplabv3 import ASPP

RATES = (6, 12, 18)
"""Dilations of the pyramid's 3×3 convolutions, for features of stride 16."""


class DeepLabV3Plus(nn.Module):
    """DeepLab v3+ of output stride 16.

    Where PSPNet averages over larger and larger regions, the pyramid looks at pixels further and further away. Its
    result is upsampled to stride 4, where 48 channels of early features show where edges are.

    Args:
        encoder: turns (N, 3, H, W) into features, the second of stride 4, the last of stride 16; has their `channels`.
        num_classes: K.
    """

    def __init__(self, encoder: nn.Module, num_classes: int) -> None:
        super().__init__()
        self.backbone = encoder
        channels: tuple[int, ...] = encoder.channels  # type: ignore[assignment]
        self.aspp = ASPP(channels[-1], RATES)
        self.reduction = convolution(channels[1], 48, 1)
        self.decoder = nn.Sequential(convolution(256 + 48, 256, 3), convolution(256, 256, 3))
        self.classifier = nn.Conv2d(256, num_classes, 1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Compute the logits (N, K, H, W), as "out", of images (N, 3, H, W) of any size.

        Corners are aligned: exact for sides of 16n+1, and at most half a cell off at the far edge for others.
        """
        features = self.backbone(x)
        fine = self.reduction(features[1])
        coarse = F.interpolate(self.aspp(features[-1]), fine.shape[2:], mode="bilinear", align_corners=True)
        logits = self.classifier(self.decoder(torch.cat([coarse, fine], 1)))
        return {"out": F.interpolate(logits, x.shape[2:], mode="bilinear", align_corners=True)}


def convolution(in_channels: int, out_channels: int, side: int) -> nn.Sequential:
    """Make a convolution with batch norm and ReLU."""
    layer = nn.Conv2d(in_channels, out_channels, side, padding=side // 2, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True))
