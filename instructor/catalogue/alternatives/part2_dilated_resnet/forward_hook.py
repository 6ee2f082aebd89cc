"""Part 2 with the whole torchvision network kept, its head emptied, and a hook that notes the output of stage 3."""

import numpy as np
import torchvision
from torch import nn


def receptive_field(layers):
    """Side of the square of input pixels that one output sees."""
    if len(layers) == 0:
        return 1
    kernels, strides, dilations = np.array(layers).T
    steps = np.concatenate([[1], np.cumprod(strides)[:-1]])
    return int(1 + ((kernels - 1) * dilations * steps).sum())


def dilate_stage(stage, dilation_before, dilation):
    """Trade the stride of a stage for dilation."""

    def change(module):
        if isinstance(module, nn.Conv2d):
            strided = max(module.stride) > 1
            if module.kernel_size != (1, 1):
                module.dilation = (dilation_before,) * 2 if strided else (dilation,) * 2
                module.padding = module.dilation
            module.stride = (1, 1)

    stage.apply(change)


class DilatedResNet(nn.Module):
    """ResNet whose last two stages are dilated."""

    def __init__(self, depth=50, weights=None):
        super().__init__()
        if depth not in {18, 34, 50, 101, 152}:
            raise ValueError(f"depth {depth} is not 18, 34, 50, 101 or 152")
        self.resnet = getattr(torchvision.models, f"resnet{depth}")(weights=None)
        if weights is not None:
            self.resnet.load_state_dict(weights)
        self.out_channels = self.resnet.fc.weight.shape[1]
        self.aux_channels = self.out_channels // 2
        dilate_stage(self.resnet.layer3, 1, 2)
        dilate_stage(self.resnet.layer4, 2, 4)
        self.resnet.avgpool = nn.Identity()
        self.resnet.fc = nn.Identity()

    def forward(self, x):
        """Return the features of stages 4 and 3."""
        noted = {}

        def note(name):
            def hook(module, inputs, output):
                noted[name] = output

            return hook

        handles = [getattr(self.resnet, name).register_forward_hook(note(name)) for name in ("layer3", "layer4")]
        try:
            self.resnet(x)
        finally:
            for handle in handles:
                handle.remove()
        return noted["layer4"], noted["layer3"]
