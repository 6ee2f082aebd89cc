"""Tests of `training/checkpoints`: what is saved comes back, what is damaged is refused, nothing is lost."""

import errno
import json
import os
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import nn
from torch.optim import SGD, AdamW

from instructor.tests.training.samples import save_checkpoint
from proj4_code.given.networks.checkpoints import load_checkpoint, load_model, load_optimizer

DESCRIPTION = {"settings": {"depth": 18}, "epoch": 3, "history": [{"val_miou": 0.25, "val_iou": None}]}


def trained() -> tuple[nn.Module, SGD]:
    """Return a small network after a step of SGD with momentum."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 1))
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.randn(2, 3, 5, 5)).sum().backward()
    optimizer.step()
    return model, optimizer


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "last.safetensors"
    save_checkpoint(path, DESCRIPTION, *trained())
    return path


def test_what_was_saved_comes_back(saved: Path) -> None:
    model, optimizer = trained()
    checkpoint = load_checkpoint(saved)
    assert checkpoint.description == DESCRIPTION
    assert checkpoint.model.keys() == model.state_dict().keys()
    assert all(torch.equal(checkpoint.model[name], value) for name, value in model.state_dict().items())
    for name, parameter in model.named_parameters():
        momentum = optimizer.state[parameter]["momentum_buffer"]
        assert torch.equal(checkpoint.optimizer[f"{name}/momentum_buffer"], momentum)


def test_momentum_finds_its_parameter_in_whatever_order_groups_are(saved: Path) -> None:
    model, trained_optimizer = trained()
    optimizer = SGD(list(reversed(list(model.parameters()))), lr=0.1, momentum=0.9)
    load_optimizer(optimizer, model, load_checkpoint(saved), saved)
    for parameter in model.parameters():
        expected = trained_optimizer.state[parameter]["momentum_buffer"]
        assert torch.equal(optimizer.state[parameter]["momentum_buffer"], expected)


def test_counters_and_the_order_in_memory_of_an_optimizer_come_back(tmp_path: Path) -> None:
    def network() -> tuple[nn.Module, AdamW]:
        model = nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last)
        return model, AdamW(model.parameters())

    model, optimizer = network()
    model(torch.randn(2, 3, 5, 5)).sum().backward()
    optimizer.step()
    save_checkpoint(tmp_path / "c", {}, model, optimizer)
    again, again_optimizer = network()
    load_optimizer(again_optimizer, again, load_checkpoint(tmp_path / "c"), tmp_path / "c")
    expected, found = optimizer.state[model.weight], again_optimizer.state[again.weight]
    assert expected.keys() == found.keys()
    for entry, value in expected.items():
        assert torch.equal(found[entry], value)
        assert found[entry].stride() == value.stride()


def test_a_layer_under_two_names_is_saved_and_loaded(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(2, 2))
    model.again = model[0]
    save_checkpoint(tmp_path / "c", {}, model)
    load_model(model, load_checkpoint(tmp_path / "c"), tmp_path / "c")


def test_a_checkpoint_cut_anywhere_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    for size in (0, 4, 8, 100, len(whole) // 2, len(whole) - 1):
        saved.write_bytes(whole[:size])
        with pytest.raises(ValueError, match=r"last\.safetensors is damaged.*use another checkpoint"):
            load_checkpoint(saved)


def test_a_checkpoint_with_one_wrong_byte_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    for place in range(0, len(whole), 7):
        saved.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ValueError, match=r"last\.safetensors is (damaged|not a checkpoint)"):
            load_checkpoint(saved)


def test_weights_of_another_program_are_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    safetensors.torch.save_file({"weight": torch.zeros(1)}, path)
    with pytest.raises(ValueError, match="not a checkpoint of this program"):
        load_checkpoint(path)
    torch.save({"weight": torch.zeros(1)}, path)
    with pytest.raises(ValueError, match="not a checkpoint of this program"):
        load_checkpoint(path)


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.safetensors is missing"):
        load_checkpoint(tmp_path / "nothing.safetensors")


def test_a_checkpoint_of_another_network_is_refused_and_nothing_of_it_loaded(saved: Path) -> None:
    checkpoint = load_checkpoint(saved)
    for layers, problem in (
        (
            [nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 7, 1)],
            r"2.weight is \(2, 4, 1, 1\) and not \(7, 4, 1, 1\)",
        ),
        ([nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)], "it has 2 entries too many, such as 2.bias"),
        ([nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 1), nn.Linear(1, 1)], "it lacks 2 of 11 entries"),
    ):
        other = nn.Sequential(*layers)
        before = {name: value.clone() for name, value in other.state_dict().items()}
        with pytest.raises(ValueError, match=problem):
            load_model(other, checkpoint, saved)
        assert all(torch.equal(before[name], value) for name, value in other.state_dict().items())


def test_an_optimizers_state_of_another_network_is_refused_and_nothing_of_it_loaded(saved: Path) -> None:
    checkpoint = load_checkpoint(saved)
    other = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 7, 1))
    optimizer = SGD(other.parameters(), lr=0.1, momentum=0.9)
    with pytest.raises(ValueError, match=r"does not fit the network: it holds 2\.(weight|bias)/momentum_buffer"):
        load_optimizer(optimizer, other, checkpoint, saved)
    assert not optimizer.state


def test_a_full_disk_leaves_the_previous_checkpoint_and_no_other_file(saved: Path) -> None:
    """A limit on the size of files makes the operating system refuse the write half-way, as a full disk does."""
    resource = pytest.importorskip("resource", reason="limits on the size of files exist on Unix only")
    before = saved.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        with pytest.raises(OSError, match=r"last\.safetensors: its 0\.0 MB could not be written"):
            save_checkpoint(saved, {"epoch": 4}, *trained())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()])
def test_a_write_that_stops_at_its_end_leaves_the_previous_checkpoint(
    saved: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(_: int) -> None:
        raise error

    before = saved.read_bytes()
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(type(error)):
        save_checkpoint(saved, {"epoch": 4}, *trained())
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_checkpoint_is_a_plain_safetensors_file(saved: Path) -> None:
    with safetensors.safe_open(saved, "pt") as file:
        assert json.loads(file.metadata()["proj4"]) == DESCRIPTION
        assert "model/0.weight" in file.keys()  # noqa: SIM118
