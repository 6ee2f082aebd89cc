"""Networks by name: the PSPNet of parts 1 to 3, and the lectures' and torchvision's to compare it with."""

from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError

import safetensors.torch
import torch
from torch import Tensor, nn
from torchvision import models

from proj4_code.given.networks.backbones import FullyConvolutionalVGG16, PoolingVGG16, ResNetFeatures
from proj4_code.given.networks.checkpoints import difference
from proj4_code.given.networks.deeplabv3plus import DeepLabV3Plus
from proj4_code.given.networks.fcn import FCN
from proj4_code.given.networks.segnet import SegNet
from proj4_code.given.networks.unet import UNet

DEPTHS = (18, 34, 50, 101, 152)
TORCHVISION_DEPTHS = {"fcn_resnet50": 50, "fcn_resnet101": 101, "deeplabv3_resnet50": 50, "deeplabv3_resnet101": 101}
FCN_STRIDES = {"fcn32s": 32, "fcn16s": 16, "fcn8s": 8}
NAMES = {
    "pspnet": "PSPNet",
    "fcn32s": "FCN-32s",
    "fcn16s": "FCN-16s",
    "fcn8s": "FCN-8s",
    "segnet": "SegNet",
    "unet": "U-Net",
    "deeplabv3plus": "DeepLabV3+",
}
"""How people write the architectures that are written here; torchvision's names stay as they are."""
ARCHITECTURES = (*NAMES, *TORCHVISION_DEPTHS)
BACKBONES: dict[str, tuple[str, ...]] = dict.fromkeys(ARCHITECTURES, ("resnet",))
"""What each architecture can be built on, the usual one first; VGG is torchvision's, without and with batch norm."""
BACKBONES |= dict.fromkeys(FCN_STRIDES, ("resnet", "vgg16")) | {"segnet": ("vgg16_bn",)}
WITH_AUX = ("pspnet", *TORCHVISION_DEPTHS)


def display_name(arch: str, depth: int, backbone: str | None = None) -> str:
    """Write an architecture and its backbone as people do: "PSPNet-50", "SegNet-VGG16"."""
    if arch not in NAMES:
        return arch
    return f"{NAMES[arch]}-{depth if (backbone or BACKBONES[arch][0]) == 'resnet' else 'VGG16'}"


