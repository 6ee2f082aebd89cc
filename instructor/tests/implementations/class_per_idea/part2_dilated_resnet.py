"""A dilated ResNet with a class for a window that grows, one for the surgery on a stage, one for the stem."""

from typing import ClassVar

from torch import nn
from torchvision import models


class Window:
    """What one output sees."""

    def __init__(self):
        self.side = 1
        self.spacing = 1

    def pass_through(self, kernel, stride, dilation):
        reach = dilation * (kernel - 1)
        self.side += reach * self.spacing
        self.spacing *= stride


def receptive_field(layers):
    window = Window()
    for kernel, stride, dilation in layers:
        window.pass_through(kernel, stride, dilation)
    return window.side


class Surgery:
    """Changes the convolutions of a stage, one block at a time."""

    def __init__(self, before, after):
        self.before = before
        self.after = after

    def operate(self, stage):
        for block in stage:
            for name in ("conv1", "conv2", "conv3"):
                if hasattr(block, name):
                    self.treat(getattr(block, name))
            if block.downsample is not None:
                block.downsample[0].stride = (1, 1)

    def treat(self, conv):
        rate = self.after
        if conv.stride == (2, 2):
            rate = self.before
        conv.stride = (1, 1)
        if conv.kernel_size == (3, 3):
            conv.dilation = (rate, rate)
            conv.padding = (rate, rate)


def dilate_stage(stage, dilation_before, dilation):
    Surgery(dilation_before, dilation).operate(stage)


class Stem(nn.Module):
    """Everything before the first stage."""

    def __init__(self, resnet):
        super().__init__()
        self.conv1, self.bn1 = resnet.conv1, resnet.bn1
        self.relu, self.maxpool = resnet.relu, resnet.maxpool

    def forward(self, x):
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        return self.maxpool(x)


class DilatedResNet(nn.Module):
    KINDS: ClassVar = {
        18: models.resnet18,
        34: models.resnet34,
        50: models.resnet50,
        101: models.resnet101,
        152: models.resnet152,
    }
    CHANNELS: ClassVar = {18: (512, 256), 34: (512, 256), 50: (2048, 1024), 101: (2048, 1024), 152: (2048, 1024)}

    def __init__(self, depth=50, weights=None):
        super().__init__()
        try:
            make = self.KINDS[depth]
        except KeyError:
            raise ValueError(f"depth {depth} does not exist") from None
        resnet = make(weights=None)
        if weights is not None:
            resnet.load_state_dict(weights, strict=True)
        self.out_channels, self.aux_channels = self.CHANNELS[depth]
        self.stem = Stem(resnet)
        self.stage1 = resnet.layer1
        self.stage2 = resnet.layer2
        self.stage3 = resnet.layer3
        self.stage4 = resnet.layer4
        dilate_stage(self.stage3, 1, 2)
        dilate_stage(self.stage4, 2, 4)

    def forward(self, x):
        x = self.stem(x)
        x = self.stage1(x)
        x = self.stage2(x)
        aux = self.stage3(x)
        return self.stage4(aux), aux
