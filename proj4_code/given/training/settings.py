"""The settings of a training run, and its command line. The defaults are the course's."""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from proj4_code.given.networks.build import (
    ARCHITECTURES,
    BACKBONES,
    DEPTHS,
    TORCHVISION_DEPTHS,
    WITH_AUX,
    check_network,
    check_side,
    display_name,
)
from proj4_code.given.networks.inference import DEVICES, device_name
from proj4_code.given.training.losses import LOSSES
from proj4_code.given.training.precision import PRECISIONS

OPTIMIZERS = ("sgd", "adamw")
MAY_CHANGE = ("data", "device", "workers", "precision", "compile", "skip_nan")
"""Settings that a resumed run may change: they say where and how something is computed, and not what."""
LATER = frozenset({"backbone", "loss"})
"""Settings that runs of version 1.0.0 do not know."""
DEPTH = 50
VGG_DEPTH = 16
BINS = (1, 2, 3, 6)
_BINS = " ".join(map(str, BINS))


def setting(default: object, group: str, help: str, **options: object) -> Any:
    """Make a field that is an option too; `options` are those of argparse, "{}" in the help stands for the default."""
    if isinstance(default, bool):
        options["action"] = argparse.BooleanOptionalAction if default else "store_true"
    elif isinstance(default, int | float):
        options["type"] = type(default)
    help = help.format("yes" if default is True else default)
    return field(default=default, metadata={"group": group, "help": help, **options})


