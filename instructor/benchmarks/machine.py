"""What benchmarks share: the machine in a line, medians of what runs in turn, ratios, tables."""

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch


def describe(*packages: str) -> str:
    """Describe on which machine, when, and with which versions a benchmark runs.

    Args:
        packages: further packages to name after torch.
    """
    gpu = "no GPU"
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties()
        gpu = f"{properties.name} ({properties.total_memory / 2**30:.0f} GiB)"
    threads = torch.get_num_threads()
    versions = ", ".join(f"{name} {installed(name) or 'missing'}" for name in ("torch", *packages))
    cores = f"{os.cpu_count()} cores of {_processor()}, {threads} thread{'s' * (threads > 1)}"
    return f"{cores}, {gpu}; Python {platform.python_version()}, {versions}; {date.today().isoformat()}"


def installed(package: str) -> str | None:
    """Return the version of a package; None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    names = (
        [line for line in information.read_text().splitlines() if "model name" in line] if information.exists() else ()
    )
    return names[0].partition(":")[2].strip() if names else platform.machine()


def default_device() -> torch.device:
    """Return the GPU if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def processor_time_of_children() -> float:
    """Return the seconds of the processor that ended processes of this one have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def seconds_of(action: Callable[[], object], device: torch.device | None = None) -> float:
    """Measure how long an action takes.

    On a GPU that is until the GPU is done with it. Elsewhere it is the time of the processor, which other programs on
    the machine do not lengthen; but what a clock shows where several threads share the work (see OMP_NUM_THREADS).

    Args:
        action: what is measured.
        device: where it runs; None: in its own processes.
    """
    if device is None:
        clock = processor_time_of_children
    else:
        clock = time.process_time if device.type == "cpu" and torch.get_num_threads() == 1 else time.perf_counter
    wait = torch.cuda.synchronize if device is not None and device.type == "cuda" else lambda: None
    wait()
    began = clock()
    action()
    wait()
    return clock() - began


def medians(
    cases: Mapping[str, Callable[[], object]], runs: int, device: torch.device | None = None
) -> dict[str, float]:
    """Measure actions in turn, so that whatever else the machine does slows all of them alike.

    Args:
        cases: name -> action.
        runs: of each; one more, that comes first and warms up, is not counted.
        device: where the actions run.

    Returns:
        Seconds by name, in the order of `cases`.
    """
    rounds = [{name: seconds_of(action, device) for name, action in cases.items()} for _ in range(runs + 1)][1:]
    return {name: statistics.median(seconds[name] for seconds in rounds) for name in cases}


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a Markdown table; numbers are the caller's to round."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
