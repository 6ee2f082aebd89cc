"""Part 2: a ResNet that keeps an eighth of the input's resolution, with dilation instead of strides.

Yu and Koltun, "Multi-Scale Context Aggregation by Dilated Convolutions", ICLR 2016; Yu, Koltun and Funkhouser,
"Dilated Residual Networks", CVPR 2017, section 2.
"""

from collections.abc import Sequence

from torch import Tensor, nn
from torchvision.models import resnet

DEPTHS = (18, 34, 50, 101, 152)


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """Compute the receptive field of a stack of convolutions.

    Args:
        layers: (kernel, stride, dilation) of each convolution, from first to last.

    Returns:
        The side, in input pixels, of the square that one output sees: 7 for three 3×3 convolutions of stride 1, and 1
        for no layers at all.
    """
    raise NotImplementedError("TODO: part 2, add up what each layer contributes, in pixels of the input")


def dilate_stage(stage: nn.Sequential, dilation_before: int, dilation: int) -> None:
    """Trade the stride of a ResNet stage for dilation, in place, and keep its weights.

    Every stride becomes 1, the shortcut's too. The convolution whose stride was removed still reads the grid of the
    stage before, so it gets `dilation_before`; every 3×3 convolution after it, in its block and in all later ones, gets
    `dilation`. Padding follows the dilation, so that height and width stay the same.

    Args:
        stage: a stage of torchvision's ResNet (`layer1` to `layer4`), of `BasicBlock`s or `Bottleneck`s.
        dilation_before: dilation of the stage before.
        dilation: dilation of this stage, usually `dilation_before` times the stride that is removed.
    """
    # A Conv2d reads its stride, dilation and padding (pairs of integers) in every forward pass.
    raise NotImplementedError("TODO: part 2, change stride, dilation and padding of the convolutions in the stage")


class DilatedResNet(nn.Module):
    """torchvision's ResNet without its classifier, and with stages 3 and 4 dilated (by 2 and 4) instead of strided.

    Nothing is frozen: all weights learn.

    Args:
        depth: 18, 34, 50, 101 or 152.
        weights: state dict of torchvision's ResNet of that depth, including its classifier `fc`, or None for random
            weights. It is loaded strictly: an entry that is missing, unexpected or of the wrong shape raises torch's
            `RuntimeError`.

    Attributes:
        out_channels: C4, the number of channels of `features`.
        aux_channels: C3, the number of channels of `aux_features`.

    Raises:
        ValueError: if there is no ResNet of that depth.
    """

    def __init__(self, depth: int = 50, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        raise NotImplementedError("TODO: part 2, take torchvision's ResNet, load the weights, dilate stages 3 and 4")

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the features of the last two stages.

        Args:
            x: (N, 3, H, W) float, normalised with ImageNet's mean and standard deviation.

        Returns:
            features (N, C4, H/8, W/8) of stage 4 and aux_features (N, C3, H/8, W/8) of stage 3, with H/8 and W/8
            rounded up.
        """
        raise NotImplementedError("TODO: part 2, run the stages in turn and return the outputs of the last two")
