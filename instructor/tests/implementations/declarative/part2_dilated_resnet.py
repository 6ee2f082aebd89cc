"""Part 2: a ResNet that keeps an eighth of the input's resolution, with dilation instead of strides.

Yu and Koltun, "Multi-Scale Context Aggregation by Dilated Convolutions", ICLR 2016; Yu, Koltun and Funkhouser,
"Dilated Residual Networks", CVPR 2017, section 2.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, repeat
from operator import mul

from torch import Tensor, nn
from torchvision.models import resnet

DEPTHS = (18, 34, 50, 101, 152)


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """Compute the receptive field of a stack of convolutions."""
    jumps = accumulate((stride for _, stride, _ in layers), mul, initial=1)
    return 1 + sum((kernel - 1) * dilation * jump for (kernel, _, dilation), jump in zip(layers, jumps, strict=False))


def convolutions(module: nn.Module) -> Iterator[nn.Conv2d]:
    """Yield all convolutions in a module, in the order in which torchvision's blocks list them."""
    yield from (child for child in module.modules() if isinstance(child, nn.Conv2d))


def dilate_stage(stage: nn.Sequential, dilation_before: int, dilation: int) -> None:
    """Trade the stride of a ResNet stage for dilation, in place, and keep its weights.

    Every stride becomes 1, the shortcut's too. The convolution whose stride was removed still reads the grid of the
    stage before, so it gets `dilation_before`; every 3×3 convolution after it gets `dilation`. Padding follows the
    dilation, so that height and width stay the same.

    Args:
        stage: a stage of torchvision's ResNet (`layer1` to `layer4`), of `BasicBlock`s or `Bottleneck`s.
        dilation_before: dilation of the stage before.
        dilation: dilation of this stage, usually `dilation_before` times the stride that is removed.
    """
    rates = chain([dilation_before], repeat(dilation))
    for conv in convolutions(stage):
        conv.stride = (1, 1)
        match conv.kernel_size:
            case (3, 3):
                rate = next(rates)
                conv.dilation = conv.padding = (rate, rate)
            case (1, 1):
                pass
            case other:
                raise ValueError(f"expected 3×3 and 1×1 convolutions in a stage, got {other}")


class DilatedResNet(nn.Module):
    """torchvision's ResNet without its classifier, and with stages 3 and 4 dilated (by 2 and 4) instead of strided."""

    def __init__(self, depth: int = 50, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        match depth:
            case 18 | 34 | 50 | 101 | 152:
                net: resnet.ResNet = getattr(resnet, f"resnet{depth}")(weights=None)
            case _:
                raise ValueError(f"there is no ResNet of depth {depth}; choose one of {DEPTHS}")
        if weights is not None:
            net.load_state_dict(weights)

        dilate_stage(net.layer3, dilation_before=1, dilation=2)
        dilate_stage(net.layer4, dilation_before=2, dilation=4)

        stem = ("conv1", "bn1", "relu", "maxpool")
        self.shallow = nn.Sequential(OrderedDict((name, getattr(net, name)) for name in (*stem, "layer1", "layer2")))
        self.stage3 = net.layer3
        self.stage4 = net.layer4
        self.aux_channels, self.out_channels = (
            planes * stage[-1].expansion for planes, stage in ((256, net.layer3), (512, net.layer4))
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the features of the last two stages."""
        aux_features = self.stage3(self.shallow(x))
        return self.stage4(aux_features), aux_features
