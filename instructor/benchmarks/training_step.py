"""A training step: images a second, and the share of what plain products and convolutions reach on this machine.

Beside the kit's loop: the same network in torchvision's reference loop, other networks in the kit's loop, and, with
--data, the whole training program compared with a plain loop that reads its frames from disk.

python -m instructor.benchmarks.training_step [--data data/camvid]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader

from instructor.benchmarks.machine import default_device, describe, installed, medians, table
from instructor.benchmarks.steps import flops_of, kit_loop, network_of, precision_of, random_batch, torchvision_loop
from instructor.release.reference import FOLDER
from proj4_code.given.classes import NUM_CLASSES
from proj4_code.given.data.batches import default_workers
from proj4_code.given.data.frames import make_dataset
from proj4_code.part4_camvid import train_transforms

SMP = "segmentation-models-pytorch"
SHORT_SIDE = 240
REPEATS = 5  # of products and convolutions, to measure more than their start


def ceilings(device: torch.device, side: int) -> tuple[dict[str, Callable[[], object]], dict[str, int]]:
    """Make what a training step can hope for: plain products and convolutions, in the precision that the kit trains in.

    Returns:
        The actions, and how many operations each does.
    """

    def draw(*shape: int) -> Tensor:
        return torch.randn(shape, device=device, dtype=precision_of(device))

    channels, width = side // 4, side // 16
    left, right = draw(2, side, side)
    features = draw(1, channels, width, width).contiguous(memory_format=torch.channels_last)
    kernels = draw(channels, channels, 3, 3).contiguous(memory_format=torch.channels_last)
    actions: dict[str, Callable[[], object]] = {
        "matrix product": lambda: [left @ right for _ in range(REPEATS)],
        "3×3 convolution": lambda: [F.conv2d(features, kernels, padding=1) for _ in range(REPEATS)],
    }
    return actions, {
        "matrix product": REPEATS * 2 * side**3,
        "3×3 convolution": REPEATS * 2 * 9 * channels**2 * width**2,
    }


class Smp(nn.Module):
    """PSPNet of segmentation_models_pytorch, which returns logits and no dict.

    In its default form it stops at the third stage of four, without dilation: it does less work.
    """

    def __init__(self, depth: int) -> None:
        super().__init__()
        from segmentation_models_pytorch import PSPNet

        self.network = PSPNet(f"resnet{depth}", encoder_weights=None, classes=NUM_CLASSES)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Compute the logits."""
        return {"out": self.network(x)}


def networks(depth: int, images: int, crop: int, steps: int, device: torch.device) -> dict[str, tuple]:
    """List what is compared: name -> how the network is made, its loop, its batches."""
    batches, smaller = ([random_batch(images, side, side)] * steps for side in (crop, crop - 1))

    def make(arch: str) -> Callable[[], nn.Module]:
        return lambda: network_of(arch, depth, device)

    listed = {
        f"PSPNet-{depth}, the kit's loop": (make("pspnet"), kit_loop, batches),
        f"PSPNet-{depth}, torchvision's loop": (make("pspnet"), torchvision_loop, batches),
    }
    if depth in (50, 101):
        archs = (f"fcn_resnet{depth}", f"deeplabv3_resnet{depth}")
        listed |= {f"{arch}, the kit's loop": (make(arch), kit_loop, batches) for arch in archs}
    if installed(SMP):
        name = f"{SMP}'s PSPNet-{depth} at {crop - 1}, the kit's loop"
        listed[name] = (lambda: Smp(depth).to(device), kit_loop, smaller)
    return listed


