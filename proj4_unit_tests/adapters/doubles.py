"""Small doubles for the parts that a test is not about: each part can be tested while others are not written."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn

from proj4_unit_tests.adapters.types import Unchecked


class DoublePPM(nn.Module):
    """Has the interface of part 1's PPM, but pools nothing: each branch is a 1×1 convolution.

    Attributes:
        made: arguments of all that were made: [in_channels, branch_channels, bins].
    """

    made: ClassVar[list[list[Unchecked]]] = []

    def __init__(self, in_channels: int, branch_channels: int, bins: Sequence[int] = (1, 2, 3, 6)) -> None:
        super().__init__()
        DoublePPM.made.append([in_channels, branch_channels, list(bins)])
        self.branches = nn.ModuleList(nn.Conv2d(in_channels, branch_channels, 1) for _ in bins)

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate the input and the branches."""
        return torch.cat([x, *(branch(x) for branch in self.branches)], dim=1)


class DoubleBackbone(nn.Module):
    """Has the interface of part 2's network: one strided convolution for each feature map."""

    def __init__(self, out_channels: int = 8, aux_channels: int = 12) -> None:
        super().__init__()
        self.out_channels = out_channels
        self.aux_channels = aux_channels
        self.last = nn.Conv2d(3, out_channels, kernel_size=9, stride=8, padding=4)
        self.before = nn.Conv2d(3, aux_channels, kernel_size=9, stride=8, padding=4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return features and aux features."""
        return self.last(x), self.before(x)


class Pass(NamedTuple):
    """One forward pass of a network: whether in training mode, whether with gradients on, and the size of the batch."""

    training: bool
    gradients: bool
    images: int


class Passes(list[Pass]):
    """The forward passes of a network and of its copies, in order."""

    def __deepcopy__(self, memo: object) -> "Passes":
        return self

    def note(self, network: nn.Module, x: Tensor) -> None:
        """Add a pass of the network with the batch x."""
        self.append(Pass(network.training, torch.is_grad_enabled(), len(x)))


class DoubleSegmenter(nn.Module):
    """A network of a few weights that has part 3's interface, and notes its forward passes.

    Some parameters of the head have the shape of one in the backbone, and those of its batch norm the same values.
    """

    def __init__(self, num_classes: int = 3, aux: bool = True) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.Tanh())
        self.head = nn.Sequential(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4), nn.Conv2d(4, num_classes, 1))
        self.aux_head = nn.Conv2d(4, num_classes, 1) if aux else None
        self.passes = Passes()

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return logits of x's height and width."""
        self.passes.note(self, x)
        features = self.backbone(x)
        outputs = {"out": self.head(features)}
        if self.training and self.aux_head is not None:
            outputs["aux"] = self.aux_head(features)
        return outputs


class EchoSegmenter(nn.Module):
    """A network that predicts what its input says, and notes its forward passes.

    Channel k of the input holds the logits of class k.
    """

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))
        self.norm = nn.BatchNorm2d(1)
        self.passes = Passes()

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return the input as logits; in training mode its negative."""
        self.passes.note(self, x)
        return {"out": -x * self.weight if self.training else x * self.weight}


class DoubleScaler(torch.amp.GradScaler):
    """Scales the loss by 2 and notes what it is asked to do, in order."""

    def __init__(self) -> None:
        super().__init__("cpu", init_scale=2.0)
        self.calls: list[str] = []

    def scale(self, outputs: Unchecked) -> Unchecked:
        """Return twice the loss."""
        self.calls.append("scale")
        return 2 * outputs

    def unscale_(self, optimizer: torch.optim.Optimizer) -> None:
        """Do nothing: `step` does it."""

    def step(self, optimizer: torch.optim.Optimizer) -> None:
        """Undo the scaling and step."""
        self.calls.append("step")
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter.grad /= 2
        optimizer.step()

    def update(self, new_scale: float | Tensor | None = None) -> None:
        """Note the call."""
        self.calls.append("update")


def double_confusion_matrix(calls: list[list[int]]) -> Callable[..., Tensor]:
    """Make a double of part 5 that counts nothing: its matrix holds three sums, which add up over batches too.

    Args:
        calls: gets the shape of the predictions of each call.
    """

    def confusion_matrix(prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255) -> Tensor:
        calls.append(list(prediction.shape))
        scored = target.ne(ignore_index)
        sums = torch.zeros(num_classes, num_classes, dtype=torch.int64)
        sums[0, 0] = scored.sum()
        sums[0, 1] = (target * scored).sum()
        sums[1, 0] = (prediction * target * scored).sum()
        return sums

    return confusion_matrix
