"""Pyramid pooling with a class for a grid, one for a branch, and one for the whole pyramid."""

from torch import cat, nn
from torch.nn.functional import interpolate


class Grid(nn.Module):
    """Describes a map by the averages of its cells."""

    def __init__(self, cells):
        super().__init__()
        self.average = nn.AdaptiveAvgPool2d((cells, cells))

    def forward(self, x):
        return self.average(x)


class Reduction(nn.Module):
    """Reduces the channels of a grid."""

    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.mix = nn.Conv2d(in_channels, out_channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)
        self.activate = nn.ReLU()

    def forward(self, x):
        return self.activate(self.norm(self.mix(x)))


class Branch(nn.Module):
    """Looks at the map through one grid."""

    def __init__(self, in_channels, out_channels, cells):
        super().__init__()
        self.grid = Grid(cells)
        self.reduction = Reduction(in_channels, out_channels)

    def forward(self, x):
        height, width = x.size(2), x.size(3)
        small = self.reduction(self.grid(x))
        return interpolate(small, size=(height, width), mode="bilinear", align_corners=True)


class PPM(nn.Module):
    """All branches side by side, after the map itself."""

    def __init__(self, in_channels, branch_channels, bins=(1, 2, 3, 6)):
        super().__init__()
        self.pyramid = nn.ModuleList()
        for cells in bins:
            self.pyramid.append(Branch(in_channels, branch_channels, cells))

    def forward(self, x):
        maps = [x]
        for branch in self.pyramid:
            maps.append(branch(x))
        return cat(maps, dim=1)
