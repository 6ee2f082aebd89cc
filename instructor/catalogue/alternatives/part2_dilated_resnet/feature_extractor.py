"""Part 2 with torchvision's feature extractor, which traces the network, and a receptive field by accumulation."""

from itertools import accumulate
from operator import mul

from torch import nn
from torchvision.models import resnet18, resnet34, resnet50, resnet101, resnet152
from torchvision.models.feature_extraction import create_feature_extractor

BUILDERS = {18: resnet18, 34: resnet34, 50: resnet50, 101: resnet101, 152: resnet152}


def receptive_field(layers):
    """Side of the square of input pixels that one output sees."""
    steps = accumulate((stride for _, stride, _ in layers), mul, initial=1)
    return 1 + sum((kernel - 1) * dilation * step for (kernel, _, dilation), step in zip(layers, steps, strict=False))


def dilate_stage(stage, dilation_before, dilation):
    """Trade the stride of a stage for dilation."""
    convolutions = [module for module in stage.modules() if isinstance(module, nn.Conv2d)]
    for conv in convolutions:
        if conv.kernel_size == (3, 3):
            d = dilation_before if 2 in conv.stride else dilation
            conv.dilation = (d, d)
            conv.padding = (d, d)
    for conv in convolutions:
        conv.stride = (1, 1)


class DilatedResNet(nn.Module):
    """ResNet whose last two stages are dilated."""

    def __init__(self, depth=50, weights=None):
        super().__init__()
        if depth not in BUILDERS:
            raise ValueError(f"unknown depth {depth}, choose from {list(BUILDERS)}")
        network = BUILDERS[depth]()
        if weights is not None:
            network.load_state_dict(weights)
        dilate_stage(network.layer3, 1, 2)
        dilate_stage(network.layer4, 2, 4)
        self.out_channels = network.layer4[-1].conv1.in_channels
        self.aux_channels = network.layer3[-1].conv1.in_channels
        self.extractor = create_feature_extractor(network, {"layer3": "aux", "layer4": "out"})

    def forward(self, x):
        """Return the features of stages 4 and 3."""
        features = self.extractor(x)
        return features["out"], features["aux"]
