"""A backbone that a CPU trains from scratch in a minute, and that sees little."""

from torch import Tensor, nn


def convolution(before: int, after: int, kernel: int, stride: int) -> nn.Sequential:
    """Make a convolution with batch norm and ReLU."""
    layer = nn.Conv2d(before, after, kernel, stride, padding=kernel // 2, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(after), nn.ReLU(inplace=True))


class SmallBackbone(nn.Module):
    """Three strided 3×3 convolutions, with part 2's interface.

    One of its cells sees 15×15 pixels: what it is to know of the surroundings, pyramid pooling has to tell it.

    Args:
        width: channels of the first layer.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.aux_channels, self.out_channels = 2 * width, 4 * width
        self.first = nn.Sequential(
            convolution(3, width, 3, 2),
            convolution(width, self.aux_channels, 3, 2),
            convolution(self.aux_channels, self.aux_channels, 1, 1),
        )
        self.second = nn.Sequential(
            convolution(self.aux_channels, self.out_channels, 3, 2),
            convolution(self.out_channels, self.out_channels, 1, 1),
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (N, 3, H, W) to features (N, out_channels, H/8, W/8) and auxiliary ones (N, aux_channels, H/4, W/4)."""
        middle = self.first(x)
        return self.second(middle), middle
