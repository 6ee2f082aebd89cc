"""Part 3 with torchvision's block for convolution, batch norm and ReLU, and a dict of outputs that grows."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torchvision.ops import Conv2dNormActivation

from proj4_code.part1_ppm import PPM as PyramidPooling  # noqa: N811


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
        self.backbone = backbone
        self.num_classes, self.dropout = num_classes, dropout
        features = backbone.out_channels
        self.pools = nn.ModuleList()
        if len(bins) != 0:
            self.pools.append(PyramidPooling(features, features // len(bins), bins=bins))
        pooled = features + len(bins) * (features // max(len(bins), 1))
        self.decoder = self._make_decoder(pooled, features // 4)
        self.aux_decoder = self._make_decoder(backbone.aux_channels, backbone.aux_channels // 4) if aux else None

    def _make_decoder(self, channels: int, hidden: int) -> nn.Sequential:
        decoder = nn.Sequential()
        decoder.add_module("hidden", Conv2dNormActivation(channels, hidden, kernel_size=3))
        decoder.add_module("dropout", nn.Dropout2d(self.dropout))
        decoder.add_module("logits", nn.Conv2d(hidden, self.num_classes, kernel_size=1))
        return decoder

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return logits of every pixel as "out", and perhaps as "aux"."""
        size = torch.tensor(x.shape[2:])
        if not torch.all(size % 8 == 1):
            raise ValueError(f"expected height and width of 8n+1, got {size.tolist()}")
        features, aux_features = self.backbone(x)
        for pool in self.pools:
            features = pool(features)
        cells = {"out": self.decoder(features)}
        if self.training and self.aux_decoder is not None:
            cells["aux"] = self.aux_decoder(aux_features)
        outputs = {}
        for name in cells:
            outputs[name] = nn.functional.interpolate(
                cells[name], scale_factor=None, size=size.tolist(), mode="bilinear", align_corners=True
            )
        return outputs
