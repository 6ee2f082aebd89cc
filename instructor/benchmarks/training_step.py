"""A training step: images a second, and the share of what matrix products reach on this machine.

Beside the kit's loop: the same network in torchvision's reference loop, other networks in the kit's loop, and, with
--data, the whole training program beside a plain loop that reads its frames from disk.

python -m instructor.benchmarks.training_step [--data ../shared/data/camvid]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from instructor.benchmarks.machine import default_device, describe, installed, medians, seconds_of, table
from instructor.benchmarks.reference import FOLDER
from instructor.benchmarks.steps import flops_of, kit_loop, network_of, precision_of, random_batch, torchvision_loop
from proj4_code.given.classes import NUM_CLASSES
from proj4_code.given.data import default_workers, make_dataset
from proj4_code.part4_camvid import train_transforms

SMP = "segmentation-models-pytorch"
SHORT_SIDE = 240


def matmul_ceiling(device: torch.device, side: int) -> float:
    """Measure the operations a second of a large matrix product, in the precision that the kit trains in."""
    left, right = torch.randn(2, side, side, device=device, dtype=precision_of(device))
    times = [seconds_of(lambda: left @ right, device) for _ in range(20)]
    return 2 * side**3 / min(times)


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


def compare(depth: int, images: int, crop: int, steps: int, runs: int, device: torch.device, ceiling: float) -> str:
    """Measure loops and networks in turn and write a table."""
    batches, batches8 = ([random_batch(images, side, side)] * steps for side in (crop, crop - 1))
    makers: dict[str, tuple[Callable, Callable, list]] = {
        f"PSPNet-{depth}, the kit's loop": (lambda: network_of("pspnet", depth, device), kit_loop, batches),
        f"PSPNet-{depth}, torchvision's loop": (lambda: network_of("pspnet", depth, device), torchvision_loop, batches),
    }
    if depth in (50, 101):
        for arch in (f"fcn_resnet{depth}", f"deeplabv3_resnet{depth}"):
            makers[f"{arch}, the kit's loop"] = (lambda arch=arch: network_of(arch, depth, device), kit_loop, batches)
    if installed(SMP):
        name = f"{SMP}'s PSPNet-{depth} at {crop - 1}, the kit's loop"
        makers[name] = (lambda: Smp(depth).to(device), kit_loop, batches8)
    loops = {name: loop(make(), inputs, device) for name, (make, loop, inputs) in makers.items()}
    flops = {name: flops_of(make(), inputs[0]) / images for name, (make, _, inputs) in makers.items()}
    seconds = medians(loops, runs, device)
    first = next(iter(seconds.values()))
    rows = [
        (
            name,
            f"{steps * images / value:.2f}",
            f"{value / first:.2f}",
            f"{flops[name] / 1e9:.1f}",
            f"{100 * flops[name] * steps * images / value / ceiling:.0f} %",
        )
        for name, value in seconds.items()
    ]
    return table(
        (
            f"crop {crop}, batch {images}",
            "images/s",
            "time, the kit's = 1",
            "GFLOP an image",
            "share of the matmul ceiling",
        ),
        rows,
    )


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
    return len(loader) * images / seconds_of(torchvision_loop(network, loader, device), device)


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
    add("--data", type=Path, metavar="DIR", help="prepared data: also measure the program, beside a loop from disk")
    options = parser.parse_args()
    print(describe("torchvision", SMP))
    ceiling = matmul_ceiling(device, 1024 if small else 8192)
    print(f"ceiling: a matrix product reaches {ceiling / 1e9:.0f} GFLOP/s\n")
    torch.backends.cudnn.benchmark = True
    print(compare(options.depth, options.batch, options.crop, options.steps, options.runs, device, ceiling))
    if not installed(SMP):
        print(f"{SMP} is not installed (pip install -e .[benchmarks]): its network was left out")
    if options.data:
        size = options.depth, options.batch, options.crop
        ours, plain = program_rate(options.data, *size), plain_rate(options.data, *size, device)
        print(f"\nthe training program, from memory: {ours:.1f} images/s")
        print(f"a plain fp32 loop, from disk: {plain:.1f} images/s; the program is {ours / plain:.2f} times as fast")


if __name__ == "__main__":
    main()
