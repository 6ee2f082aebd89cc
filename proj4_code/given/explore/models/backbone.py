"""A backbone that a CPU trains from nothing in a minute."""

from torch import Tensor, nn

from proj4_code.given.explore.models.residual import Block


class SmallBackbone(nn.Module):
    """Six residual blocks with part 2's interface; one of its cells sees 111×111 pixels, most of that faintly.

    Args:
        width: channels of the first stage.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.aux_channels, self.out_channels = 2 * width, 4 * width
        self.stem = nn.Sequential(
            nn.Conv2d(3, width, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        )
        self.stages = nn.ModuleList()
        for before, after, stride in ((width, width, 1), (width, 2 * width, 2), (2 * width, 4 * width, 2)):
            blocks = Block(before, after, stride, residual=True), Block(after, after, 1, residual=True)
            self.stages.append(nn.Sequential(*blocks))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map (N, 3, H, W) to features (N, out_channels, H/8, W/8) and auxiliary ones (N, aux_channels, H/4, W/4)."""
        first, second, third = self.stages
        middle = second(first(self.stem(x)))
        return third(middle), middle
