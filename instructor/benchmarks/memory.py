"""The most memory that a training step takes, by batch and crop, compared with other networks of the same ResNet.

python -m instructor.benchmarks.memory
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import torch

from instructor.benchmarks.machine import default_device, describe, table
from instructor.benchmarks.steps import kit_loop, network_of, random_batch

MEGA = 1e6
NO_FIT = "does not fit"


def peak_on_gpu(arch: str, depth: int, images: int, crop: int) -> float | None:
    """Measure the most memory in bytes that PyTorch allocates while it builds a network and trains two steps.

    Returns:
        None if there is not enough.
    """
    device = torch.device("cuda")
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    try:
        kit_loop(network_of(arch, depth, device), [random_batch(images, crop, crop)] * 2, device)()
    except torch.cuda.OutOfMemoryError:
        return None
    return torch.cuda.max_memory_allocated()


def peak_on_cpu(arch: str, depth: int, images: int, crop: int) -> int:
    """Measure the same in a new process, on Linux: by how much more memory the process had at its worst, in bytes.

    Raises:
        BrokenProcessPool: if the system ended the process, for want of memory perhaps.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:  # forked, it would inherit freed memory and use that
        return pool.submit(growth_of_process, arch, depth, images, crop).result()


def growth_of_process(arch: str, depth: int, images: int, crop: int) -> int:
    """Train two steps; return by how much this process had more memory at its worst than now, in bytes."""
    before, device = memory_of_process("VmRSS"), torch.device("cpu")
    kit_loop(network_of(arch, depth, device), [random_batch(images, crop, crop)] * 2, device)()
    return memory_of_process("VmHWM") - before


def memory_of_process(which: str) -> int:
    """Read the memory in use ("VmRSS"), or the most that ever was ("VmHWM"), of this process in bytes, on Linux.

    `resource.getrusage` would count what the process that started this one had, too.
    """
    return 1024 * int(Path("/proc/self/status").read_text().split(f"{which}:")[1].split()[0])


def report(archs: Sequence[str], depth: int, batches: Sequence[int], crops: Sequence[int]) -> str:
    """Measure every batch with every crop, and write a table."""
    measure = peak_on_gpu if torch.cuda.is_available() else peak_on_cpu
    rows = []
    for crop in crops:
        for images in batches:
            peaks = [measure(arch, depth, images, crop) for arch in archs]
            rows.append((crop, images, *(NO_FIT if peak is None else f"{peak / MEGA:.0f}" for peak in peaks)))
    return table(("crop", "batch", *(f"{arch}, MB" for arch in archs)), rows)


def main() -> None:
    """Print the table; what is asked of a GPU is large, and small on the CPU."""
    small = default_device().type == "cpu"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--depth", type=int, choices=(50, 101), default=50, help="of the ResNet (default: 50)")
    add("--batches", type=int, nargs="+", default=[2, 4] if small else [4, 8, 16, 32, 64])
    add("--crops", type=int, nargs="+", default=[105, 201] if small else [201, 401, 713], help="pixels, 8n+1")
    options = parser.parse_args()
    archs = ("pspnet", f"fcn_resnet{options.depth}", f"deeplabv3_resnet{options.depth}")
    print(describe("torchvision"))
    print(f"\n{report(archs, options.depth, options.batches, options.crops)}")


if __name__ == "__main__":
    main()
