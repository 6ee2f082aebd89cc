"""Segment images with a network that you trained.

`python -m proj4_code.given.predict CHECKPOINT INPUT... --out DIR` takes images and folders of images, of any size, and
writes for each NAME the classes in the official colours (`NAME_L.png`) and laid over the image (`NAME_overlay.png`).
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from proj4_code.given.basics.messages import one_line_errors
from proj4_code.given.data.contents import DECODING_ERRORS
from proj4_code.given.data.images import to_rgb
from proj4_code.given.networks.inference import add_device_option, choose_device, load_network, predict_train_ids
from proj4_code.given.pictures.labels import color_image, overlay

SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
READABLE = ", ".join(sorted(SUFFIXES))


def find_images(inputs: Sequence[Path]) -> list[Path]:
    """List the images that are meant: files as they are, of a folder those with the suffix of an image.

    What else a folder holds is counted on stdout.

    Raises:
        FileNotFoundError: if a folder holds no image.
        ValueError: if two images have one name, so that one's results would replace the other's.
    """
    images = []
    for path in inputs:
        found = [path]
        if path.is_dir():
            found = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
            others = Counter("folder" if file.is_dir() else file.suffix or "no suffix" for file in path.iterdir())
            others -= Counter(file.suffix for file in found)
            left_out = ", ".join(f"{kind} ({count})" for kind, count in sorted(others.items()))
            if not found:
                raise FileNotFoundError(f"{path} holds no image ({READABLE})" + (left_out and f", only {left_out}"))
            if left_out:
                print(f"{path}: left out {left_out}; images are {READABLE}")
        images += found
    name, count = Counter(path.stem for path in images).most_common(1)[0]
    if count > 1:
        same = ", ".join(str(path) for path in images if path.stem == name)
        raise ValueError(f"{same}: their results would have the same name, run the program for each with another --out")
    return images


def read_image(path: Path) -> Tensor:
    """Read an image as RGB, (3, H, W) uint8, turned as the camera was held.

    Raises:
        ValueError: if it cannot be read; the message names it.
    """
    try:
        with Image.open(path) as image:
            pixels = np.array(to_rgb(image, path))
    except DECODING_ERRORS as error:
        raise ValueError(
            f"{path} cannot be read ({getattr(error, 'strerror', None) or error}): it was left out"
        ) from error
    return torch.from_numpy(pixels).permute(2, 0, 1)


def predict(options: argparse.Namespace) -> int:
    """Segment images and write the results; name those that cannot be read on stderr, and return how many they are."""
    images = find_images(options.inputs)
    device = choose_device(options.device)
    model, description = load_network(options.checkpoint, device)
    short_side = description["settings"]["short_side"] if options.short_side is None else options.short_side
    options.out.mkdir(parents=True, exist_ok=True)
    unreadable = 0
    for path in tqdm(images, "predicting", unit="image", delay=2, leave=False):
        try:
            image = read_image(path)
        except ValueError as error:
            tqdm.write(f"error: {error}", file=sys.stderr)
            unreadable += 1
            continue
        train_ids = predict_train_ids(model, image, short_side or None, device)
        color_image(train_ids).save(options.out / f"{path.stem}_L.png")
        overlay(image, train_ids).save(options.out / f"{path.stem}_overlay.png")
    print(f"{len(images) - unreadable} of {len(images)} images: NAME_L.png and NAME_overlay.png are in {options.out}")
    return unreadable


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; the exit status is 1 if anything was wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m proj4_code.given.predict", description="Segment images with a network that you trained."
    )
    add = parser.add_argument
    add("checkpoint", type=Path, help="such as runs/NAME/best.safetensors")
    add("inputs", type=Path, nargs="+", metavar="INPUT", help="image, or folder of images, of any size")
    add("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    add(
        "--short-side",
        type=int,
        metavar="N",
        help="shrink larger images to this short side for the network, 0: never (default: as in training, where the "
        "network learned how large things are); the results have the image's own size",
    )
    add_device_option(parser)
    options = parser.parse_args(arguments)
    with one_line_errors():
        if options.short_side is not None and options.short_side < 0:
            raise ValueError(f"--short-side {options.short_side}: expected 0 or more pixels")
        unreadable = predict(options)
    sys.exit(1 if unreadable else 0)


if __name__ == "__main__":
    main()
