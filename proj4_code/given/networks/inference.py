"""From an image of any size to a train id for each of its pixels."""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision import tv_tensors

from proj4_code.given.classes import TRAIN_NAMES, VOID
from proj4_code.given.data.frames import shrink
from proj4_code.given.networks.build import build_network
from proj4_code.given.networks.checkpoints import Checkpoint, load_checkpoint, load_model

DEVICES = ("auto", "cpu", "cuda")


def add_device_option(parser: argparse.ArgumentParser) -> None:
    """Add --device to a program's command line."""
    parser.add_argument("--device", choices=DEVICES, default="auto", help="auto: the GPU if there is one")


def choose_device(name: str) -> torch.device:
    """Turn one of `DEVICES` into a device; "auto" is the GPU if there is one.

    Raises:
        ValueError: if there is no GPU and "cuda" is asked for.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError("--device cuda: PyTorch finds no GPU here: use --device cpu, or a PyTorch made for your GPU")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def network_of(checkpoint: Checkpoint, path: Path) -> nn.Module:
    """Build the network that a checkpoint describes and load its weights.

    Raises:
        ValueError: if the checkpoint is of other classes, or its weights do not fit.
    """
    classes = checkpoint.description["classes"]
    if classes != list(TRAIN_NAMES):
        raise ValueError(
            f"{path} is of a network for {len(classes)} classes ({', '.join(classes)}); expected the "
            f"{len(TRAIN_NAMES)} of this kit ({', '.join(TRAIN_NAMES)}): train again"
        )
    settings = checkpoint.description["settings"]
    bins = tuple(settings["bins"])
    network = build_network(settings["arch"], settings["depth"], bins, settings["aux"], len(classes))
    load_model(network, checkpoint, path)
    return network


def load_network(path: Path, device: torch.device) -> tuple[nn.Module, dict]:
    """Read a checkpoint; return its network, on `device` and in eval mode, and its description.

    Raises:
        FileNotFoundError, ValueError: if it is missing, damaged, or of another network.
    """
    checkpoint = load_checkpoint(path)
    return network_of(checkpoint, path).to(device).eval(), checkpoint.description


@torch.no_grad()
def predict_train_ids(model: nn.Module, image: Tensor, short_side: int | None, device: torch.device) -> Tensor:
    """Predict the class of every pixel of an image.

    The image is shrunk to the short side, padded at the right and bottom to 8n+1 by part 4's `eval_transforms`, and
    the logits are cropped back and enlarged to the image's own size.

    Args:
        model: in eval mode; it returns a dict with logits (1, K, H, W) as "out".
        image: (3, H, W) uint8, RGB, of any size.
        short_side: in pixels; None leaves the image as it is.
        device: of the model.

    Returns:
        (H, W) uint8 of train ids, on the CPU.
    """
    from proj4_code.part4_camvid import eval_transforms

    small = tv_tensors.Image(image if short_side is None else shrink(image, short_side))
    height, width = small.shape[-2:]
    padded, _ = eval_transforms()(small, tv_tensors.Mask(torch.full((height, width), VOID)))
    logits = model(padded[None].to(device))["out"][..., :height, :width]
    if logits.shape[-2:] != image.shape[-2:]:
        logits = F.interpolate(logits, image.shape[-2:], mode="bilinear")
    return logits[0].argmax(0).to(torch.uint8).cpu()
