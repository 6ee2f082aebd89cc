"""Small stand-ins for the parts that a test is not about: each part can be tested while others are not written."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import ClassVar
from unittest import mock

import torch
from torch import Tensor, nn

import proj4_code
from proj4_unit_tests.adapters.imports import student_part


class DoublePPM(nn.Module):
    """Has the interface of part 1's PPM, but pools nothing: each branch is a 1×1 convolution.

    Attributes:
        made: arguments of all that were made: [in_channels, branch_channels, bins].
    """

    made: ClassVar[list] = []

    def __init__(self, in_channels: int, branch_channels: int, bins: Sequence[int] = (1, 2, 3, 6)) -> None:
        super().__init__()
        DoublePPM.made.append([in_channels, branch_channels, list(bins)])
        self.branches = nn.ModuleList(nn.Conv2d(in_channels, branch_channels, 1) for _ in bins)

    def forward(self, x: Tensor) -> Tensor:
        """Concatenate the input and the branches."""
        return torch.cat([x, *(branch(x) for branch in self.branches)], dim=1)


class DoubleBackbone(nn.Module):
    """Has the interface of part 2's network: one strided convolution a feature map."""

    def __init__(self, out_channels: int = 8, aux_channels: int = 12) -> None:
        super().__init__()
        self.out_channels, self.aux_channels = out_channels, aux_channels
        self.last = nn.Conv2d(3, out_channels, kernel_size=9, stride=8, padding=4)
        self.before = nn.Conv2d(3, aux_channels, kernel_size=9, stride=8, padding=4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return features and aux features."""
        return self.last(x), self.before(x)


class _Calls(list):
    """Notes of a network, which its copies share."""

    def __deepcopy__(self, memo: dict) -> "_Calls":
        return self


class DoubleSegmenter(nn.Module):
    """A network of a few weights that follows part 3's interface, and notes how it is used.

    Some parameters of the head have the shape of one in the backbone, and those of its batch norm the same values.

    Attributes:
        calls: for each forward pass [training, gradients on, batch size].
    """

    def __init__(self, num_classes: int = 3, aux: bool = True) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.Tanh())
        self.head = nn.Sequential(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4), nn.Conv2d(4, num_classes, 1))
        self.aux_head = nn.Conv2d(4, num_classes, 1) if aux else None
        self.calls = _Calls()

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return logits of x's height and width."""
        self.calls.append([self.training, torch.is_grad_enabled(), len(x)])
        features = self.backbone(x)
        outputs = {"out": self.head(features)}
        if self.training and self.aux_head is not None:
            outputs["aux"] = self.aux_head(features)
        return outputs


class Prophet(nn.Module):
    """A network that predicts what its input says: channel k of the image holds the logits of class k.

    Attributes:
        calls: as in `DoubleSegmenter`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))
        self.norm = nn.BatchNorm2d(1)
        self.calls = _Calls()

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Return the input as logits; in training mode something else."""
        self.calls.append([self.training, torch.is_grad_enabled(), len(x)])
        return {"out": -x * self.weight if self.training else x * self.weight}


class DoubleScaler(torch.amp.GradScaler):
    """Scales the loss by 2 and notes what it is asked to do, in order."""

    def __init__(self) -> None:
        super().__init__("cpu", init_scale=2.0)
        self.calls: list[str] = []

    def scale(self, loss: Tensor) -> Tensor:
        """Return twice the loss."""
        self.calls.append("scale")
        return 2 * loss

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

    def update(self) -> None:
        """Note the call."""
        self.calls.append("update")


def double_confusion_matrix(calls: list) -> Callable[..., Tensor]:
    """Make a stand-in for part 5 that counts nothing: its matrix holds three sums, which add up over batches too.

    Args:
        calls: gets one entry for each call.
    """

    def confusion_matrix(prediction: Tensor, target: Tensor, num_classes: int, ignore_index: int = 255) -> Tensor:
        calls.append(list(prediction.shape))
        scored = target.ne(ignore_index)
        sums = torch.zeros(num_classes, num_classes, dtype=torch.int64)
        sums[0, 0], sums[0, 1], sums[1, 0] = scored.sum(), (target * scored).sum(), (prediction * target * scored).sum()
        return sums

    return confusion_matrix


@contextmanager
def standing_in(part: str, other: str, name: str, double: object) -> Iterator[ModuleType]:
    """Import a part anew, with a double in the place of what it takes from another part.

    Anew, because what a part makes of the other when it is imported, such as a subclass, is then made of the double.

    Args:
        part: module of the part to test.
        other: module of the other part; it may be a skeleton, or one that cannot be imported.
        name: what is replaced in it.
        double: what stands in.
    """
    try:
        others = student_part(other)
    except KeyboardInterrupt:
        raise
    except BaseException:  # SystemExit too: what is wrong with the other part is not this part's fault
        others = ModuleType(f"proj4_code.{other}")
    before = {module: sys.modules.pop(f"proj4_code.{module}", None) for module in (other, part)}
    sys.modules[others.__name__] = others
    try:
        with mock.patch.object(others, name, double, create=True):
            yield student_part(part)
    finally:
        for module, was in before.items():
            _put_back(module, was)


def _put_back(module: str, was: ModuleType | None) -> None:
    """Make a module of the package what it was before; None if it was not imported."""
    sys.modules.pop(f"proj4_code.{module}", None)
    vars(proj4_code).pop(module, None)
    if was is not None:
        sys.modules[f"proj4_code.{module}"] = was
        setattr(proj4_code, module, was)
