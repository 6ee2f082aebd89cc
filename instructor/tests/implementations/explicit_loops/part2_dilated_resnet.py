"""Part 2: a ResNet that keeps an eighth of the input's resolution, with dilation instead of strides.

Yu and Koltun, "Multi-Scale Context Aggregation by Dilated Convolutions", ICLR 2016; Yu, Koltun and Funkhouser,
"Dilated Residual Networks", CVPR 2017, section 2.
"""

from collections.abc import Sequence

from torch import Tensor, nn
from torchvision.models import resnet

DEPTHS = (18, 34, 50, 101, 152)


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """Compute the receptive field of a stack of convolutions."""
    receptive_field_side = 1
    pixels_per_step = 1  # how many input pixels lie between two neighbouring cells
    for layer in layers:
        kernel = layer[0]
        stride = layer[1]
        dilation = layer[2]
        if kernel < 1 or stride < 1 or dilation < 1:
            raise ValueError(f"kernel, stride and dilation must be positive, but the layer is {layer}")
        receptive_field_side = receptive_field_side + (kernel - 1) * dilation * pixels_per_step
        pixels_per_step = pixels_per_step * stride
    return receptive_field_side


def has_stride(convolution: nn.Conv2d) -> bool:
    """Tell whether a convolution has a stride other than 1."""
    return convolution.stride[0] != 1 or convolution.stride[1] != 1


def set_dilation(convolution: nn.Conv2d, dilation: int) -> None:
    """Set the dilation of a 3x3 convolution, and the padding that keeps the size."""
    convolution.dilation = (dilation, dilation)
    convolution.padding = (dilation, dilation)


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
    # A Conv2d reads its stride, dilation and padding (pairs of integers) in every forward pass.
    if dilation_before < 1 or dilation < 1:
        raise ValueError("The dilations must be positive")
    stride_was_removed = False
    for block in stage:
        # the convolutions of the main path, in the order in which they are called
        convolutions = [block.conv1, block.conv2]
        if isinstance(block, resnet.Bottleneck):
            convolutions.append(block.conv3)
        for convolution in convolutions:
            is_three_by_three = convolution.kernel_size == (3, 3)
            if has_stride(convolution):
                convolution.stride = (1, 1)
                if is_three_by_three:
                    set_dilation(convolution, dilation_before)
                stride_was_removed = True
            elif is_three_by_three:
                if stride_was_removed:
                    set_dilation(convolution, dilation)
                else:
                    set_dilation(convolution, dilation_before)
        # the shortcut
        if block.downsample is not None:
            for layer in block.downsample:
                if isinstance(layer, nn.Conv2d):
                    layer.stride = (1, 1)


def create_resnet(depth: int) -> nn.Module:
    """Create torchvision's ResNet of the given depth with random weights."""
    if depth == 18:
        return resnet.resnet18(weights=None)
    elif depth == 34:
        return resnet.resnet34(weights=None)
    elif depth == 50:
        return resnet.resnet50(weights=None)
    elif depth == 101:
        return resnet.resnet101(weights=None)
    elif depth == 152:
        return resnet.resnet152(weights=None)
    else:
        raise ValueError(f"There is no ResNet of depth {depth}, only of depths {DEPTHS}")


def count_output_channels(stage: nn.Sequential) -> int:
    """Return how many channels the last block of a stage returns."""
    last_block = stage[len(stage) - 1]
    if isinstance(last_block, resnet.Bottleneck):
        return last_block.conv3.out_channels
    else:
        return last_block.conv2.out_channels


class DilatedResNet(nn.Module):
    """torchvision's ResNet without its classifier, and with stages 3 and 4 dilated (by 2 and 4) instead of strided."""

    def __init__(self, depth: int = 50, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        original_network = create_resnet(depth)
        if weights is not None:
            # as long as it still has its classifier, all the names fit
            original_network.load_state_dict(weights, strict=True)
        self.conv1 = original_network.conv1
        self.bn1 = original_network.bn1
        self.relu = original_network.relu
        self.maxpool = original_network.maxpool
        self.layer1 = original_network.layer1
        self.layer2 = original_network.layer2
        self.layer3 = original_network.layer3
        self.layer4 = original_network.layer4
        dilate_stage(self.layer3, 1, 2)
        dilate_stage(self.layer4, 2, 4)
        self.out_channels = count_output_channels(self.layer4)
        self.aux_channels = count_output_channels(self.layer3)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the features of the last two stages."""
        if x.dim() != 4 or x.shape[1] != 3:
            raise ValueError(f"Expected images (N, 3, H, W), but got {tuple(x.shape)}")
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.relu(x)
        x = self.maxpool(x)
        x = self.layer1(x)
        x = self.layer2(x)
        aux_features = self.layer3(x)
        features = self.layer4(aux_features)
        return features, aux_features
