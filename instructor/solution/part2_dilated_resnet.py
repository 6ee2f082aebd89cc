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
    ### BEGIN SOLUTION add up what each layer contributes, in pixels of the input
    side, step = 1, 1  # step: distance in input pixels between neighbours in the current layer
    for kernel, stride, dilation in layers:
        side += (kernel - 1) * dilation * step
        step *= stride
    return side
    ### END SOLUTION


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
    ### BEGIN SOLUTION change stride, dilation and padding of the convolutions in the stage
    for conv in stage.modules():
        if not isinstance(conv, nn.Conv2d):
            continue
        had_stride = conv.stride != (1, 1)
        conv.stride = (1, 1)
        if conv.kernel_size == (3, 3):
            rate = dilation_before if had_stride else dilation
            conv.dilation = conv.padding = (rate, rate)
    ### END SOLUTION


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
        ### BEGIN SOLUTION take torchvision's ResNet, load the weights, dilate stages 3 and 4
        if depth not in DEPTHS:
            raise ValueError(f"depth must be one of {DEPTHS}, not {depth!r}")
        network = getattr(resnet, f"resnet{depth}")(weights=None)
        if weights is not None:
            network.load_state_dict(weights, strict=True)
        dilate_stage(network.layer3, dilation_before=1, dilation=2)
        dilate_stage(network.layer4, dilation_before=2, dilation=4)

        self.out_channels = network.fc.in_features
        self.aux_channels = self.out_channels // 2  # each stage has half the channels of the next
        self.stem = nn.Sequential(network.conv1, network.bn1, network.relu, network.maxpool)
        self.layer1, self.layer2 = network.layer1, network.layer2
        self.layer3, self.layer4 = network.layer3, network.layer4
        ### END SOLUTION

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the features of the last two stages.

        Args:
            x: (N, 3, H, W) float, normalised with ImageNet's mean and standard deviation.

        Returns:
            features (N, C4, H/8, W/8) of stage 4 and aux_features (N, C3, H/8, W/8) of stage 3, with H/8 and W/8
            rounded up.
        """
        ### BEGIN SOLUTION run the stages in turn and return the outputs of the last two
        aux_features = self.layer3(self.layer2(self.layer1(self.stem(x))))
        features = self.layer4(aux_features)
        return features, aux_features
        ### END SOLUTION
