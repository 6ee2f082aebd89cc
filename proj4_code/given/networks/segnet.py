"""SegNet: an encoder that remembers where its maxima were, and a decoder that puts values back there.

Badrinarayanan, Kendall and Cipolla, "SegNet: A Deep Convolutional Encoder-Decoder Architecture for Image Segmentation",
PAMI 2017, section 3. DeconvNet (Noh et al., ICCV 2015) has the same idea, with VGG-16's linear layers between the two.
"""

import torch.nn.functional as F
from torch import Tensor, nn

DECODER = ((512, 512, 512, 512), (512, 512, 512, 256), (256, 256, 256, 128), (128, 128, 64), (64, 64))
"""Channels of each stage: the encoder's in the mirror. What the last one lacks is the convolution to K classes."""


class SegNet(nn.Module):
    """SegNet: 13 convolutions of VGG-16, and as many that mirror them.

    Unpooling needs no weights, and keeps edges where they were; all that is kept of an encoder's stage is which of four
    pixels was the largest.

    Args:
        encoder: turns (N, 3, H, W) into features, and the places of the maxima and the sizes before each pooling.
        num_classes: K.
    """

    def __init__(self, encoder: nn.Module, num_classes: int) -> None:
        super().__init__()
        self.backbone = encoder
        self.stages = nn.ModuleList(nn.Sequential(*map(convolution, stage, stage[1:])) for stage in DECODER)
        self.classifier = nn.Conv2d(64, num_classes, 3, padding=1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Compute the logits (N, K, H, W), as "out", of images (N, 3, H, W), no side below 32 pixels.

        Raises:
            ValueError: if a side is smaller.
        """
        if min(x.shape[2:]) < 32:
            raise ValueError(f"SegNet halves an image five times: expected sides from 32, not {tuple(x.shape[2:])}")
        features, poolings = self.backbone(x)
        for (places, size), stage in zip(reversed(poolings), self.stages, strict=True):
            features = stage(F.max_unpool2d(features, places, (2, 2), output_size=size))
        return {"out": self.classifier(features)}


def convolution(in_channels: int, out_channels: int) -> nn.Sequential:
    """Make a 3×3 convolution with batch norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True)
    )
