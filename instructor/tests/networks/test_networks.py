"""Tests of `proj4_code.given.networks.build`: networks by name, and weights from files and the network."""

import os
import pickle
import runpy
import urllib.error
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn
from torchvision import models

from proj4_code.given.networks.build import TORCHVISION_DEPTHS, build_network, read_weights


@pytest.fixture(scope="module")
def resnet18() -> dict[str, Tensor]:
    torch.manual_seed(1)
    return models.resnet18(weights=None).state_dict()


def has_backbone(network: nn.Module, weights: dict[str, Tensor]) -> bool:
    """Return whether all weights but the classifier's are in the backbone, whatever their names are there."""
    there = [value for value in network.backbone.state_dict().values() if value.dim() == 4]
    wanted = [value for value in weights.values() if value.dim() == 4]
    return len(there) == len(wanted) and all(torch.equal(a, b) for a, b in zip(there, wanted, strict=True))


@pytest.mark.parametrize("aux", [True, False])
@pytest.mark.parametrize("bins", [(1, 2), ()])
def test_pspnet_has_the_bins_and_the_classifiers_that_are_asked_for(bins: tuple[int, ...], aux: bool) -> None:
    network = build_network("pspnet", 18, bins, aux, 5).train()
    outputs = network(torch.zeros(2, 3, 33, 41))
    assert {name: value.shape for name, value in outputs.items()} == dict.fromkeys(
        ("out", "aux") if aux else ("out",), (2, 5, 33, 41)
    )
    assert sum(isinstance(module, nn.AdaptiveAvgPool2d) for module in network.modules()) == len(bins)


@pytest.mark.parametrize("arch", TORCHVISION_DEPTHS)
def test_torchvisions_networks_have_the_same_outputs_and_a_backbone(arch: str) -> None:
    with torch.device("meta"):
        network = build_network(arch, TORCHVISION_DEPTHS[arch], (), True, 5).train()
        outputs = network(torch.zeros(2, 3, 32, 40))
    assert {name: value.shape for name, value in outputs.items()} == dict.fromkeys(("out", "aux"), (2, 5, 32, 40))
    assert isinstance(network.backbone, nn.Module)


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_file_of_weights_reaches_the_backbone(tmp_path: Path, resnet18: dict[str, Tensor], suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    (safetensors.torch.save_file if suffix == ".safetensors" else torch.save)(resnet18, path)
    assert has_backbone(build_network("pspnet", 18, (), False, 5, read_weights(str(path), 18)), resnet18)


def test_torchvisions_networks_take_the_same_weights() -> None:
    weights = models.resnet50(weights=None).state_dict()
    assert has_backbone(build_network("fcn_resnet50", 50, (), True, 5, weights), weights)


def test_no_weights_are_read_when_none_are_wanted() -> None:
    assert read_weights("none", 50) is None


def test_weights_of_another_depth_are_refused(tmp_path: Path, resnet18: dict[str, Tensor]) -> None:
    torch.save(resnet18, tmp_path / "resnet18.pth")
    with pytest.raises(
        ValueError, match=r"resnet18.pth does not fit torchvision's ResNet-50: it lacks 198 of 320 entries"
    ):
        read_weights(str(tmp_path / "resnet18.pth"), 50)
    with pytest.raises(ValueError, match=r"does not fit torchvision's ResNet-34"):
        read_weights(str(tmp_path / "resnet18.pth"), 34)


def test_weights_of_a_resnet_are_refused_for_vgg(tmp_path: Path, resnet18: dict[str, Tensor]) -> None:
    torch.save(resnet18, tmp_path / "resnet18.pth")
    expected = r"does not fit torchvision's vgg16_bn: it lacks .*\. Choose that network's, or --weights none"
    with pytest.raises(ValueError, match=expected):
        read_weights(str(tmp_path / "resnet18.pth"), 16, "vgg16_bn")


def test_a_missing_file_of_weights_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r'imagnet is missing: --weights is "imagenet", "none", or a file'):
        read_weights("imagnet", 18)


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_files_that_are_no_weights_are_refused(tmp_path: Path, resnet18: dict[str, Tensor], suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    (safetensors.torch.save_file if suffix == ".safetensors" else torch.save)(resnet18, path)
    whole = path.read_bytes()
    for content in (b"", b"hello", whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"cannot be read as weights \(.+\): download or copy it again") as caught:
            read_weights(str(path), 18)
        assert "weights_only" not in str(caught.value)


def test_a_file_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    torch.save({"epoch": 3}, tmp_path / "run.pth")
    with pytest.raises(ValueError, match="is not a plain state dict"):
        read_weights(str(tmp_path / "run.pth"), 18)


def test_code_in_a_file_of_weights_does_not_run(tmp_path: Path) -> None:
    class Malicious:
        def __reduce__(self) -> tuple:
            return os.mkdir, (str(tmp_path / "it ran"),)

    (tmp_path / "bad.pth").write_bytes(pickle.dumps(Malicious()))
    torch.save(Malicious(), tmp_path / "worse.pth")
    for name in ("bad.pth", "worse.pth"):
        with pytest.raises(ValueError, match="cannot be read as weights"):
            read_weights(str(tmp_path / name), 18)
    assert not (tmp_path / "it ran").exists()


def test_without_a_network_the_download_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no network")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "urlopen", offline)
    with pytest.raises(
        ConnectionError, match=r"no network.*https://.*resnet50-.*\.pth.*--weights FILE.*--weights none"
    ):
        read_weights("imagenet", 50)


def test_the_shared_resnet18_is_read(shared_data, tmp_path: Path) -> None:
    path = tmp_path / "resnet18.pth"
    weights = shared_data / "weights"
    torch.save(runpy.run_path(str(weights / "decode.py"))["decode"](weights / "resnet18.npz"), path)
    weights = read_weights(str(path), 18)
    assert has_backbone(build_network("pspnet", 18, (1, 2, 3, 6), True, 11, weights), weights)
