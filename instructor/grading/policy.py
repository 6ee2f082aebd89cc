"""What an instructor may choose, read from a TOML file; `policy.toml` has the defaults and explains them."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from instructor.sandbox.sandbox import Patience

DEFAULTS = Path(__file__).with_name("policy.toml")
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")


class Evidence(NamedTuple):
    """What handed-in results of training must hold up to; `policy.toml` explains the fields."""

    frames: int
    least_agreement: float
    most_lost: float
    seconds: float
    most_plausible: float


class Policy(NamedTuple):
    """An instructor's choices; `policy.toml` explains the fields."""

    visibility: str
    show_printed: bool
    leaderboard: bool
    miou_points: list[tuple[float, float]]
    patience: Patience
    evidence: Evidence

    def points_for(self, miou: float) -> float:
        """Return the points for a mean IoU."""
        return max((points for least, points in self.miou_points if miou >= least), default=0)

    @property
    def most_points(self) -> float:
        """Points for the best mean IoU."""
        return max((points for _, points in self.miou_points), default=0)


def read_policy(path: Path | None = None) -> Policy:
    """Read a policy; what the file leaves out has its default.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is no TOML, or an entry is unknown or has no meaning.
    """
    defaults = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is no TOML: {error}") from None
    merged = _merge(defaults, given, str(path))
    if merged["visibility"] not in VISIBILITIES:
        raise ValueError(f"{path}: visibility {merged['visibility']!r}: choose one of {', '.join(VISIBILITIES)}")
    merged["miou_points"] = [(float(least), float(points)) for least, points in merged["miou_points"]]
    return Policy(**merged | {"patience": Patience(**merged["patience"]), "evidence": Evidence(**merged["evidence"])})


def _merge(defaults: dict, given: dict, where: str) -> dict:
    """Put given values in the place of defaults, and check their names and types."""
    merged = dict(defaults)
    for name, value in given.items():
        if name not in defaults:
            raise ValueError(f"{where}: {name} is unknown: choose from {', '.join(defaults)}")
        default = defaults[name]
        number = isinstance(default, float | int) and not isinstance(default, bool)
        fits = (
            isinstance(value, float | int) and not isinstance(value, bool) if number else type(value) is type(default)
        )
        if not fits:
            raise ValueError(f"{where}: {name} is {value!r}: expected something like {default!r}")
        merged[name] = _merge(default, value, f"{where}, {name}") if isinstance(default, dict) else value
    return merged