@dataclass
class Settings:
    """What a run is made of; every field is an option of the same name."""

    data: str | None = setting(
        None, "", "prepared data (default: synthetic scenes, drawn into data/scenes)", metavar="DIR"
    )
    arch: str = setting("pspnet", "network", f"{' | '.join(ARCHITECTURES)} (default: {{}})")
    backbone: str = setting(
        None, "network", "resnet (default); FCN also takes vgg16; SegNet's is vgg16_bn", metavar="NAME"
    )
    depth: int = setting(None, "network", f"of the ResNet: {', '.join(map(str, DEPTHS))} (default: {DEPTH})", type=int)
    bins: tuple[int, ...] = setting(
        None, "network", f'grids of the pyramid pooling, or "none" (default: {_BINS})', nargs="*", metavar="N"
    )
    aux: bool = setting(True, "network", "auxiliary classifier, in PSPNet and torchvision's networks (default: {})")
    weights: str = setting(
        "imagenet", "network", "of the backbone: imagenet | none | FILE (.pth, .safetensors; default: {})", metavar="W"
    )
    epochs: int = setting(50, "training", "passes over the training split (default: {})")
    lr: float = setting(0.01, "training", "learning rate of the backbone (default: {})")
    head_multiplier: float = setting(
        10.0, "training", "the heads learn so many times faster (default: {:g})", metavar="M"
    )
    crop: int = setting(201, "training", "side of the training crops in pixels, 8n+1 for PSPNet (default: {})")
    batch: int = setting(32, "training", "frames in a batch (default: {})")
    short_side: int = setting(240, "training", "larger frames are shrunk to this short side (default: {})", metavar="N")
    augment: bool = setting(True, "training", "without it: crops and flips alone (default: {})")
    optimizer: str = setting(
        "sgd", "training", f"{' | '.join(OPTIMIZERS)}; adamw learns faster from scratch (default: {{}})"
    )
    loss: str = setting("ce", "training", f"{' | '.join(LOSSES)}; ce is part 6's cross-entropy (default: {{}})")
    aux_weight: float = setting(0.4, "training", "weight of the auxiliary loss (default: {})", metavar="W")
    seed: int = setting(0, "training", "decides everything that is random (default: {})")
    eval_every: int = setting(1, "training", "epochs from one evaluation on val to the next (default: {})", metavar="N")
    workers: int | None = setting(
        None, "machine", "processes that prepare batches (default: one a core on Linux, 0 elsewhere)", type=int
    )
    device: str = setting(
        "auto", "machine", "auto: the GPU if PyTorch can use it (default)", type=device_name, choices=DEVICES
    )
    precision: str = setting(
        "auto", "machine", "auto: what the GPU is quick in; fp32 on the CPU (default)", choices=("auto", *PRECISIONS)
    )
    compile: bool = setting(False, "machine", "torch.compile the network: a minute at first, then quicker steps")
    skip_nan: bool = setting(False, "machine", "leave out steps whose loss is no finite number, instead of stopping")

    def __post_init__(self) -> None:
        """Fill in what depends on the architecture, and check everything.

        Raises:
            ValueError: if a setting has no meaning; the message says what is expected.
        """
        check_network(self.arch, self.backbone)
        if self.backbone is None:
            self.backbone = BACKBONES[self.arch][0]
        self.aux = self.aux and self.arch in WITH_AUX
        self.fill_in_depth()
        if self.arch == "pspnet":
            self.bins = BINS if self.bins is None else tuple(self.bins)
        elif self.bins:
            raise ValueError(f"--bins does not go with {self.arch}, which has no pyramid pooling: leave it out")
        else:
            self.bins = ()
        self.check()

    @property
    def network_name(self) -> str:
        """The network as people write it: "PSPNet-50"."""
        return display_name(self.arch, self.depth, self.backbone)

    def fill_in_depth(self) -> None:
        """Take the depth from the name of a torchvision network, or of VGG-16, which have no other."""
        fixed = TORCHVISION_DEPTHS.get(self.arch) if self.backbone == "resnet" else VGG_DEPTH
        if self.depth not in (None, fixed) and fixed is not None:
            name = self.arch if self.backbone == "resnet" else f"{self.arch} on VGG-16"
            raise ValueError(f"--depth {self.depth} does not go with {name}, whose depth is {fixed}: leave it out")
        self.depth = fixed or (DEPTH if self.depth is None else self.depth)

    def check(self) -> None:
        """Check values that any network needs."""
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"--optimizer {self.optimizer} is not known: choose one of {', '.join(OPTIMIZERS)}")
        if self.loss not in LOSSES:
            raise ValueError(f"--loss {self.loss} is not known: choose one of {', '.join(LOSSES)}")
        if self.backbone == "resnet" and self.depth not in DEPTHS:
            depths = ", ".join(map(str, DEPTHS))
            raise ValueError(f"--depth {self.depth}: there is no such ResNet, choose one of {depths}")
        check_side(self.arch, "--crop", self.crop)
        if any(cells < 1 for cells in self.bins):
            raise ValueError(f"--bins {' '.join(map(str, self.bins))}: numbers of cells are 1 or more")
        if self.batch < 2:
            raise ValueError(f"--batch {self.batch}: batch norm needs at least 2 images in a batch")
        for name, least in {"epochs": 1, "crop": 9, "short_side": 9, "eval_every": 1, "seed": 0, "workers": 0}.items():
            value = getattr(self, name)
            if value is not None and value < least:
                raise ValueError(f"{option(name)} {value}: expected {least} or more")
        for name in ("lr", "head_multiplier"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{option(name)} {getattr(self, name)}: expected a number above 0")
        if self.aux_weight < 0:
            raise ValueError(f"--aux-weight {self.aux_weight}: expected 0 or more")


def option(name: str) -> str:
    """Turn the name of a field into that of its option."""
    return "--" + name.replace("_", "-")


def parse_bins(words: Sequence[str]) -> tuple[int, ...]:
    """Turn the words after --bins into numbers; no word, or "none", means no pyramid pooling."""
    try:
        return () if list(words) == ["none"] else tuple(int(word) for word in words)
    except ValueError:
        raise ValueError(f'--bins {" ".join(words)}: expected numbers such as 1 2 3 6, or "none"') from None


def make_parser() -> argparse.ArgumentParser:
    """Make the command line of the training program; options that are not given stay absent from the result."""
    parser = argparse.ArgumentParser(
        prog="python -m proj4_code.given.train",
        usage="%(prog)s [options], see --help",
        description="Train a network that segments road scenes, with the parts that you wrote.",
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("--out", metavar="DIR", help="folder of the run (default: runs/ARCHITECTURE-DEPTH)")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out, with its settings")
    groups = {"": parser} | {name: parser.add_argument_group(name) for name in ("network", "training", "machine")}
    for each in fields(Settings):
        options = dict(each.metadata)
        groups[options.pop("group")].add_argument(option(each.name), **options)
    return parser


def parse_command(arguments: Sequence[str]) -> tuple[dict, Path | None, bool]:
    """Read the command line; return the settings that were given, by name, the run folder, and whether to resume."""
    given = vars(make_parser().parse_args(arguments))
    out, resume = given.pop("out", None), given.pop("resume", False)
    if "bins" in given:
        given["bins"] = parse_bins(given["bins"])
    return given, None if out is None else Path(out), resume


def resumed_settings(saved: dict, given: dict, may_change: Iterable[str]) -> Settings:
    """Take the settings of a run that is resumed, and those of the command line that may change.

    What a setting of `LATER` was before it existed is its default.

    Raises:
        ValueError: if another setting was given that differs from the run's, or the run's are of another program.
    """
    known = {field.name for field in fields(Settings)}
    if not known - LATER <= set(saved) <= known:
        differing = sorted((set(saved) ^ known) - LATER | (set(saved) - known))
        raise ValueError(f"the checkpoint's settings differ from this program's in {differing}")
    settings = Settings(**saved)
    asked = {name: value for name, value in given.items() if name not in may_change}
    differing = [name for name, value in asked.items() if value != getattr(settings, name)]
    if differing:
        pairs = [f"{option(name)} {asked[name]} (the run's: {getattr(settings, name)})" for name in differing]
        details = ", ".join(pairs)
        raise ValueError(f"a resumed run keeps its settings, but these differ: {details}; leave them out")
    return Settings(**asdict(settings) | {name: given[name] for name in may_change if name in given})
