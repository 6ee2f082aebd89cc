"""Part 3: PSPNet, a dilated backbone with pyramid pooling and two classifiers.

Zhao et al., "Pyramid Scene Parsing Network", CVPR 2017, figures 3 and 4.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from proj4_code.part1_ppm import PPM


def classifier(in_channels: int, hidden_channels: int, num_classes: int, dropout: float) -> nn.Sequential:
    """Make a classifier for the cells of a feature map; PSPNet has two."""
    return nn.Sequential(
        OrderedDict(
            conv=nn.Conv2d(in_channels, hidden_channels, kernel_size=3, padding=1, bias=False),
            norm=nn.BatchNorm2d(hidden_channels),
            act=nn.ReLU(),
            drop=nn.Dropout2d(dropout),
            logits=nn.Conv2d(hidden_channels, num_classes, kernel_size=1),
        )
    )


def interpolation(cells: int, pixels: int, like: Tensor) -> Tensor:
    """Return the (pixels, cells) matrix that interpolates a row linearly, first on first and last on last."""
    places = torch.linspace(0, cells - 1, pixels, device=like.device)
    distance = (places[:, None] - torch.arange(cells, device=like.device)).abs()
    return (1 - distance).clamp(min=0).to(like.dtype)


def enlarge(maps: Tensor, size: Sequence[int]) -> Tensor:
    """Upsample (N, K, h, w) bilinearly to (N, K, *size), corners on corners."""
    rows, columns = (
        interpolation(cells, pixels, like=maps) for cells, pixels in zip(maps.shape[-2:], size, strict=True)
    )
    return torch.einsum("nkij,yi,xj->nkyx", maps, rows, columns)


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
        channels = backbone.out_channels
        match tuple(bins):
            case ():
                self.pyramid = nn.Identity()
                pooled = channels
            case grids:
                branch_channels = channels // len(grids)
                self.pyramid = PPM(channels, branch_channels, grids)
                pooled = channels + len(grids) * branch_channels
        self.head = classifier(pooled, channels // 4, num_classes, dropout)
        self.aux_head = (
            classifier(backbone.aux_channels, backbone.aux_channels // 4, num_classes, dropout) if aux else None
        )

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Compute the logits of every pixel, not softmaxed."""
        *_, height, width = x.shape
        if height % 8 != 1 or width % 8 != 1:
            raise ValueError(f"height and width must be 8n+1, such as 201 or 241; got {height}×{width}")
        return {name: enlarge(logits, (height, width)) for name, logits in self.logits(x)}

    def logits(self, x: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield the name and the cells' logits of each classifier that runs in this mode."""
        features, aux_features = self.backbone(x)
        yield "out", self.head(self.pyramid(features))
        if self.training and self.aux_head is not None:
            yield "aux", self.aux_head(aux_features)
