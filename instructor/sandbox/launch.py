"""Choosing the way that protects this machine from student code."""

import os
from collections.abc import Sequence
from pathlib import Path

from instructor.sandbox.bubblewrap import Bubblewrap
from instructor.sandbox.other_user import OtherUser
from proj4_unit_tests.harness.launch import Launch
from proj4_unit_tests.harness.submission import KIT


def choose_launch(kind: str, hidden: Sequence[Path], core: int | None) -> Launch:
    """Choose the better way that this machine allows, or the one that is asked for.

    Args:
        kind: "bubblewrap", "user" or "auto".
        hidden: files and folders that student code must not see.
        core: of the processor, for the process and its children alone; None for any.

    Raises:
        PermissionError: if it does not allow it.
    """
    hidden = [path for path in hidden if not path.is_relative_to(KIT / "proj4_code")]  # a skeleton is no secret
    if kind in ("auto", "bubblewrap") and Bubblewrap.works():
        return Bubblewrap(hidden, core)
    if kind in ("auto", "user") and os.geteuid() == 0:
        return OtherUser(hidden, core)
    raise PermissionError(
        "student code needs a sandbox: install bubblewrap where it may make namespaces, or run this as root"
    )
