"""Part 2 with new convolutions in the old ones' places, which take over their weights."""

import math
from collections.abc import Sequence

from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

BASIC = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}
BOTTLENECK = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """Side of the square of input pixels that one output sees."""
    strides = [stride for _, stride, _ in layers]
    return 1 + sum((k - 1) * d * math.prod(strides[:i]) for i, (k, _, d) in enumerate(layers))


def unstrided(conv: nn.Conv2d, dilation: int) -> nn.Conv2d:
    """Make a convolution of stride 1 with the very weight of another."""
    padding = dilation * (conv.kernel_size[0] // 2)
    new = nn.Conv2d(
        conv.in_channels, conv.out_channels, conv.kernel_size, padding=padding, dilation=dilation, bias=False
    )
    new.weight = conv.weight
    return new


def dilate_stage(stage: nn.Sequential, dilation_before: int, dilation: int) -> None:
    """Trade the stride of a stage for dilation."""
    for block in stage:
        for name, child in list(block.named_children()):
            if isinstance(child, nn.Conv2d):
                setattr(block, name, unstrided(child, dilation_before if child.stride == (2, 2) else dilation))
        if block.downsample is not None:
            block.downsample[0] = unstrided(block.downsample[0], 1)


class DilatedResNet(nn.Module):
    """ResNet whose last two stages are dilated."""

    def __init__(self, depth: int = 50, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        if depth in BASIC:
            network = ResNet(BasicBlock, list(BASIC[depth]))
            self.aux_channels, self.out_channels = 256, 512
        elif depth in BOTTLENECK:
            network = ResNet(Bottleneck, list(BOTTLENECK[depth]))
            self.aux_channels, self.out_channels = 1024, 2048
        else:
            raise ValueError(f"a depth of {depth} is not possible")
        if weights is not None:
            network.load_state_dict(weights)
        dilate_stage(network.layer3, 1, 2)
        dilate_stage(network.layer4, 2, 4)
        stem = [network.conv1, network.bn1, nn.ReLU(inplace=True), network.maxpool]
        self.stages = nn.ModuleList([nn.Sequential(*stem), *(getattr(network, f"layer{i}") for i in (1, 2, 3, 4))])

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features of stages 4 and 3."""
        outputs = []
        for stage in self.stages:
            x = stage(x)
            outputs.append(x)
        return outputs[-1], outputs[-2]
