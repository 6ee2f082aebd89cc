"""Tests of `proj4_code.given.training.losses`: closed forms, segmentation-models-pytorch, torchvision, the programs."""

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
import segmentation_models_pytorch as smp
import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import sigmoid_focal_loss

from instructor.tests.training.samples import TINY, assert_same_run, metrics, run_training, stopped
from proj4_code import part6_training
from proj4_code.given import evaluate, train
from proj4_code.given.classes import VOID
from proj4_code.given.training import run
from proj4_code.given.training.losses import (
    LOSSES,
    dice_loss,
    focal_loss,
    in_place,
    make_loss,
    median_frequency_weights,
    weighted_cross_entropy,
)

SHARES = np.array([0.5, 0.1, 0.2, 0.0, 0.2])


@pytest.fixture
def batch() -> tuple[Tensor, Tensor]:
    """Logits and a target of five classes, in which class 3 is absent and a fifth of the pixels is void."""
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(2, 5, 9, 7, dtype=torch.float64, generator=generator)
    target = torch.tensor([0, 1, 2, 4, VOID])[torch.randint(0, 5, (2, 9, 7), generator=generator)]
    return logits, target


def test_dice_is_that_of_segmentation_models_pytorch(batch: tuple[Tensor, Tensor]) -> None:
    """Theirs divides by all classes, absent ones included, whose loss it calls 0; the lecture's by those present."""
    logits, target = batch
    theirs = smp.losses.DiceLoss("multiclass", ignore_index=VOID, eps=1e-12)(logits, target)
    torch.testing.assert_close(dice_loss(logits, target), theirs * 5 / 4)


def test_dice_in_closed_form() -> None:
    """Uniform probabilities of K classes: of a class with n of N pixels the loss is 1 - 2(n/K) / (N/K + n)."""
    target = torch.tensor([[[0, 0, 0, 1, VOID, VOID]]])
    expected = ((1 - 2 * 3 / 4 / (1 + 3)) + (1 - 2 * 1 / 4 / (1 + 1))) / 2
    assert dice_loss(torch.zeros(1, 4, 1, 6), target).item() == pytest.approx(expected)
    perfect = 200 * F.one_hot(target.where(target != VOID, 2), 4).movedim(-1, 1).float()
    assert dice_loss(perfect, target).item() == pytest.approx(0, abs=1e-6)


def test_weighted_cross_entropy_is_torchs_over_all_labelled_pixels(batch: tuple[Tensor, Tensor]) -> None:
    logits, target = batch
    weights = median_frequency_weights(SHARES)
    assert weights.tolist() == pytest.approx([0.4, 2, 1, 0, 1])
    expected = F.cross_entropy(logits, target, weights.double(), ignore_index=VOID)
    torch.testing.assert_close(weighted_cross_entropy(logits, target, weights.double()), expected)


def test_focal_loss_of_two_classes_is_torchvisions_of_one(batch: tuple[Tensor, Tensor]) -> None:
    """The softmax of two logits is the sigmoid of their difference."""
    logits, target = batch[0][:, :2], batch[1].where(batch[1] == VOID, batch[1] % 2)
    labelled = target != VOID
    one = (logits[:, 1] - logits[:, 0])[labelled]
    expected = sigmoid_focal_loss(one, target[labelled].double(), alpha=-1, gamma=2, reduction="mean")
    torch.testing.assert_close(focal_loss(logits, target), expected)


def test_focal_loss_of_a_guess_is_cross_entropy_times_its_factor() -> None:
    target = torch.tensor([[[0, 3, VOID]]])
    assert focal_loss(torch.zeros(1, 4, 1, 3), target).item() == pytest.approx(0.75**2 * math.log(4))


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_leaves_void_out_weighs_aux_and_has_true_gradients(name: str, batch: tuple[Tensor, Tensor]) -> None:
    logits, target = batch
    loss = make_loss(name, SHARES)
    elsewhere = torch.where((target == VOID)[:, None], torch.randn_like(logits), logits)
    torch.testing.assert_close(loss({"out": logits}, target), loss({"out": elsewhere}, target))
    both = loss({"out": logits, "aux": logits.flip(1)}, target, aux_weight=0.25)
    assert both.item() == pytest.approx(
        (loss({"out": logits}, target) + 0.25 * loss({"out": logits.flip(1)}, target)).item(), rel=1e-6
    )
    function = {"ce": None, "weighted_ce": None, "dice": dice_loss, "ce+dice": None, "focal": focal_loss}[name]
    if function is not None:
        assert torch.autograd.gradcheck(lambda x: function(x, target), logits.requires_grad_())


@pytest.mark.parametrize("name", LOSSES)
def test_without_a_labelled_pixel_every_loss_is_0_with_a_gradient_of_0(name: str) -> None:
    logits = torch.randn(2, 5, 3, 3, requires_grad=True)
    loss = make_loss(name, SHARES)({"out": logits}, torch.full((2, 3, 3), VOID))
    loss.backward()
    assert loss.item() == 0
    assert not logits.grad.any()


def test_ce_is_the_students_own() -> None:
    assert make_loss("ce", SHARES) is part6_training.segmentation_loss


def test_a_loss_that_training_does_not_call_is_refused() -> None:
    """It would train on cross-entropy, and nobody would notice."""
    own = part6_training.segmentation_loss
    with pytest.raises(ValueError, match="train_one_epoch does not call segmentation_loss"), in_place(dice_loss):
        pass
    assert part6_training.segmentation_loss is own


@pytest.mark.parametrize("name", ["weighted_ce", *(pytest.param(name, marks=pytest.mark.deep) for name in LOSSES[2:])])
def test_a_run_learns_with_each_loss_and_goes_on_with_it(
    name: str, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--loss", name, "--bins", "none", "--no-augment", "--optimizer", "adamw", "--lr", 1e-3, "--epochs", 4)
    run_training("--data", data, *TINY, *options, "--eval-every", 4, "--out", tmp_path / "r")
    losses = [row["loss"] for row in metrics(tmp_path / "r")]
    assert losses[-1] < losses[0]
    assert json.loads((tmp_path / "r" / "settings.json").read_text())["settings"]["loss"] == name
    message = stopped(train.main, capsys, "--resume", "--out", tmp_path / "r", "--loss", "ce")
    assert f"--loss ce (the run's: {name}); leave them out" in message


def test_a_loss_of_the_whole_batch_is_refused_where_processes_share_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "processes", lambda: 2)
    message = stopped(train.main, capsys, "--data", data, *TINY, "--loss", "dice", "--out", tmp_path / "r")
    assert message == "error: --loss dice is of a whole batch: train in one process, or with --loss ce"


def test_a_run_with_another_loss_and_network_is_resumed_and_scored_as_if_it_had_not_stopped(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = (*TINY, "--arch", "fcn8s", "--loss", "ce+dice", "--epochs", 2)
    run_training("--data", data, *options, "--out", tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "half")
    (tmp_path / "half" / "previous.safetensors").replace(tmp_path / "half" / "last.safetensors")
    run_training("--resume", "--out", tmp_path / "half")
    assert_same_run(tmp_path / "half", tmp_path / "whole")
    evaluate.main([str(tmp_path / "half" / "last.safetensors"), "--split", "val", "--device", "cpu"])
    assert "boundary F1" in capsys.readouterr().out
    scores = json.loads((tmp_path / "half" / "val" / "scores.json").read_text())["scores"]
    assert scores["miou"] == metrics(tmp_path / "half")[-1]["val_miou"]
