"""Part 3: PSPNet, a dilated backbone with pyramid pooling and two classifiers.

Zhao et al., "Pyramid Scene Parsing Network", CVPR 2017, figures 3 and 4.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from proj4_code.part1_ppm import PPM


def classifier(in_channels: int, hidden_channels: int, num_classes: int, dropout: float) -> nn.Sequential:
    """Make a classifier for the cells of a feature map; PSPNet has two.

    Args:
        in_channels: number of channels of the features.
        hidden_channels: number of channels between the two convolutions.
        num_classes: K, the number of logits per cell.
        dropout: share of the hidden channels that `Dropout2d` drops, 0 to 1.

    Returns:
        3×3 convolution (no bias, padding 1), batch norm, ReLU, `Dropout2d`, 1×1 convolution.
    """
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
    """A network that classifies every pixel of an image.

    The backbone's features pass through pyramid pooling, with `out_channels // len(bins)` channels per branch, and a
    classifier with `out_channels // 4` hidden channels. In training mode, a second classifier, with `aux_channels // 4`
    hidden channels, reads the features of the stage before, so that the deep backbone also learns from a nearer loss.

    Args:
        backbone: turns (N, 3, H, W) into features (N, C4, H/8, W/8) and aux features (N, C3, H/8, W/8), and has C4
            and C3 as its attributes `out_channels` and `aux_channels`. It is kept as the attribute `backbone`, on which
            part 6 relies.
        num_classes: K, the number of classes.
        bins: grid sizes of the pyramid pooling; an empty sequence means no pyramid pooling at all.
        dropout: share of the channels that `Dropout2d` drops, 0 to 1.
        aux: whether to make the auxiliary classifier.
    """

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
        """Compute the logits of every pixel, not softmaxed.

        Bilinear upsampling with `align_corners=True` puts cell i of the features on pixel 8i, which is where it was
        computed, only if height and width are 8n+1: 201 or 241, for example, but not 200 or 240.

        Args:
            x: (N, 3, H, W) float; H and W are 8n+1.

        Returns:
            `{"out": (N, K, H, W)}`; in training mode, with an auxiliary classifier, also `"aux"`, of the same
            shape.

        Raises:
            ValueError: if H or W is not 8n+1.
        """
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
