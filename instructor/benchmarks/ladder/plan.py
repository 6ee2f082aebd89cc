"""The rows of the ladder, and what is to be measured of them."""

from dataclasses import dataclass
from pathlib import Path

from instructor.catalogue.edits import Edit
from proj4_code.given.networks.build import NAMES
from proj4_code.given.training.settings import VGG_DEPTH

STRIDED = Edit(
    "2-stride-32",
    "the backbone is an ordinary ResNet: stages 3 and 4 are strided and not dilated",
    "",
    """        dilate_stage(network.layer3, dilation_before=1, dilation=2)
        dilate_stage(network.layer4, dilation_before=2, dilation=4)
""",
    "",
)
CROPS = {120: 105, 240: 201, 360: 297}
"""Side of the training crops by short side of the frames, in pixels."""


@dataclass(frozen=True)
class Row:
    """A rung.

    name: in the table.
    options: of the training program.
    depth: of the backbone, which decides the weights: that of a ResNet, or 16, SegNet's VGG-16 with batch norm.
    pretrained: whether it starts from ImageNet's weights.
    dilated: whether the backbone is the reference's, or an ordinary ResNet.
    multi_scale: the runs are those of the row before it, tested at several scales.
    """

    name: str
    options: tuple[str, ...]
    depth: int
    pretrained: bool = True
    dilated: bool = True
    multi_scale: bool = False

    @property
    def slug(self) -> str:
        """The name as part of a folder's name."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.name.lower()).split())


def rungs(depth: int) -> list[Row]:
    """List the rows of the ladder that end in PSPNet of a depth."""
    network, plain = ("--depth", str(depth)), ("--bins", "none", "--no-aux")
    return [
        Row("no pretraining", (*network, *plain, "--no-augment"), depth, pretrained=False, dilated=False),
        Row("pretrained baseline", (*network, *plain, "--no-augment"), depth, dilated=False),
        Row("+ augmentation", (*network, *plain), depth, dilated=False),
        Row("+ dilation", (*network, *plain), depth),
        Row("+ auxiliary loss", (*network, "--bins", "none"), depth),
        Row(f"+ PPM: PSPNet-{depth}", network, depth),
        Row("+ multi-scale testing", network, depth, multi_scale=True),
    ]


ROWS = (
    *rungs(50),
    Row("PSPNet-18", ("--depth", "18"), 18),
    Row("PSPNet-101", ("--depth", "101"), 101),
    *(
        Row(f"{name}-50", ("--arch", arch, "--depth", "50"), 50)
        for arch, name in NAMES.items()
        if arch not in ("pspnet", "segnet")
    ),
    Row("SegNet-VGG16", ("--arch", "segnet"), VGG_DEPTH),
    Row("torchvision's FCN-50", ("--arch", "fcn_resnet50"), 50),
    Row("torchvision's DeepLabV3-50", ("--arch", "deeplabv3_resnet50"), 50),
)


@dataclass(frozen=True)
class Plan:
    """What is asked for.

    out: folder of everything; each run has a folder in it.
    data: prepared data.
    rows, seeds, short_sides: each row is trained with each seed at each short side.
    weights: of the backbone, by depth, as the training program takes them; a depth that is missing cannot be measured.
    common: options of the training program for all rows.
    """

    out: Path
    data: Path
    rows: tuple[Row, ...]
    seeds: tuple[int, ...]
    short_sides: tuple[int, ...]
    epochs: int
    weights: dict[int, str]
    common: tuple[str, ...] = ()

    def run_folder(self, row: Row, short_side: int, seed: int) -> Path:
        """Return the folder of a run: a row that is only tested otherwise has that of the row before it."""
        while row.multi_scale:
            row = self.rows[self.rows.index(row) - 1]
        return self.out / f"{row.slug}-{short_side}-seed{seed}"

    def test_folder(self, row: Row, short_side: int, seed: int, split: str) -> Path:
        """Return the folder of a run's scores on a split."""
        return self.run_folder(row, short_side, seed) / (f"{split}-multi-scale" if row.multi_scale else split)
