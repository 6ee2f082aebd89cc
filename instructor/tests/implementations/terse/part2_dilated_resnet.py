"""A dilated ResNet in a few lines."""

from itertools import accumulate
from operator import mul

from torch import nn
from torchvision.models import get_model


def receptive_field(layers):
    steps = accumulate((s for _, s, _ in layers), mul, initial=1)
    return 1 + sum((k - 1) * d * step for (k, _, d), step in zip(layers, steps, strict=False))


def dilate_stage(stage, dilation_before, dilation):
    for m in filter(lambda m: isinstance(m, nn.Conv2d), stage.modules()):
        d, m.stride = dilation_before if m.stride[0] == 2 else dilation, (1, 1)
        if m.kernel_size[0] == 3:
            m.dilation = m.padding = d, d


class DilatedResNet(nn.Module):
    def __init__(self, depth=50, weights=None):
        super().__init__()
        if depth not in {18, 34, 50, 101, 152}:
            raise ValueError(f"no ResNet-{depth}")
        r = get_model(f"resnet{depth}", weights=None)
        if weights:
            r.load_state_dict(weights)
        dilate_stage(r.layer3, 1, 2)
        dilate_stage(r.layer4, 2, 4)
        self.out_channels = 512 if depth < 50 else 2048
        self.aux_channels = self.out_channels // 2
        self.a = nn.Sequential(r.conv1, r.bn1, r.relu, r.maxpool, r.layer1, r.layer2, r.layer3)
        self.b = r.layer4

    def forward(self, x):
        return self.b(x := self.a(x)), x
