"""Part 2 with a message that lists the depths there are, stages in attributes, and blocks changed by their kind."""

from collections.abc import Sequence

import torchvision.models as models
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """Side of the square of input pixels that one output sees."""
    size, jump = 1, 1
    for layer in layers:
        effective_kernel = (layer[0] - 1) * layer[2] + 1
        size = size + (effective_kernel - 1) * jump
        jump = jump * layer[1]
    return size


def set_dilation(conv: nn.Conv2d, dilation: int) -> None:
    """Make a 3×3 convolution of stride 1 that keeps height and width."""
    conv.stride = (1, 1)
    conv.dilation = (dilation, dilation)
    conv.padding = (dilation, dilation)


def dilate_stage(stage: nn.Sequential, dilation_before: int, dilation: int) -> None:
    """Trade the stride of a stage for dilation."""
    first, *others = stage.children()
    if isinstance(first, BasicBlock):
        set_dilation(first.conv1, dilation_before)
        set_dilation(first.conv2, dilation)
        for block in others:
            set_dilation(block.conv1, dilation)
            set_dilation(block.conv2, dilation)
    else:
        set_dilation(first.conv2, dilation_before)
        for block in others:
            set_dilation(block.conv2, dilation)
    first.downsample[0].stride = (1, 1)


class DilatedResNet(nn.Module):
    """ResNet whose last two stages are dilated."""

    def __init__(self, depth: int = 50, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        match depth:
            case 18 | 34:
                self.aux_channels, self.out_channels = 256, 512
            case 50 | 101 | 152:
                self.aux_channels, self.out_channels = 1024, 2048
            case _:
                raise ValueError("depth must be one of 18, 34, 50, 101 and 152")
        resnet = models.get_model(f"resnet{depth}")
        if weights is not None:
            resnet.load_state_dict(weights)
        dilate_stage(resnet.layer3, dilation_before=1, dilation=2)
        dilate_stage(resnet.layer4, dilation_before=2, dilation=4)
        for name in ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4"):
            self.add_module(name, getattr(resnet, name))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features of stages 4 and 3."""
        for module in (self.conv1, self.bn1, self.relu, self.maxpool, self.layer1, self.layer2):
            x = module(x)
        x3 = self.layer3(x)
        x4 = self.layer4(x3)
        return x4, x3
