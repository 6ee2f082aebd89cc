"""Part 3: PSPNet, a dilated backbone with pyramid pooling and two classifiers.

Zhao et al., "Pyramid Scene Parsing Network", CVPR 2017, figures 3 and 4.
"""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from proj4_code.part1_ppm import PPM


def classifier(in_channels: int, hidden_channels: int, num_classes: int, dropout: float) -> nn.Sequential:
    """Make a classifier for the cells of a feature map; PSPNet has two."""
    if dropout < 0 or dropout > 1:
        raise ValueError(f"dropout must be between 0 and 1, but is {dropout}")
    first_convolution = nn.Conv2d(in_channels, hidden_channels, kernel_size=3, padding=1, bias=False)
    batch_norm = nn.BatchNorm2d(hidden_channels)
    relu = nn.ReLU()
    channel_dropout = nn.Dropout2d(dropout)
    last_convolution = nn.Conv2d(hidden_channels, num_classes, kernel_size=1)
    return nn.Sequential(first_convolution, batch_norm, relu, channel_dropout, last_convolution)


def check_side(name: str, side: int) -> None:
    """Raise a ValueError if a side of the image is not 8n+1."""
    if side % 8 != 1:
        raise ValueError(f"The {name} must be 8n+1, for example 201, but it is {side}")


class PSPNet(nn.Module):
    """A network that classifies every pixel of an image."""

    def __init__(
        self,
        backbone: nn.Module,
        num_classes: int,
        bins: Sequence[int] = (1, 2, 3, 6),
        dropout: float = 0.1,
        aux: bool = True,
    ) -> None:
        super().__init__()
        self.backbone = backbone
        number_of_channels = backbone.out_channels
        if len(bins) > 0:
            branch_channels = backbone.out_channels // len(bins)
            self.pyramid_pooling = PPM(backbone.out_channels, branch_channels, bins)
            number_of_channels = number_of_channels + len(bins) * branch_channels
        else:
            self.pyramid_pooling = None
        self.main_classifier = classifier(number_of_channels, backbone.out_channels // 4, num_classes, dropout)
        if aux:
            self.aux_classifier = classifier(backbone.aux_channels, backbone.aux_channels // 4, num_classes, dropout)
        else:
            self.aux_classifier = None

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Compute the logits of every pixel, not softmaxed."""
        height = x.shape[2]
        width = x.shape[3]
        check_side("height", height)
        check_side("width", width)
        features, aux_features = self.backbone(x)
        if self.pyramid_pooling is not None:
            features = self.pyramid_pooling(features)
        outputs = {}
        outputs["out"] = self.enlarge(self.main_classifier(features), height, width)
        if self.training and self.aux_classifier is not None:
            outputs["aux"] = self.enlarge(self.aux_classifier(aux_features), height, width)
        return outputs

    def enlarge(self, logits: Tensor, height: int, width: int) -> Tensor:
        """Upsample logits to the size of the image."""
        return F.interpolate(logits, size=(height, width), mode="bilinear", align_corners=True)
