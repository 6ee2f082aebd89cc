"""Part 3 with a ModuleDict of heads, of which the main one begins with the pyramid pooling."""

from collections.abc import Sequence

from torch import Tensor, nn

from proj4_code.part1_ppm import PPM


class Pyramid(PPM):
    """Pyramid pooling, made when this module is imported."""


class Head(nn.Sequential):
    """Convolution, batch norm, ReLU, dropout and the logits."""

    def __init__(self, first: Sequence[nn.Module], channels: int, hidden: int, num_classes: int, dropout: float):
        super().__init__(
            *first,
            nn.Conv2d(channels, hidden, kernel_size=3, padding="same", bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU(),
            nn.Dropout2d(dropout),
            nn.Conv2d(hidden, num_classes, kernel_size=1),
        )


class PSPNet(nn.Module):
    """Pyramid scene parsing network."""

    def __init__(self, backbone, num_classes, bins=[1, 2, 3, 6], dropout=1 / 10, aux=1):  # noqa: B006
        super().__init__()
        self.heads = nn.ModuleDict()
        channels, first = backbone.out_channels, []
        if bins:
            first = [Pyramid(channels, channels // len(bins), bins)]
            channels += channels // len(bins) * len(bins)
        self.heads["out"] = Head(first, channels, backbone.out_channels // 4, num_classes, dropout)
        if aux:
            self.heads["aux"] = Head([], backbone.aux_channels, backbone.aux_channels // 4, num_classes, dropout)
        self.backbone = backbone

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return logits of every pixel as "out", and perhaps as "aux"."""
        height, width = x.shape[-2:]
        for side in (height, width):
            if (side - 1) / 8 != (side - 1) // 8:
                raise ValueError(f"a side of {side} pixels is not 8n+1")
        upsample = nn.UpsamplingBilinear2d(size=(height, width))
        outputs = {}
        for name, features in zip(("out", "aux"), self.backbone(x), strict=True):
            if name == "out" or (self.training and name in self.heads):
                outputs[name] = upsample(self.heads[name](features))
        return outputs
