"""Testing as published: through a sliding window, at several scales, mirrored; the probabilities are averaged.

Zhao et al. 2017, section 5.2 (several scales, mirrored); the window, which slides by two thirds of its side, is that of
the authors' code. A network behind these views is still a network: it returns logits, whose softmax is the average.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from proj4_code.given.networks.build import check_side

SCALES = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75)
"""The scales that the paper averages over."""
STRIDE = 2 / 3  # of the window's side
WINDOWS_AT_ONCE = 16  # in one pass through the network: enough for a GPU, and the memory of a training batch


def corners(length: int, window: int) -> list[int]:
    """List where windows begin that slide along a side of `length` pixels; the last one ends where the side does."""
    step = math.ceil(window * STRIDE)
    return [*range(0, length - window, step), length - window]


def pad_to(images: Tensor, least: int) -> tuple[Tensor, int, int]:
    """Pad images (N, C, H, W) on all sides with 0, the mean colour, until no side is below `least` pixels.

    Returns the padded images, and how many pixels were added at the top and at the left.
    """
    missing = [max(0, least - side) for side in images.shape[-2:]]
    (top, left), (bottom, right) = zip(*((pixels // 2, pixels - pixels // 2) for pixels in missing), strict=True)
    return F.pad(images, (left, right, top, bottom)), top, left


class SlidingWindow(nn.Module):
    """A network that sees a frame through a window, whose side in pixels is that of the crops it was trained on."""

    def __init__(self, network: nn.Module, window: int) -> None:
        super().__init__()
        self.network, self.window = network, window

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Average the probabilities of all windows that hold a pixel.

        Images (N, 3, H, W) are float and normalised; what is smaller than the window is padded. Returns
        `{"out": (N, K, H, W)}`, log probabilities.
        """
        height, width = images.shape[-2:]
        padded, top, left = pad_to(images, self.window)
        tops, lefts = (corners(side, self.window) for side in padded.shape[-2:])
        places = [(..., slice(y, y + self.window), slice(x, x + self.window)) for y in tops for x in lefts]
        windows = torch.cat([padded[place] for place in places])
        logits = torch.cat([self.network(some)["out"] for some in windows.split(WINDOWS_AT_ONCE)])
        total = logits.new_zeros(len(images), logits.shape[1], *padded.shape[-2:])
        count = torch.zeros_like(total[:1, :1])
        for place, probabilities in zip(places, logits.softmax(1).split(len(images)), strict=True):
            total[place] += probabilities
            count[place] += 1
        return {"out": log(total / count)[..., top : top + height, left : left + width]}


def rescale(images: Tensor, scale: float) -> Tensor:
    """Resize images (N, C, H, W), H and W 8n+1, to the nearest sides of 8n+1."""
    return resize(images, [max(1, round((side - 1) * scale / 8)) * 8 + 1 for side in images.shape[-2:]])


def resize(images: Tensor, size: Sequence[int]) -> Tensor:
    """Resize (N, C, H, W) to a height and a width."""
    if images.shape[-2:] == torch.Size(size):
        return images
    return F.interpolate(images, size, mode="bilinear", antialias=True)


def log(probabilities: Tensor) -> Tensor:
    """Compute logarithms, of any shape; that of 0 is very low, but finite, so that what comes next may interpolate."""
    return probabilities.clamp(min=torch.finfo(probabilities.dtype).tiny).log()


class MultiScale(nn.Module):
    """A network, or a `SlidingWindow`, that sees a frame at several scales, shares of its size, and in the mirror."""

    def __init__(self, network: nn.Module, scales: Sequence[float] = SCALES, mirror: bool = True) -> None:
        super().__init__()
        self.network, self.scales, self.mirror = network, scales, mirror

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Average the probabilities of all views.

        Images (N, 3, H, W) are float and normalised, H and W 8n+1, as `eval_transforms` makes them. Returns
        `{"out": (N, K, H, W)}`, log probabilities.
        """
        size = images.shape[-2:]
        views = [resize(self.look(rescale(images, scale)), size) for scale in self.scales]
        return {"out": log(sum(views[1:], views[0]) / len(views))}

    def look(self, images: Tensor) -> Tensor:
        """Compute the probabilities of images (N, 3, H, W), averaged with those of the mirrored images."""
        probabilities = self.network(images)["out"].softmax(1)
        if self.mirror:
            mirrored = self.network(images.flip(-1))["out"].softmax(1)
            probabilities = (probabilities + mirrored.flip(-1)) / 2
        return probabilities


@dataclass(frozen=True)
class Views:
    """How often, and how, a frame is seen.

    Attributes:
        window: side in pixels of the window that slides over it; None: it is seen as a whole.
        scales: sides of what is seen, as shares of the frame's.
        mirror: whether it is seen mirrored too.
    """

    window: int | None = None
    scales: tuple[float, ...] = (1.0,)
    mirror: bool = False

    def __str__(self) -> str:
        words = ["whole frames" if self.window is None else f"window {self.window}"]
        if self.scales != (1.0,):
            words.append("scales " + " ".join(f"{scale:g}" for scale in self.scales))
        return ", ".join([*words, "mirrored"] if self.mirror else words)

    def check(self, arch: str) -> None:
        """Raise a ValueError if the window does not suit the architecture, or a scale is not above 0."""
        if self.window is not None and self.window < 9:
            raise ValueError(f"--window {self.window}: expected 9 pixels or more")
        if self.window is not None:
            check_side(arch, "--window", self.window)
        if not self.scales or min(self.scales) <= 0:
            raise ValueError(f"--scales {' '.join(map(str, self.scales))}: expected numbers above 0, such as 0.5 1 1.5")

    def through(self, model: nn.Module) -> nn.Module:
        """Put a network behind these views; one view of the whole frame is the network itself."""
        if self.window is not None:
            model = SlidingWindow(model, self.window)
        if self.scales != (1.0,) or self.mirror:
            model = MultiScale(model, self.scales, self.mirror)
        return model.eval()


WHOLE_FRAME = Views()