def compare(depth: int, images: int, crop: int, steps: int, runs: int, device: torch.device) -> str:
    """Measure loops and networks in turn, products and convolutions among them, and write two tables."""
    compared = networks(depth, images, crop, steps, device)
    loops = {name: loop(make(), batches, device) for name, (make, loop, batches) in compared.items()}
    plain, operations = ceilings(device, 1024 if device.type == "cpu" else 8192)
    seconds = medians(plain | loops, runs, device)
    rates = {name: operations[name] / seconds[name] for name in plain}
    ceiling, first = max(rates.values()), seconds[next(iter(loops))]
    rows = []
    for name, (make, _, batches) in compared.items():
        flops, rate = flops_of(make(), batches[0]) / images, steps * images / seconds[name]
        numbers = f"{rate:.2f}", f"{seconds[name] / first:.2f}", f"{flops / 1e9:.1f}", f"{flops * rate / ceiling:.0%}"
        rows.append((name, *numbers))
    columns = (
        f"crop {crop}, batch {images}",
        "images/s",
        "time, the kit's = 1",
        "GFLOP an image",
        "share of the ceiling",
    )
    best = table(("ceiling", "GFLOP/s"), [(name, f"{rate / 1e9:.0f}") for name, rate in rates.items()])
    return f"{best}\n\n{table(columns, rows)}"


def program_rate(data: Path, depth: int, images: int, crop: int) -> float:
    """Run the training program for two epochs; return the images a second of the second."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-P", "-m", "proj4_code.given.train", "--data", data, "--out", f"{folder}/run"]
        command += ["--depth", depth, "--weights", "none", "--crop", crop, "--batch", images, "--epochs", 2]
        command += ["--eval-every", 2, "--short-side", SHORT_SIDE]
        environment = os.environ | {"PYTHONPATH": str(FOLDER)}
        subprocess.run(list(map(str, command)), env=environment, check=True, capture_output=True)
        return json.loads(Path(folder, "run", "metrics.jsonl").read_text().splitlines()[-1])["images_per_second"]


def plain_rate(data: Path, depth: int, images: int, crop: int, device: torch.device) -> float:
    """Train for one epoch in a plain fp32 loop whose workers read every frame from disk; return images a second."""
    dataset = make_dataset(data, "train", SHORT_SIDE, train_transforms((crop, crop)))
    workers = default_workers(device)
    context = "fork" if workers else None
    loader = DataLoader(
        dataset, images, shuffle=True, drop_last=True, num_workers=workers, multiprocessing_context=context
    )
    network = network_of("pspnet", depth, device)
    torchvision_loop(network, list(islice(loader, 2)), device)()  # warms up
    train = torchvision_loop(network, loader, device)
    began = time.perf_counter()  # what workers do counts too, and the last loss waits for the GPU
    train()
    return len(loader) * images / (time.perf_counter() - began)


def main() -> None:
    """Print the tables; what is asked of a GPU is large, and small on the CPU."""
    device = default_device()
    small = device.type == "cpu"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--depth", type=int, default=18 if small else 50, help="of the ResNet (default: 18, on a GPU 50)")
    add("--crop", type=int, default=137 if small else 201, help="pixels, 8n+1 (default: 137, on a GPU 201)")
    add("--batch", type=int, default=4 if small else 32, help="default: 4, on a GPU 32")
    add("--steps", type=int, default=2 if small else 20, help="in a run (default: 2, on a GPU 20)")
    add("--runs", type=int, default=7, help="of each loop, in turn (default: 7)")
    add("--data", type=Path, metavar="DIR", help="prepared data: also compare the program with a loop from disk")
    options = parser.parse_args()
    print(describe("torchvision", SMP))
    torch.backends.cudnn.benchmark = True
    print(f"\n{compare(options.depth, options.batch, options.crop, options.steps, options.runs, device)}")
    if not installed(SMP):
        print(f"{SMP} is not installed (pip install -e .[instructor]): its network was left out")
    if options.data:
        size = options.depth, options.batch, options.crop
        ours, plain = program_rate(options.data, *size), plain_rate(options.data, *size, device)
        print(f"\nthe training program, from memory: {ours:.1f} images/s")
        print(f"a plain fp32 loop, from disk: {plain:.1f} images/s; the program is {ours / plain:.2f} times as fast")


if __name__ == "__main__":
    main()
