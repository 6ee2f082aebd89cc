"""Part 2 with the network cut into two Sequentials, and the receptive field as an interval of pixels."""

from torch import nn
from torchvision import models


def receptive_field(layers):
    """Side of the square of input pixels that one output sees: the interval that output 0 reads, layer by layer."""
    first = last = 0
    for kernel, stride, dilation in layers[::-1]:
        first, last = first * stride, last * stride + (kernel - 1) * dilation
    return last - first + 1


def dilate_stage(stage, dilation_before, dilation):
    """Trade the stride of a stage for dilation."""
    first, *others = (conv for conv in stage.modules() if getattr(conv, "kernel_size", None) == (3, 3))
    first.dilation = first.padding = (dilation_before, dilation_before)
    for conv in others:
        conv.dilation = conv.padding = (dilation, dilation)
    for module in stage.modules():
        if hasattr(module, "stride"):
            module.stride = (1, 1)


class DilatedResNet(nn.Module):
    """ResNet whose last two stages are dilated."""

    def __init__(self, depth=50, weights=None):
        super().__init__()
        if f"resnet{depth}" not in models.list_models(module=models):
            raise ValueError(f"there is no resnet{depth}")
        network = getattr(models, f"resnet{depth}")()
        if weights is not None:
            network.load_state_dict(weights)
        layers = list(network.children())[:-2]  # without average pooling and classifier
        stage3, stage4 = layers[-2:]
        dilate_stage(stage3, 1, 2)
        dilate_stage(stage4, 2, 4)
        self.to_stage4 = stage4
        self.to_stage3 = nn.Sequential(*layers[:-1])

    @property
    def out_channels(self):
        """Channels of stage 4."""
        return [m for m in self.to_stage4.modules() if isinstance(m, nn.BatchNorm2d)][-1].num_features

    @property
    def aux_channels(self):
        """Channels of stage 3."""
        return [m for m in self.to_stage3.modules() if isinstance(m, nn.BatchNorm2d)][-1].num_features

    def forward(self, x):
        """Return the features of stages 4 and 3."""
        aux_features = self.to_stage3(x)
        features = self.to_stage4(aux_features)
        return features, aux_features
