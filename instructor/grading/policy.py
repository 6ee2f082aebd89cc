"""What an instructor may choose, read from a TOML file; `policy.toml` has the defaults and explains them."""

import hashlib
import json
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from instructor.sandbox.sandbox import Patience

DEFAULTS = Path(__file__).with_name("policy.toml")
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")
ALWAYS, AFTER_DUE_DATE, NEVER = "always", "after_due_date", "never"
CHOICES = {"visibility": VISIBILITIES, "hints": (ALWAYS, AFTER_DUE_DATE, NEVER)}


class TrainingRules(NamedTuple):
    """What handed-in results of training must hold up to; `policy.toml` explains the fields."""

    frames: int
    least_agreement: float
    most_lost: float
    seconds: float
    most_plausible: float


class LateRule(NamedTuple):
    """What late work costs; `policy.toml` explains the fields."""

    due: str
    grace_minutes: float
    points_off_a_day: float
    nothing_after_days: float


class Gradebook(NamedTuple):
    """How a gradebook's column is called, and what it counts; `policy.toml` explains the fields."""

    column: str
    points_possible: float
    scaled: bool


class Policy(NamedTuple):
    """An instructor's choices; `policy.toml` explains the fields."""

    visibility: str
    hints: str
    show_printed: bool
    leaderboard: bool
    miou_points: list[tuple[float, float]]
    patience: Patience
    training_results: TrainingRules
    late: LateRule
    gradebook: Gradebook

    @property
    def hash(self) -> str:
        """The beginning of the SHA-256 of the choices that decide points, not of those on who sees what."""
        deciding = (self.miou_points, self.patience, self.training_results)
        return hashlib.sha256(json.dumps(deciding).encode()).hexdigest()[:16]

    def points_for(self, miou: float) -> float:
        """Return the points for a mean IoU."""
        return max((points for least, points in self.miou_points if miou >= least), default=0.0)

    @property
    def most_points(self) -> float:
        """Points for the best mean IoU."""
        return max((points for _, points in self.miou_points), default=0.0)


def read_policy(path: Path | None = None) -> Policy:
    """Read a policy; what the file leaves out has its default.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is not valid TOML, or an entry is unknown or has the wrong type.
    """
    defaults = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not valid TOML: {error}") from None
    merged = _merge(defaults, given, str(path))
    for name, choices in CHOICES.items():
        if merged[name] not in choices:
            raise ValueError(f"{path}: {name} {merged[name]!r}: choose one of {', '.join(choices)}")
    merged["miou_points"] = [(float(least), float(points)) for least, points in merged["miou_points"]]
    merged["patience"] = Patience(**merged["patience"])
    merged["training_results"] = TrainingRules(**merged["training_results"])
    merged["late"] = _late_rule(merged["late"], str(path))
    merged["gradebook"] = Gradebook(**merged["gradebook"])
    return Policy(**merged)


def _late_rule(entries: dict[str, Any], where: str) -> LateRule:
    rule = LateRule(**entries)
    try:
        due = datetime.fromisoformat(rule.due) if rule.due else None
    except ValueError:
        raise ValueError(f"{where}, late: due is {rule.due!r}: expected one like 2026-12-01T23:59+01:00") from None
    if negative := [name for name, value in entries.items() if name != "due" and value < 0]:
        raise ValueError(f"{where}, late: {negative[0]} is negative")
    return rule._replace(due=due.astimezone().isoformat() if due else "")


def _merge(defaults: dict[str, Any], given: dict[str, Any], where: str) -> dict[str, Any]:
    """Replace defaults by given values, and check their names and types."""
    merged = dict(defaults)
    for name, entry in given.items():
        value: Any = entry.isoformat() if isinstance(entry, date) else entry  # TOML has times of its own
        if name not in defaults:
            raise ValueError(f"{where}: {name} is unknown: choose from {', '.join(defaults)}")
        default = defaults[name]
        if _kind(value) is not _kind(default):
            raise ValueError(f"{where}: {name} is {value!r}: expected something like {default!r}")
        merged[name] = _merge(default, value, f"{where}, {name}") if isinstance(default, dict) else value
    return merged


def _kind(value: object) -> type:
    """Return the type of a value; whole numbers are numbers like others."""
    return float if type(value) is int else type(value)
