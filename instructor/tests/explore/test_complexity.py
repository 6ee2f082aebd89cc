"""Costs of networks, compared with torchvision's published figures, with closed forms, and with the lectures."""

from pathlib import Path

import pytest
import torch
from torch import nn

from proj4_code.given.explore.__main__ import main
from proj4_code.given.explore.complexity import LABELS, published
from proj4_code.given.explore.costs.counting import (
    build_empty,
    count_operations,
    count_parameters,
    measure_activations,
    measure_seconds,
)
from proj4_code.given.explore.costs.lectures import InceptionModule, lecture_figures
from proj4_code.given.explore.costs.pictures import FAMILIES, stage_of


@pytest.mark.parametrize("name", ["alexnet", "resnet18", "regnet_y_3_2gf", "shufflenet_v2_x0_5", "densenet121"])
def test_parameters_and_operations_are_those_that_torchvision_publishes(name: str) -> None:
    network = build_empty(name)
    assert count_parameters(network) == published(name)["published_parameters"]
    assert count_operations(network) / 1e9 == pytest.approx(published(name)["published_gmacs"], abs=0.006)


@pytest.mark.deep
@pytest.mark.parametrize("name", LABELS)
def test_those_of_all_networks_are(name: str) -> None:
    test_parameters_and_operations_are_those_that_torchvision_publishes(name)


def test_activations_are_what_the_backward_pass_needs() -> None:
    network = nn.Sequential(nn.Conv2d(3, 5, 1), nn.ReLU(inplace=True), nn.Conv2d(5, 2, 3, stride=2), nn.ReLU())
    sizes = measure_activations(network.to("meta"))
    assert sizes == {
        "224": (3 + 5) * 224 * 224 * 4,
        "111": 2 * 111 * 111 * 4,
    }  # the first ReLU has no memory of its own


def test_a_network_without_memory_can_be_timed() -> None:
    assert 0 < measure_seconds(build_empty("shufflenet_v2_x0_5"), torch.device("cpu"), 1, 1) < 60


def test_each_difference_from_the_lectures_is_explained_by_a_number() -> None:
    here = {figure.what: figure.here for figure in lecture_figures()}
    assert here["VGG-16, parameters"] == pytest.approx(138.36, abs=0.01)
    assert here["VGG-16, operations"] - 56 * 56 * 256 * 256 * 9 / 1e6 == pytest.approx(13_600, abs=30)
    assert here["AlexNet, operations"] == pytest.approx(700, abs=20)
    assert here["Inception module, naive: operations"] == pytest.approx(854, abs=0.5)
    reduced = here["Inception module with 1×1 convolutions: operations"]
    assert reduced + 28 * 28 * 192 * 64 * 9 / 1e6 == pytest.approx(358, abs=0.5)
    assert here["GoogLeNet, parameters"] + 0.38 == pytest.approx(7.0, abs=0.01)  # of Caffe's GoogLeNet: 6,998,552


def test_the_inception_module_computes() -> None:
    x = torch.rand(1, 256, 6, 6)
    assert InceptionModule(reduced=False)(x).shape == (1, 672, 6, 6)
    assert InceptionModule(reduced=True)(x).shape == (1, 480, 6, 6)


def test_every_network_has_one_colour_and_every_map_a_stage() -> None:
    families = [[name for name in LABELS if name.startswith(beginnings)] for _, beginnings in FAMILIES.values()]
    assert sorted(name for family in families for name in family) == sorted(LABELS)
    assert [stage_of(side) for side in (1, 7, 13, 55, 109, 224)] == [7, 7, 14, 56, 112, 224]


def test_quickest(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    main(["complexity", "--quickest", "--out", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "| ResNet-18 | 11.7 | 1.81 |" in printed
    assert "| VGG-16, operations | 13,600 | 15,470 |" in printed


@pytest.mark.deep
def test_quick(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    main(["complexity", "--quick", "--out", str(tmp_path)])
    printed = capsys.readouterr().out
    assert printed.count("✓ as the lecture says") == 4
    assert "✗" not in printed
