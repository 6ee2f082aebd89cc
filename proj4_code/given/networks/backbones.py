"""What the lectures' other networks are built on: ResNet and VGG-16, with the features of every resolution.

He et al., "Deep Residual Learning for Image Recognition", CVPR 2016; Simonyan and Zisserman, "Very Deep Convolutional
Networks for Large-Scale Image Recognition", ICLR 2015. Layers and weights are torchvision's.
"""

import torch.nn.functional as F
from torch import Tensor, nn
from torchvision import models
from torchvision.models import vgg


class ResNetFeatures(nn.Module):
    """A ResNet without its classifier. Cell i of the features of stride s lies on pixel s·i.

    Args:
        depth: 18, 34, 50, 101 or 152.
        weights: state dict of torchvision's ResNet of that depth, or None for random weights.
        output_stride: 32, or 16, for which part 2 dilates the last stage.

    Attributes:
        channels: of the features, by stride.
    """

    cells_are_centred = False

    def __init__(self, depth: int, weights: dict[str, Tensor] | None = None, output_stride: int = 32) -> None:
        super().__init__()
        network = models.get_model(f"resnet{depth}", weights=None)
        if weights is not None:
            network.load_state_dict(weights)
        if output_stride == 16:
            from proj4_code.part2_dilated_resnet import dilate_stage

            dilate_stage(network.layer4, dilation_before=1, dilation=2)
        self.stem = nn.Sequential(network.conv1, network.bn1, network.relu)
        self.layer1 = nn.Sequential(network.maxpool, *network.layer1)
        self.layer2, self.layer3, self.layer4 = network.layer2, network.layer3, network.layer4
        last = network.fc.in_features
        self.channels = (64, last // 8, last // 4, last // 2, last)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Compute the features of (N, 3, H, W) at strides 2, 4, 8, 16 and the output stride; sides are rounded up."""
        features = []
        for stage in (self.stem, self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
            features.append(x)
        return features


def vgg16_stages(batch_norm: bool, weights: dict[str, Tensor] | None = None) -> nn.ModuleList:
    """Make the convolutions of VGG-16 as five stages; the max pooling that follows each of them is left to the caller.

    Args:
        batch_norm: whether each convolution has batch norm, which the original had not.
        weights: state dict of torchvision's `vgg16_bn` or `vgg16`, or None for random weights.
    """
    layers = vgg.make_layers(vgg.cfgs["D"], batch_norm)
    for name, parameter in layers.named_parameters():
        if parameter.dim() == 4:
            nn.init.kaiming_normal_(parameter, mode="fan_out", nonlinearity="relu")
        elif name.endswith("bias"):
            nn.init.zeros_(parameter)
    if weights is not None:
        layers.load_state_dict(_under("features.", weights))
    stages: list[list[nn.Module]] = [[]]
    for layer in layers:
        if isinstance(layer, nn.MaxPool2d):
            stages.append([])
        else:
            stages[-1].append(layer)
    return nn.ModuleList(nn.Sequential(*stage) for stage in stages[:-1])


class FullyConvolutionalVGG16(nn.Module):
    """VGG-16 whose first two linear layers are convolutions, 7×7 and 1×1: Long et al. 2015, section 3.1.

    The same weights then classify every place of a larger image. Sides are padded where the paper pads the image by 100
    pixels. Pooling covers the last odd row and column too (as in Caffe), and a cell lies in the middle of its pixels.

    Args:
        weights: state dict of torchvision's `vgg16`, or None for random weights.
    """

    cells_are_centred = True
    channels = (64, 128, 256, 512, 4096)

    def __init__(self, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        self.stages = vgg16_stages(batch_norm=False, weights=weights)
        self.fc6, self.fc7 = nn.Conv2d(512, 4096, 7, padding=3), nn.Conv2d(4096, 4096, 1)
        for convolution, name in ((self.fc6, "classifier.0"), (self.fc7, "classifier.3")):
            if weights is None:
                nn.init.normal_(convolution.weight, 0, 0.01)
            else:
                linear = weights[f"{name}.weight"].reshape(convolution.weight.shape)
                convolution.load_state_dict({"weight": linear, "bias": weights[f"{name}.bias"]})

    def forward(self, x: Tensor) -> list[Tensor]:
        """Compute the features of (N, 3, H, W) at strides 2, 4, 8, 16 and 32; sides are rounded up."""
        features = []
        for stage in self.stages:
            x = F.max_pool2d(stage(x), 2, ceil_mode=True)
            features.append(x)
        for convolution in (self.fc6, self.fc7):
            x = F.dropout(F.relu(convolution(x), inplace=True), 0.5, self.training)
        return [*features[:-1], x]


class PoolingVGG16(nn.Module):
    """The convolutions of VGG-16 with batch norm; max pooling remembers where each maximum was.

    Args:
        weights: state dict of torchvision's `vgg16_bn`, or None for random weights.
    """

    def __init__(self, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        self.stages = vgg16_stages(batch_norm=True, weights=weights)

    def forward(self, x: Tensor) -> tuple[Tensor, list[tuple[Tensor, tuple[int, int]]]]:
        """Compute the features (N, 512, H/32, W/32) of (N, 3, H, W), sides rounded down.

        Returns:
            They, and of each pooling, first to last, the places of the maxima and height and width before it.
        """
        poolings = []
        for stage in self.stages:
            x = stage(x)
            size = (x.shape[2], x.shape[3])
            x, places = F.max_pool2d(x, 2, return_indices=True)
            poolings.append((places, size))
        return x, poolings


def _under(prefix: str, weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Pick the entries whose name begins with `prefix`, and take it off."""
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
