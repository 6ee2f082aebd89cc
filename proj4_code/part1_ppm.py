"""Part 1: the pyramid pooling module.

Zhao et al., "Pyramid Scene Parsing Network", CVPR 2017, section 3.2.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class PPM(nn.Module):
    """The pyramid pooling module: adds to every position what its surroundings look like, at several scales.

    It has one branch for each number b in `bins`: adaptive average pooling to b×b cells, a 1×1 convolution without
    bias to `branch_channels` channels, batch norm, ReLU, and bilinear upsampling (`align_corners=True`) back to the
    size of the input.

    Args:
        in_channels: C, the number of channels of the input.
        branch_channels: number of channels that each branch returns.
        bins: for each branch, the number of cells along each side of its grid.
    """

    def __init__(self, in_channels: int, branch_channels: int, bins: Sequence[int] = (1, 2, 3, 6)) -> None:
        super().__init__()
        # Modules in a plain Python list are invisible to .parameters() and .to(); those in an nn.ModuleList are not.
        raise NotImplementedError("TODO: part 1, make one branch for each number in bins")

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate the input and its pooled branches.

        Args:
            x: (N, C, H, W) float, with any H and W.

        Returns:
            (N, C + len(bins) * branch_channels, H, W) float: the input first, then the branches in the order of `bins`.
        """
        raise NotImplementedError("TODO: part 1, pool, convolve and upsample in every branch, then concatenate")
