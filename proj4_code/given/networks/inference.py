"""From an image of any size to a train id for each of its pixels."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision import tv_tensors

from proj4_code.given.basics.progress import is_first_process
from proj4_code.given.classes import TRAIN_NAMES, VOID
from proj4_code.given.data.frames import shrink
from proj4_code.given.networks.build import build_network
from proj4_code.given.networks.checkpoints import Checkpoint, load_checkpoint, load_model

DEVICES = ("auto", "cpu", "cuda")
KERNELS = re.compile(r"(sm|compute)_(\d+)(\d)")


def add_device_option(parser: argparse.ArgumentParser) -> None:
    """Add --device to a program's command line."""
    help = "auto: the GPU if there is one that this PyTorch can use"
    parser.add_argument("--device", type=device_name, choices=DEVICES, default="auto", help=help)


def device_name(word: str) -> str:
    """Read the name of a device from the command line."""
    if word == "mps":
        raise argparse.ArgumentTypeError(
            "on mps, PyTorch cannot average a map to bins that do not divide its size, as pyramid pooling does: "
            "use cpu here, and train on Colab"
        )
    return word


def choose_device(name: str) -> torch.device:
    """Turn one of `DEVICES` into a device; "auto" is the GPU if there is one that this PyTorch can use.

    Raises:
        ValueError: if "cuda" is asked for, and there is no GPU, or only one that this PyTorch cannot use.
    """
    if name == "cpu" or (name == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise ValueError("--device cuda: PyTorch finds no GPU here: use --device cpu, or a PyTorch made for your GPU")
    problem = gpu_problem()
    if problem and name == "cuda":
        raise ValueError(f"--device cuda: {problem}, use --device cpu, or train on Colab")
    if problem and is_first_process():
        print(f"using the CPU: {problem}, or train on Colab", file=sys.stderr)
    return torch.device("cpu" if problem else "cuda")


def gpu_problem() -> str | None:
    """Return why PyTorch cannot use the GPU that is there, and what would help; None if it can."""
    capability, architectures = torch.cuda.get_device_capability(), torch.cuda.get_arch_list()
    if torch.version.hip or has_kernels(capability, architectures):
        return None
    version = ".".join(map(str, capability))
    return (
        f"this PyTorch, {torch.__version__}, has no kernels for this GPU, whose compute capability is {version} "
        f"(it has {' '.join(architectures) or 'none at all'}); install one that has (https://pytorch.org/get-started)"
    )


def has_kernels(capability: tuple[int, int], architectures: Sequence[str]) -> bool:
    """Return whether code for some architectures runs on a GPU.

    Args:
        capability: compute capability of the GPU, such as (7, 5).
        architectures: "sm_75", machine code, runs on GPUs of the same generation that are not older; "compute_90",
            which a driver translates, on all that are not older.
    """
    for kind, major, minor in (match.groups() for match in map(KERNELS.match, architectures) if match):
        made_for = int(major), int(minor)
        if made_for <= capability and (kind == "compute" or made_for[0] == capability[0]):
            return True
    return False


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
    arch, depth, bins, aux = (settings[name] for name in ("arch", "depth", "bins", "aux"))
    network = build_network(arch, depth, bins, aux, len(classes), backbone=settings.get("backbone"))
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
