"""Part 2 with torchvision's IntermediateLayerGetter, and a stage whose convolutions are found by their names."""

from collections.abc import Sequence

from torch import Tensor, nn
from torchvision.models import resnet
from torchvision.models._utils import IntermediateLayerGetter


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """Side of the square of input pixels that one output sees."""
    first, last, step = 0, 0, 1
    for kernel, stride, dilation in layers:
        last += dilation * (kernel - 1) * step
        step *= stride
    return last - first + 1


def dilate_stage(stage: nn.Sequential, dilation_before: int, dilation: int) -> None:
    """Trade the stride of a stage for dilation."""
    for name, module in stage.named_modules():
        if name.endswith("downsample.0"):
            module.stride = (1, 1)
        elif name.endswith(("conv1", "conv2")) and module.kernel_size == (3, 3):
            rate = dilation if module.stride == (1, 1) else dilation_before
            module.stride = (1, 1)
            module.dilation = (rate, rate)
            module.padding = (rate, rate)


class DilatedResNet(nn.Module):
    """ResNet whose last two stages are dilated."""

    def __init__(self, depth: int = 50, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        build = vars(resnet).get(f"resnet{depth}")
        if build is None:
            raise ValueError(f"torchvision has no ResNet of depth {depth}")
        network = build(weights=None)
        if weights is not None:
            network.load_state_dict(dict(weights))
        self.out_channels = network.inplanes
        self.aux_channels = network.inplanes // 2
        for stage, before, after in ((network.layer3, 1, 2), (network.layer4, 2, 4)):
            dilate_stage(stage, before, after)
        self.layers = IntermediateLayerGetter(network, return_layers={"layer4": "features", "layer3": "aux"})

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features of stages 4 and 3."""
        outputs = self.layers(x)
        return outputs["features"], outputs["aux"]
