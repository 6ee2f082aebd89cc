"""Plain and residual networks for small pictures: He et al., "Deep Residual Learning", CVPR 2016, section 4.2."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    """Two 3×3 convolutions with batch norm; a residual block adds its input before the last ReLU.

    Args:
        before: channels of the input.
        after: channels of the output.
        stride: of the first convolution.
        residual: whether there is a shortcut. It has no parameters (the paper's option A): what the stride leaves of
            the input, and zeros for the channels that it lacks.
    """

    def __init__(self, before: int, after: int, stride: int, residual: bool) -> None:
        super().__init__()
        self.stride, self.new_channels, self.residual = stride, after - before, residual
        self.conv1 = nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, before, H, W) to (N, after, H/stride, W/stride)."""
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.residual:
            y = y + F.pad(x[..., :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.new_channels))
        return F.relu(y)

    @torch.no_grad()
    def become_identity(self) -> None:
        """Set the weights so that the block, in eval mode, returns any input that is nowhere negative as it is.

        A residual block needs zeros. A plain one needs kernels with a one in the middle, and batch norm that changes
        nothing.
        """
        for convolution, norm in ((self.conv1, self.bn1), (self.conv2, self.bn2)):
            nn.init.dirac_(convolution.weight)
            nn.init.constant_(norm.weight, 0 if self.residual else 1)
            nn.init.zeros_(norm.bias)
            norm.running_mean.zero_()  # type: ignore[union-attr]  # there are statistics
            norm.running_var.fill_(1 - norm.eps)  # type: ignore[union-attr]


class SmallNet(nn.Module):
    """A network of 6n+2 layers: a convolution, three stages of n blocks, and a classifier.

    The stages have 1, 2 and 4 times `width` channels. A residual block starts as the identity: the scale of its last
    batch norm is zero (Goyal et al. 2017, section 5.1), as with torchvision's `zero_init_residual`.

    Args:
        layers: 20, 32, 44, 56, …
        residual: whether the blocks have shortcuts.
        width: channels of the first stage; 16 in the paper.
        num_classes: K.
    """

    def __init__(self, layers: int, residual: bool, width: int, num_classes: int) -> None:
        super().__init__()
        if layers < 8 or layers % 6 != 2:
            raise ValueError(f"{layers} layers: expected 6n+2, such as 20 or 56")
        self.layers, self.residual, self.width, self.num_classes = layers, residual, width, num_classes
        blocks = (layers - 2) // 6
        self.stem = nn.Sequential(nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        self.stages = nn.ModuleList()
        before = width
        for stage in range(3):
            after = width * 2**stage
            stack = nn.Sequential(Block(before, after, 2 if stage else 1, residual))
            stack.extend(Block(after, after, 1, residual) for _ in range(blocks - 1))
            self.stages.append(stack)
            before = after
        self.classifier = nn.Linear(before, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, Block) and residual:
                nn.init.zeros_(module.bn2.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Map images (N, 3, H, W) to logits (N, K)."""
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        return self.classifier(x.mean((2, 3)))


def deepened(network: SmallNet, layers: int) -> SmallNet:
    """Make a deeper network that computes the same: the network's blocks, and behind each stage blocks of the identity.

    Both are in eval mode; `layers` are those of the deeper one.
    """
    deeper = SmallNet(layers, network.residual, network.width, network.num_classes)
    deeper.stem.load_state_dict(network.stem.state_dict())
    deeper.classifier.load_state_dict(network.classifier.state_dict())
    for new, old in zip(deeper.stages, network.stages, strict=True):
        for block in new.children():
            block.become_identity()  # type: ignore[operator]  # it is a Block
        new.load_state_dict(old.state_dict(), strict=False)
    network.eval()
    return deeper.to(network.classifier.weight.device).eval()
