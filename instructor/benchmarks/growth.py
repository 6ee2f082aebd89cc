"""How cost grows: from 1 to 700 images, from 120×160 to 720×960, from a batch of 1 to what fits.

The peer is a straight line: twice as much work should take twice as long, and no more.

python -m instructor.benchmarks.growth
"""

import argparse
import resource
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from instructor.benchmarks.machine import default_device, describe, medians, seconds_of, table
from instructor.benchmarks.steps import kit_loop, network_of, random_batch
from proj4_code.given.classes import TRAIN_COLORS
from proj4_code.given.data.contents import check_data
from proj4_code.given.networks.scores import evaluation_loader, frame_matrices

SIZES = ((120, 160), (240, 320), (360, 480), (720, 960))


def write_frames(root: Path, count: int, height: int, width: int) -> Path:
    """Write a data set whose test split has frames of bars in noise."""
    rng = np.random.default_rng(0)
    (root / "images").mkdir(parents=True)
    (root / "labels").mkdir()
    for number in range(count):
        bars = rng.permutation(np.array(TRAIN_COLORS, np.uint8))[np.arange(width) * len(TRAIN_COLORS) // width]
        label = np.tile(bars, (height, 1, 1))
        image = label // 2 + rng.integers(0, 128, label.shape, np.uint8)
        Image.fromarray(label).save(root / "labels" / f"{number:03}_L.png")
        Image.fromarray(image).save(root / "images" / f"{number:03}.jpg", quality=92)
    (root / "test.txt").write_text("".join(f"{number:03}\n" for number in range(count)))
    return root


def by_images(counts: Sequence[int], depth: int, device: torch.device) -> str:
    """Check and evaluate data sets of more and more frames of 120×160."""
    network, rows = network_of("pspnet", depth, device).eval(), []
    height, width = SIZES[0]
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            data = write_frames(Path(folder, "data"), count, height, width)
            checked = seconds_of(partial(check_data, data, ("test",)), device)
            loader = evaluation_loader(check_data(data, ("test",)), "test", height, 0, device)
            evaluated = seconds_of(partial(frame_matrices, network, loader, device), device)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
        rows.append((count, f"{1000 * checked / count:.1f}", f"{1000 * evaluated / count:.1f}", f"{most:.0f}"))
    columns = ("images", "checking, ms an image", "evaluating, ms an image", "most memory of the process so far, MB")
    return table(columns, rows)


def by_size(sizes: Sequence[tuple[int, int]], depth: int, runs: int, device: torch.device) -> str:
    """Train on two frames, and evaluate one, of more and more pixels."""
    network, rows = network_of("pspnet", depth, device), []
    for height, width in sizes:
        batch = random_batch(2, height + 1, width + 1)  # 8n+1

        def look(batch: tuple = batch) -> None:
            with torch.no_grad():
                network.eval()(batch[0][:1].to(device))

        seconds = medians({"train": kit_loop(network, [batch], device), "look": look}, runs, device)
        megapixels = (height + 1) * (width + 1) / 1e6
        per_pixel = [seconds["train"] / 2 / megapixels, seconds["look"] / megapixels]
        rows.append((f"{height}×{width}", *(f"{value:.2f}" for value in per_pixel)))
    return table(("frame", "training, s a megapixel", "evaluating, s a megapixel"), rows)


def by_batch(batches: Sequence[int], crop: int, depth: int, runs: int, device: torch.device) -> str:
    """Train on larger and larger batches, until one does not fit in the GPU's memory."""
    network, rows = network_of("pspnet", depth, device), []
    for images in batches:
        try:
            loop = kit_loop(network, [random_batch(images, crop, crop)], device)
            seconds = medians({"train": loop}, runs, device)["train"]
        except torch.cuda.OutOfMemoryError:
            rows.append((images, "does not fit"))
            break
        rows.append((images, f"{images / seconds:.2f}"))
    return table((f"batch, crop {crop}", "images/s"), rows)


def main() -> None:
    """Print the tables; what is asked of a GPU is large, and small on the CPU."""
    device = default_device()
    small = device.type == "cpu"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--depth", type=int, default=18 if small else 50, help="of the ResNet (default: 18, on a GPU 50)")
    add("--images", type=int, nargs="+", default=[1, 7, 70, 700], metavar="N")
    add("--sizes", type=int, default=len(SIZES), metavar="N", help=f"the first N of {SIZES} (default: all)")
    add(
        "--batches", type=int, nargs="+", metavar="N", default=[2, 4, 8, 16] if small else [1 << n for n in range(1, 9)]
    )
    add("--crop", type=int, default=105 if small else 201, help="of the batches (default: 105, on a GPU 201)")
    add("--runs", type=int, default=3, help="of each training step (default: 3)")
    options = parser.parse_args()
    torch.backends.cudnn.benchmark = True
    print(describe("torchvision"))
    print(f"PSPNet-{options.depth}\n\n{by_images(options.images, options.depth, device)}")
    print(f"\n{by_size(SIZES[: options.sizes], options.depth, options.runs, device)}")
    print(f"\n{by_batch(options.batches, options.crop, options.depth, options.runs, device)}")


if __name__ == "__main__":
    main()
