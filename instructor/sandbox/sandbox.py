"""The sandbox: a process for student code that is protected as well as this machine allows."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from instructor.sandbox.launch import choose_launch
from proj4_unit_tests.harness.errors import StudentError, is_not_started
from proj4_unit_tests.harness.patience import Patience, TimeLeft
from proj4_unit_tests.harness.process import GraderError, InAProcess
from proj4_unit_tests.harness.submission import KIT

__all__ = ["GraderError", "Patience", "Sandbox", "TimeLeft"]


class Sandbox(InAProcess):
    """Calls adapters on uploads, one upload after the other.

    Args:
        patience: how long student code may take.
        kind: "bubblewrap", "user", or "auto" for the better one that this machine allows.
        hidden: files and folders that student code must not see: answers, uploads, truth, results.
        core: of the processor, that it computes on; None for any.

    Raises:
        PermissionError: if this machine allows no protection at all, or any user may read what is hidden.
    """

    def __init__(
        self, patience: Patience, kind: str = "auto", hidden: Sequence[Path] = (), core: int | None = None
    ) -> None:
        super().__init__(choose_launch(kind, hidden, core), patience)

    def load(self, submission: Path, time_left: TimeLeft | None = None) -> None:
        """Load a submission, as `InAProcess` does; after an unruly one, in a new process."""
        if self.unruly:
            self._stop()
        super().load(submission, time_left)

    def works(self) -> bool:
        """Return whether it works without any student's code: on an untouched skeleton, in a new process."""
        self._stop()
        self.load(KIT / "proj4_code")
        self.start_test("test_part5_iou")
        try:
            self.call("mean_iou", {"matrix": np.eye(2, dtype=np.int64)})
        except StudentError as error:
            return is_not_started(error)
        except GraderError:
            return False
        finally:
            self.end_test()
        return False
