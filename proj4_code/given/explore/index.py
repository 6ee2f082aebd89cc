"""Which experiments there are."""

from importlib import import_module

from proj4_code.given.explore.apparatus.experiment import Experiment

NAMES = (
    "decoders",
    "depth",
    "complexity",
    "losses",
    "transfer",
    "merging",
    "context",
)
"""Modules of this folder, in the order of the lectures."""


def load_experiment(name: str) -> Experiment:
    """Return the experiment of that name.

    Raises:
        ValueError: if there is none.
    """
    if name not in NAMES:
        raise ValueError(f"there is no experiment {name}: choose one of {', '.join(NAMES)}")
    experiment: Experiment = import_module(f"proj4_code.given.explore.{name}").EXPERIMENT
    return experiment
