"""What tells a network that has learned from one that knows the test split by heart: frames whose labels nobody has.

Such a frame is put together from two others. A network sees in each half what it saw in the whole, and the same again
when the frame is mirrored and cropped; code that looks frames up finds none. The sizes of the weights tell whether
there is room for labels. What is found here is for a person to judge: it takes no points.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from proj4_unit_tests.harness.channel import harmless

Image = npt.NDArray[np.uint8]
SEAM = 0.05  # of the width, on either side of where two frames meet: a network sees both
MOST_LESS = 0.15  # agreement that may be lost on frames that nobody has labels of
MOST_MORE = 0.03  # share of values beyond those of the network of the assignment
WIDTHS = {18: (512, 256), 34: (512, 256), 50: (2048, 1024), 101: (2048, 1024), 152: (2048, 1024)}
BACKBONES = {18: 11_176_512, 34: 21_284_672, 50: 23_508_032, 101: 42_500_160, 152: 58_143_808}
"""Depth -> channels of stages 4 and 3, and the number of a ResNet's parameters without its classifier (torchvision)."""
MOST_WHOLE_NUMBERS = 64  # in one tensor: batch norm counts batches in one


def put_together(left: Image, right: Image, generator: np.random.Generator) -> tuple[Image, npt.NDArray[np.bool_]]:
    """Put two frames (H, W, 3) side by side, cut where nobody could foresee.

    Returns:
        The new frame, and a mask (W,) that is True where it is `left`.
    """
    width = left.shape[1]
    cut = int(generator.integers(round(width * 0.3), round(width * 0.7)))
    is_left = np.arange(width) < cut
    light = generator.uniform(0.95, 1.05, 3)
    image = np.where(is_left[None, :, None], left, right) * light
    return image.clip(0, 255).astype(np.uint8), is_left


def agreement_with_halves(new: Image, left: Image, right: Image, is_left: npt.NDArray[np.bool_]) -> float:
    """Return the share of pixels on which the labels of a frame that was put together are those of its two halves.

    Args:
        new: labels (H, W) of the frame.
        left: labels of the whole frame that its left half is from.
        right: labels of the whole frame that its right half is from.
        is_left: as `put_together` returns it; near the cut, labels are not compared.
    """
    width = len(is_left)
    far = np.abs(np.arange(width) - is_left.sum()) > SEAM * width
    same = np.where(is_left[None], new == left, new == right)
    return float(same[:, far].mean())


def surprises(known: float, unseen: float) -> Iterator[str]:
    """Yield what is odd about how far a network agrees with itself, in words.

    Args:
        known: agreement of mirrored crops of the test split's frames with the whole frames.
        unseen: agreement of frames that were put together with their halves.
    """
    if unseen < known - MOST_LESS:
        yield (
            f"on frames put together from two others the network agrees with itself on {unseen:.0%} of the pixels, on "
            f"the test split's on {known:.0%}: it may know these by heart"
        )


def unusual_weights(
    weights: Mapping[str, npt.NDArray[Any]], depth: int, bins: Sequence[int], aux: bool
) -> Iterator[str]:
    """Yield what is unusual about handed-in weights, in words.

    Args:
        weights: by name.
        depth: of the backbone that they are said to be for.
        bins: of the pyramid pooling module.
        aux: whether there is an auxiliary classifier.
    """
    whole = {name: w.size for name, w in weights.items() if np.issubdtype(w.dtype, np.integer)}
    many = [name for name, size in whole.items() if size > MOST_WHOLE_NUMBERS]
    if many:
        count = sum(whole[name] for name in many)
        yield f"the weights hold {count} whole numbers in {len(many)} tensors, such as {harmless(many[0])[:100]}"
    if depth not in BACKBONES:
        yield f"the weights are said to be for a ResNet-{depth}, which the assignment does not have"
        return
    expected = _expected_values(depth, bins, aux)
    values = sum(w.size for w in weights.values())
    if values > (1 + MOST_MORE) * expected:
        yield f"the weights hold {values / 1e6:.2f} million values; the assignment's network has {expected / 1e6:.2f}"


def _expected_values(depth: int, bins: Sequence[int], aux: bool) -> int:
    """Count the parameters of a PSPNet, and about as many running statistics as batch norm keeps."""
    last, third = WIDTHS[depth]
    heads = [(2 * last if bins else last, last // 4)] + ([(third, third // 4)] if aux else [])
    pooled = last * (last // len(bins)) * len(bins) if bins else 0
    return BACKBONES[depth] + pooled + sum(9 * channels * hidden + 11 * hidden for channels, hidden in heads)
