"""Part 2 with torchvision's own replace_stride_with_dilation where it exists, and get_model."""

from collections.abc import Sequence

from torch import Tensor, nn
from torchvision import models


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """Side of the square of input pixels that one output sees."""
    if not layers:
        return 1
    kernel, stride, dilation = layers[0]
    return (receptive_field(layers[1:]) - 1) * stride + (kernel - 1) * dilation + 1


def dilate_stage(stage: nn.Sequential, dilation_before: int, dilation: int) -> None:
    """Trade the stride of a stage for dilation."""
    rate = dilation_before
    for _, module in stage.named_modules():
        if isinstance(module, nn.Conv2d):
            module.stride = 1, 1
            if module.kernel_size[0] > 1:
                module.dilation = module.padding = (rate, rate)
                rate = dilation


class DilatedResNet(nn.Module):
    """ResNet whose last two stages are dilated."""

    def __init__(self, depth: int = 50, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        if depth in (50, 101, 152):
            resnet = models.get_model(f"resnet{depth}", weights=None, replace_stride_with_dilation=[False, True, True])
        elif depth in (18, 34):
            resnet = models.get_model(f"resnet{depth}", weights=None)
            dilate_stage(resnet.layer3, 1, 2)  # torchvision cannot dilate basic blocks
            dilate_stage(resnet.layer4, 2, 4)
        else:
            raise ValueError(f"depth must be 18, 34, 50, 101 or 152, not {depth}")
        if weights:
            resnet.load_state_dict(weights, strict=True)

        self.out_channels = resnet.fc.in_features
        self.aux_channels = list(resnet.layer3.parameters())[-1].numel()
        children = dict(resnet.named_children())
        self.body = nn.ModuleDict({name: child for name, child in children.items() if name not in ("avgpool", "fc")})

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features of stages 4 and 3."""
        outputs = {}
        for name, module in self.body.items():
            x = module(x)
            outputs[name] = x
        return outputs["layer4"], outputs["layer3"]
