"""The zero-shot table of the MSeg paper (Lambert et al., CVPR 2020), and the mean that it ends with."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

TESTS = ("VOC", "Context", "CamVid", "WildDash", "KITTI", "ScanNet")
"""Data sets that no network was trained on."""


class Published(NamedTuple):
    """A network of the paper."""

    trained_on: str
    miou: Sequence[float]  # percent, in the order of `TESTS`
    mean: float  # harmonic, as printed


MSEG = (
    Published("COCO", (73.4, 43.3, 58.7, 38.2, 47.6, 33.4), 45.8),
    Published("ADE20K", (35.4, 23.9, 52.6, 38.6, 41.6, 42.9), 36.9),
    Published("Mapillary", (22.5, 13.6, 82.1, 55.4, 67.7, 2.1), 9.3),
    Published("IDD", (14.6, 6.5, 72.1, 41.2, 51.0, 1.6), 6.5),
    Published("BDD", (14.4, 7.1, 70.7, 52.2, 54.5, 1.4), 6.1),
    Published("Cityscapes", (13.3, 6.8, 76.1, 30.1, 57.6, 1.7), 6.8),
    Published("SUN RGB-D", (10.0, 4.3, 0.1, 1.9, 1.1, 42.6), 0.3),
    Published("all seven, not relabelled", (70.2, 42.7, 82.0, 62.7, 65.5, 43.2), 57.6),
    Published("all seven: MSeg", (70.7, 42.7, 83.3, 62.0, 67.0, 48.2), 59.2),
)
"""HRNet-W48, 1M crops, single scale, as its authors give them (github.com/mseg-dataset/mseg-semantic, README)."""


def harmonic_mean(values: Iterable[float]) -> float:
    """Return the harmonic mean: near the lowest of some positive numbers, and 0 if one is 0."""
    numbers = list(values)
    return 0.0 if min(numbers) <= 0 else len(numbers) / sum(1 / value for value in numbers)
