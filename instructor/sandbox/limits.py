"""What one test of an upload may use. This module also runs inside the sandbox."""

from typing import NamedTuple

SCRATCH_SIZE = 256 * 2**20  # bytes of the disk that children may write to
SHARED_MEMORY_SIZE = 32 * 2**20  # bytes of /dev/shm, which no part needs
MOST_SCRATCH_FILES = 20_000  # on each of the two


class Limits(NamedTuple):
    """What one test may use.

    Attributes:
        user: number of the user that its process runs as; None if it cannot be changed.
        cpu_seconds: of the processor.
        memory: bytes beyond what the server has, files in scratch folders not counted.
        threads: it may start threads, but no other process.
        file_size: bytes of each file.
        open_files: at a time.
    """

    user: int | None
    cpu_seconds: int = 60
    memory: int = 2**30
    threads: int = 128
    file_size: int = 64 * 2**20
    open_files: int = 128
