"""Memory of processes and all that they have started."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def descendants(process: int) -> list[int]:
    """List a process and all that descend from it, as far as they can be seen."""
    found = [process]
    for parent in found:
        children = Path(f"/proc/{parent}/task/{parent}/children")
        try:
            found += map(int, children.read_text().split())
        except OSError:  # it has ended
            continue
    return found


def memory_of(process: int) -> float:
    """Return a process's share of the memory in bytes: pages that several have count in parts."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return int(text.split("Pss:")[1].split()[0]) * 1024


@contextmanager
def peak_memory(process: int | None = None) -> Iterator[list[float]]:
    """Watch the memory of a process and of its descendants; the list holds the peak in bytes.

    Args:
        process: its number; None for this one.
    """
    peak, ended = [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            peak[0] = max(peak[0], sum(map(memory_of, descendants(process or os.getpid()))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()
