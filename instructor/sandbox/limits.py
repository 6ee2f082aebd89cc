"""What one test of an upload may use. This module also runs inside the sandbox."""

from typing import NamedTuple

SCRATCH_SIZE = 256 * 2**20  # bytes of the disk that children may write to


class Limits(NamedTuple):
    """What one test may use.

    Attributes:
        user: number of the user that its processes run as; None if it cannot be changed.
        cpu_seconds: of each process.
        memory: bytes that each process may have beyond what the server has.
        processes: threads count too.
        file_size: bytes of each file.
        open_files: at a time.
    """

    user: int | None
    cpu_seconds: int = 60
    memory: int = 2**30
    processes: int = 128
    file_size: int = 64 * 2**20
    open_files: int = 128
