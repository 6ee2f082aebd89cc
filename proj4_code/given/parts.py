"""The six parts of the assignment: the one place for their numbers, names, titles and files."""

from typing import NamedTuple


class Part(NamedTuple):
    """One of the six modules that a student writes, or the tests that use several of them.

    Attributes:
        number: 1 to 6; 0 for several parts together.
        module: name of the module in `proj4_code`.
        title: what it is about.
    """

    number: int
    module: str
    title: str

    @property
    def name(self) -> str:
        """What people call it."""
        return f"part {self.number}" if self.number else self.module

    @property
    def key(self) -> str:
        """The name in one word, for `pytest -k`."""
        return self.name.replace(" ", "")

    @property
    def file(self) -> str:
        """Name of the file in `proj4_code`."""
        return f"{self.module}.py"

    @property
    def tests(self) -> str:
        """Name of the module of tests in `proj4_unit_tests`."""
        return f"test_{self.module}"


PARTS = (
    Part(1, "part1_ppm", "pyramid pooling"),
    Part(2, "part2_dilated_resnet", "dilated ResNet"),
    Part(3, "part3_pspnet", "PSPNet"),
    Part(4, "part4_camvid", "CamVid"),
    Part(5, "part5_iou", "IoU"),
    Part(6, "part6_training", "training"),
)
TOGETHER = Part(0, "together", "several parts")
EVERYTHING = (*PARTS, TOGETHER)
