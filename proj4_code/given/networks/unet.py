"""U-Net: a decoder as fine as the encoder, which sees the encoder's features at every resolution.

Ronneberger, Fischer and Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation", MICCAI 2015, figure 1.
Here the encoder is a ResNet, so that it can start from ImageNet, and the convolutions are padded.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CHANNELS = (256, 128, 64, 32, 16)
"""Of the decoder's stages, coarse to fine."""


class UNet(nn.Module):
    """A U-Net.

    Each stage of the decoder doubles the resolution, puts the encoder's features of that resolution beside its own, and
    convolves twice. FCN adds scores of K channels there; U-Net hands on all that the encoder knows.

    Args:
        encoder: turns (N, 3, H, W) into features at the strides 2, 4, 8, 16 and 32; has their `channels`.
        num_classes: K.
    """

    def __init__(self, encoder: nn.Module, num_classes: int) -> None:
        super().__init__()
        self.backbone = encoder
        channels: tuple[int, ...] = encoder.channels  # type: ignore[assignment]
        below = (channels[-1], *CHANNELS[:-1])
        skipped = (*channels[-2::-1], 0)  # the image itself is not handed on
        self.stages = nn.ModuleList(map(double_convolution, map(sum, zip(below, skipped, strict=True)), CHANNELS))
        self.classifier = nn.Conv2d(CHANNELS[-1], num_classes, 3, padding=1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Compute the logits (N, K, H, W), as "out", of images (N, 3, H, W) of any size."""
        *skips, features = self.backbone(x)
        for stage, skip in zip(self.stages, [*reversed(skips), x[:, :0]], strict=True):
            features = F.interpolate(features, skip.shape[2:], mode="nearest")
            features = stage(torch.cat([features, skip], 1))
        return {"out": self.classifier(features)}


def double_convolution(in_channels: int, out_channels: int) -> nn.Sequential:
    """Make two 3×3 convolutions, each with batch norm and ReLU."""
    layers: list[nn.Module] = []
    for channels in (in_channels, out_channels):
        layers.append(nn.Conv2d(channels, out_channels, 3, padding=1, bias=False))
        layers += [nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)
