"""Part 2 as a subclass of torchvision's ResNet, with the stage walked block by block."""

from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

CONFIGURATIONS = {
    18: (BasicBlock, [2, 2, 2, 2]),
    34: (BasicBlock, [3, 4, 6, 3]),
    50: (Bottleneck, [3, 4, 6, 3]),
    101: (Bottleneck, [3, 4, 23, 3]),
    152: (Bottleneck, [3, 8, 36, 3]),
}


def receptive_field(layers):
    """Side of the square of input pixels that one output sees, from the last layer back to the input."""
    side = 1
    for kernel, stride, dilation in reversed(layers):
        side = (side - 1) * stride + dilation * (kernel - 1) + 1
    return side


def dilate_stage(stage, dilation_before, dilation):
    """Replace the stride of a stage by dilation."""
    for number, block in enumerate(stage):
        spatial = [block.conv1, block.conv2] if isinstance(block, BasicBlock) else [block.conv2]
        for conv in spatial:
            rate = dilation
            if number == 0 and conv is spatial[0]:
                rate = dilation_before
            conv.stride, conv.dilation, conv.padding = (1, 1), (rate, rate), (rate, rate)
        if block.downsample is not None:
            block.downsample[0].stride = (1, 1)


class DilatedResNet(ResNet):
    """ResNet whose last two stages are dilated."""

    def __init__(self, depth=50, weights=None):
        try:
            block, blocks = CONFIGURATIONS[depth]
        except KeyError:
            raise ValueError(f"no ResNet-{depth}: depth is one of {sorted(CONFIGURATIONS)}") from None
        super().__init__(block, blocks)
        if weights is not None:
            self.load_state_dict(weights)
        del self.fc, self.avgpool
        self.out_channels = 512 * block.expansion
        self.aux_channels = 256 * block.expansion
        dilate_stage(self.layer3, 1, 2)
        dilate_stage(self.layer4, 2, 4)

    def forward(self, x):
        """Return the features of stages 4 and 3."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer1(x)
        x = self.layer2(x)
        aux_features = self.layer3(x)
        return self.layer4(aux_features), aux_features
