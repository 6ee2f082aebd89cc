"""Networks by name: the PSPNet of parts 1 to 3, and torchvision's networks to compare it with."""

from collections.abc import Sequence
from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn
from torchvision import models

from proj4_code.given.networks.checkpoints import difference

DEPTHS = (18, 34, 50, 101, 152)
TORCHVISION_DEPTHS = {"fcn_resnet50": 50, "fcn_resnet101": 101, "deeplabv3_resnet50": 50, "deeplabv3_resnet101": 101}
ARCHITECTURES = ("pspnet", *TORCHVISION_DEPTHS)


def display_name(arch: str, depth: int) -> str:
    """Write an architecture as people do: "PSPNet-50"; torchvision's names stay as they are."""
    return f"PSPNet-{depth}" if arch == "pspnet" else arch


def check_side(option: str, side: int) -> None:
    """Raise a ValueError if the side in pixels that an option gives is not one that PSPNet takes."""
    if side % 8 != 1:
        below = max(9, (side - 1) // 8 * 8 + 1)
        raise ValueError(f"{option} {side} is not 8n+1, which PSPNet needs: choose {below} or {below + 8}")


def build_network(
    arch: str, depth: int, bins: Sequence[int], aux: bool, num_classes: int, weights: dict[str, Tensor] | None = None
) -> nn.Module:
    """Build a network that turns (N, 3, H, W) into {"out": (N, K, H, W)}, and "aux" while it trains.

    Args:
        arch: one of `ARCHITECTURES`.
        depth: of the ResNet inside; torchvision's networks have theirs in the name.
        bins: of PSPNet's pyramid pooling; torchvision's networks have none.
        aux: whether there is an auxiliary classifier.
        num_classes: K.
        weights: state dict of torchvision's ResNet of that depth, for the backbone; None for a random start.

    Raises:
        NotImplementedError: if a part that is needed is not written yet.
    """
    if arch == "pspnet":
        from proj4_code.part2_dilated_resnet import DilatedResNet
        from proj4_code.part3_pspnet import PSPNet

        return PSPNet(DilatedResNet(depth, weights), num_classes, bins=bins, aux=aux)

    make = getattr(models.segmentation, arch)
    network = make(weights=None, weights_backbone=None, num_classes=num_classes, aux_loss=aux)
    if weights:
        network.backbone.load_state_dict({name: w for name, w in weights.items() if not name.startswith("fc.")})
    return network


def read_weights(source: str, depth: int) -> dict[str, Tensor] | None:
    """Get the weights that the backbone starts from: the state dict of torchvision's ResNet of that depth, or None.

    `source` is "none", "imagenet" (torchvision's, downloaded once), or the path of a torchvision state dict: a
    .safetensors file, or one that `torch.save` wrote.

    Raises:
        FileNotFoundError, ValueError: if the file is missing, cannot be read, or is of another network.
        ConnectionError: if the download fails.
    """
    if source == "none":
        return None
    if source == "imagenet":
        return download_imagenet(depth)
    state = read_state_dict(Path(source))
    with torch.device("meta"):  # names and shapes, without memory
        expected = models.get_model(f"resnet{depth}", weights=None).state_dict()
    problem = difference(expected, state)
    if problem:
        raise ValueError(f"{source} does not fit torchvision's ResNet-{depth}: {problem}. Choose the --depth it is of")
    return state


def download_imagenet(depth: int) -> dict[str, Tensor]:
    """Get torchvision's ImageNet weights from its cache or the network."""
    weights = models.get_model_weights(f"resnet{depth}").IMAGENET1K_V1
    try:
        return weights.get_state_dict(progress=True, check_hash=True)
    except (OSError, RuntimeError) as error:
        raise ConnectionError(
            f"the ImageNet weights could not be downloaded ({error}): connect this machine to the network once, or "
            f"fetch {weights.url} elsewhere and give it as --weights FILE, or start from nothing with --weights none"
        ) from error


def read_state_dict(path: Path) -> dict[str, Tensor]:
    """Read a state dict without running any code that the file may hold."""
    if not path.is_file():
        raise FileNotFoundError(f'{path} is missing: --weights is "imagenet", "none", or a file of weights')
    try:
        if path.suffix == ".safetensors":
            return safetensors.torch.load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # on damaged bytes, torch.load raises errors of any kind
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ValueError(f"{path} cannot be read as weights ({reason}): download or copy it again") from error
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ValueError(f"{path} is not a plain state dict: save model.state_dict() of torchvision's ResNet")
    return state
