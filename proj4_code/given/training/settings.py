"""The settings of a training run, and its command line. The defaults are the course's."""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from proj4_code.given.networks.build import ARCHITECTURES, DEPTHS, TORCHVISION_DEPTHS
from proj4_code.given.training.precision import PRECISIONS

OPTIMIZERS = ("sgd", "adamw")
MAY_CHANGE = ("data", "device", "workers", "precision", "compile", "skip_nan")
"""Settings that a resumed run may change: they say where and how something is computed, and not what."""


@dataclass
class Settings:
    """What a run is made of; every field is an option of the same name."""

    data: str | None = None
    arch: str = "pspnet"
    depth: int | None = None
    bins: tuple[int, ...] | None = None
    aux: bool = True
    weights: str = "imagenet"
    epochs: int = 50
    lr: float = 0.01
    crop: int = 201
    batch: int = 32
    short_side: int = 240
    augment: bool = True
    optimizer: str = "sgd"
    head_multiplier: float = 10.0
    aux_weight: float = 0.4
    seed: int = 0
    eval_every: int = 1
    workers: int | None = None
    device: str = "auto"
    precision: str = "auto"
    compile: bool = False
    skip_nan: bool = False

    def __post_init__(self) -> None:
        """Fill in what depends on the architecture, and check everything.

        Raises:
            ValueError: if a setting has no meaning; the message says what is expected.
        """
        if self.arch not in ARCHITECTURES:
            raise ValueError(f"--arch {self.arch} is not known: choose one of {', '.join(ARCHITECTURES)}")
        if self.arch == "pspnet":
            self.depth = 50 if self.depth is None else self.depth
            self.bins = (1, 2, 3, 6) if self.bins is None else tuple(self.bins)
        else:
            self.fill_in_torchvision()
        self.check()

    def fill_in_torchvision(self) -> None:
        """Take the depth from the name of a torchvision network."""
        depth = TORCHVISION_DEPTHS[self.arch]
        if self.depth not in (None, depth):
            raise ValueError(f"--depth {self.depth} does not go with {self.arch}, whose depth is {depth}: leave it out")
        if self.bins:
            raise ValueError(f"--bins does not go with {self.arch}, which has no pyramid pooling: leave it out")
        self.depth, self.bins = depth, ()

    def check(self) -> None:
        """Check values that any network needs."""
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(f"--optimizer {self.optimizer} is not known: choose one of {', '.join(OPTIMIZERS)}")
        if self.depth not in DEPTHS:
            raise ValueError(
                f"--depth {self.depth}: there is no such ResNet, choose one of {', '.join(map(str, DEPTHS))}"
            )
        if self.arch == "pspnet" and self.crop % 8 != 1:
            below = max(9, (self.crop - 1) // 8 * 8 + 1)
            raise ValueError(f"--crop {self.crop} is not 8n+1, which PSPNet needs: choose {below} or {below + 8}")
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
    add = parser.add_argument
    add("--data", metavar="DIR", help="prepared data (default: synthetic scenes, drawn into data/scenes)")
    add("--out", metavar="DIR", help="folder of the run (default: runs/ARCHITECTURE-DEPTH)")
    add("--resume", action="store_true", help="go on with the run in --out, with its settings")
    network = parser.add_argument_group("network")
    add = network.add_argument
    add("--arch", help=f"{' | '.join(ARCHITECTURES)} (default: pspnet)")
    add("--depth", type=int, help=f"of the ResNet: {', '.join(map(str, DEPTHS))} (default: 50)")
    add("--bins", nargs="*", metavar="N", help='grids of the pyramid pooling, or "none" (default: 1 2 3 6)')
    add("--aux", action=argparse.BooleanOptionalAction, help="auxiliary classifier (default: yes)")
    add(
        "--weights", metavar="W", help="of the backbone: imagenet | none | FILE (.pth, .safetensors; default: imagenet)"
    )
    training = parser.add_argument_group("training")
    add = training.add_argument
    add("--epochs", type=int, help="passes over the training split (default: 50)")
    add("--lr", type=float, help="learning rate of the backbone (default: 0.01)")
    add("--head-multiplier", type=float, metavar="M", help="the heads learn so many times faster (default: 10)")
    add("--crop", type=int, help="side of the training crops in pixels, 8n+1 for PSPNet (default: 201)")
    add("--batch", type=int, help="frames in a batch (default: 32)")
    add("--short-side", type=int, metavar="N", help="larger frames are shrunk to this short side (default: 240)")
    add("--augment", action=argparse.BooleanOptionalAction, help="without it: crops and flips alone (default: yes)")
    add("--optimizer", help=f"{' | '.join(OPTIMIZERS)}; adamw learns faster from nothing (default: sgd)")
    add("--aux-weight", type=float, metavar="W", help="weight of the auxiliary loss (default: 0.4)")
    add("--seed", type=int, help="decides everything that is random (default: 0)")
    add("--eval-every", type=int, metavar="N", help="epochs from one evaluation on val to the next (default: 1)")
    machine = parser.add_argument_group("machine")
    add = machine.add_argument
    add("--workers", type=int, help="processes that prepare batches (default: one a core on Linux, 0 elsewhere)")
    add("--device", choices=("auto", "cpu", "cuda"), help="auto: the GPU if there is one (default)")
    add("--precision", choices=("auto", *PRECISIONS), help="auto: what the GPU is quick in; fp32 on the CPU (default)")
    add("--compile", action="store_true", help="torch.compile the network: a minute at first, then quicker steps")
    add("--skip-nan", action="store_true", help="leave out steps whose loss is no finite number, instead of stopping")
    return parser


def parse_command(arguments: Sequence[str]) -> tuple[dict, Path | None, bool]:
    """Read the command line.

    Returns:
        The settings that were given, by name; the run folder, if given; whether to resume.
    """
    given = vars(make_parser().parse_args(arguments))
    out, resume = given.pop("out", None), given.pop("resume", False)
    if "bins" in given:
        given["bins"] = parse_bins(given["bins"])
    return given, None if out is None else Path(out), resume


def resumed_settings(saved: dict, given: dict, may_change: Iterable[str] = MAY_CHANGE) -> Settings:
    """Take the settings of a run that is resumed, and those that may change from the command line.

    Args:
        saved: the settings in the run's checkpoint.
        given: those on the command line.
        may_change: names of settings.

    Raises:
        ValueError: if another setting was given that differs from the run's.
    """
    known = {field.name for field in fields(Settings)}
    if set(saved) != known:
        raise ValueError(f"the checkpoint's settings differ from this program's in {sorted(set(saved) ^ known)}")
    settings = Settings(**saved)
    asked = {name: value for name, value in given.items() if name not in may_change}
    differing = [name for name, value in asked.items() if value != getattr(settings, name)]
    if differing:
        details = ", ".join(
            f"{option(name)} {asked[name]} (the run's: {getattr(settings, name)})" for name in differing
        )
        raise ValueError(f"a resumed run keeps its settings, but these differ: {details}; leave them out")
    return Settings(**asdict(settings) | {name: given[name] for name in may_change if name in given})
