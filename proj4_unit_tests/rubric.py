"""The six parts, and the points of every test: the one table."""

from typing import NamedTuple


class Part(NamedTuple):
    """One of the six modules that a student writes."""

    number: int
    module: str
    title: str

    @property
    def file(self) -> str:
        """Name of the file in `proj4_code`."""
        return f"{self.module}.py"


PARTS = (
    Part(1, "part1_ppm", "pyramid pooling"),
    Part(2, "part2_dilated_resnet", "dilated ResNet"),
    Part(3, "part3_pspnet", "PSPNet"),
    Part(4, "part4_camvid", "CamVid"),
    Part(5, "part5_iou", "IoU"),
    Part(6, "part6_training", "training"),
)
