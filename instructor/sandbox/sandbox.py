"""The sandbox: a process for student code that is protected as well as this machine allows."""

from instructor.sandbox.launch import choose_launch
from proj4_unit_tests.harness.patience import Patience
from proj4_unit_tests.harness.process import GraderError, InAProcess

__all__ = ["GraderError", "Patience", "Sandbox"]


class Sandbox(InAProcess):
    """Calls adapters on uploads, one upload after the other.

    Args:
        patience: how long student code may take.
        kind: "bubblewrap", "user", or "auto" for the better one that this machine allows.

    Raises:
        PermissionError: if this machine allows no protection at all.
    """

    def __init__(self, patience: Patience, kind: str = "auto") -> None:
        super().__init__(choose_launch(kind), patience)