def check_side(arch: str, option: str, side: int) -> None:
    """Raise a ValueError if the side in pixels that an option gives is not one that an architecture takes."""
    if arch == "pspnet" and side % 8 != 1:
        below = max(9, (side - 1) // 8 * 8 + 1)
        raise ValueError(f"{option} {side} is not 8n+1, which PSPNet needs: choose {below} or {below + 8}")
    if arch == "segnet" and side < 32:
        raise ValueError(f"{option} {side} cannot be halved five times, which SegNet needs: choose 32 or more")


def check_network(arch: str, backbone: str | None = None) -> None:
    """Raise a ValueError if there is no such architecture, or none on that backbone."""
    if arch not in ARCHITECTURES:
        raise ValueError(f"--arch {arch} is not known: choose one of {', '.join(ARCHITECTURES)}")
    if backbone is not None and backbone not in BACKBONES[arch]:
        raise ValueError(f"--backbone {backbone} does not go with {arch}: choose {' or '.join(BACKBONES[arch])}")


def build_network(
    arch: str,
    depth: int,
    bins: Sequence[int],
    aux: bool,
    num_classes: int,
    weights: dict[str, Tensor] | None = None,
    backbone: str | None = None,
) -> nn.Module:
    """Build a network that turns (N, 3, H, W) into {"out": (N, K, H, W)}, and "aux" while it trains.

    PSPNet takes heights and widths of 8n+1, SegNet from 32, the others any.

    Args:
        arch: one of `ARCHITECTURES`.
        depth: of the ResNet inside; torchvision's networks have theirs in the name, and VGG-16 has one.
        bins: of PSPNet's pyramid pooling; the others have none.
        aux: whether there is an auxiliary classifier, in those that can have one: PSPNet and torchvision's.
        num_classes: K.
        weights: state dict of torchvision's ResNet of that depth, or VGG, for the backbone; None for a random start.
        backbone: one of `BACKBONES[arch]`; None: the first of them.

    Raises:
        ValueError: if there is no such architecture, or none on that backbone.
        NotImplementedError: if a part that is needed is not written yet.
    """
    check_network(arch, backbone)
    if arch == "pspnet":
        from proj4_code.part2_dilated_resnet import DilatedResNet
        from proj4_code.part3_pspnet import PSPNet

        return PSPNet(DilatedResNet(depth, weights), num_classes, bins=bins, aux=aux)
    if arch in FCN_STRIDES:
        base = FullyConvolutionalVGG16(weights) if backbone == "vgg16" else ResNetFeatures(depth, weights)
        return FCN(base, num_classes, FCN_STRIDES[arch])
    if arch == "segnet":
        return SegNet(PoolingVGG16(weights), num_classes)
    if arch == "unet":
        return UNet(ResNetFeatures(depth, weights), num_classes)
    if arch == "deeplabv3plus":
        return DeepLabV3Plus(ResNetFeatures(depth, weights, output_stride=16), num_classes)

    make = getattr(models.segmentation, arch)
    network = make(weights=None, weights_backbone=None, num_classes=num_classes, aux_loss=aux)
    if weights:
        network.backbone.load_state_dict({name: w for name, w in weights.items() if not name.startswith("fc.")})
    return network


def read_weights(source: str, depth: int, backbone: str = "resnet") -> dict[str, Tensor] | None:
    """Get the weights that the backbone starts from: the state dict of torchvision's classifier, or None.

    Args:
        source: "none", "imagenet" (torchvision's, downloaded once), or the path of a torchvision state dict: a
            .safetensors file, or one that `torch.save` wrote.
        depth: of the ResNet.
        backbone: "resnet", "vgg16" or "vgg16_bn".

    Raises:
        FileNotFoundError, ValueError: if the file is missing, cannot be read, or is of another network.
        ConnectionError: if the download fails.
    """
    if source == "none":
        return None
    model = f"resnet{depth}" if backbone == "resnet" else backbone
    if source == "imagenet":
        return download_imagenet(model)
    state = read_state_dict(Path(source))
    with torch.device("meta"):  # names and shapes, without memory
        expected = models.get_model(model, weights=None).state_dict()
    problem = difference(expected, state)
    if problem:
        name = f"ResNet-{depth}" if backbone == "resnet" else model
        advice = "Choose the --depth it is of" if backbone == "resnet" else "Choose that network's, or --weights none"
        raise ValueError(f"{source} does not fit torchvision's {name}: {problem}. {advice}")
    return state


def download_imagenet(model: str) -> dict[str, Tensor]:
    """Get torchvision's ImageNet weights of one of its models from its cache or the network."""
    weights = models.get_model_weights(model).IMAGENET1K_V1
    try:
        return weights.get_state_dict(progress=True, check_hash=True)
    except (OSError, RuntimeError) as error:
        raise ConnectionError(
            f"the ImageNet weights could not be downloaded ({error}): connect this machine to the network once, or "
            f"fetch {weights.url} elsewhere and give it as --weights FILE, or start from scratch with --weights none"
        ) from error


def read_state_dict(path: Path) -> dict[str, Tensor]:
    """Read a state dict without running any code that the file may hold."""
    if not path.is_file():
        what = "a folder" if path.is_dir() else "missing"
        raise FileNotFoundError(f'{path} is {what}: --weights is "imagenet", "none", or a file of weights')
    try:
        if path.suffix == ".safetensors":
            return safetensors.torch.load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # on damaged bytes, torch.load raises errors of any kind
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        if isinstance(error, UnpicklingError):  # torch's message tells people to load the file unsafely
            reason = "it is not a file of tensors that torch.save wrote"
        raise ValueError(f"{path} cannot be read as weights ({reason}): download or copy it again") from error
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ValueError(f"{path} is not a plain state dict: save model.state_dict() of torchvision's network")
    return state
