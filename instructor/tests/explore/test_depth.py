"""Plain and residual networks: the paper's numbers, identity by construction, and what the experiment finds."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from proj4_code.given.explore.__main__ import main
from proj4_code.given.explore.apparatus.patches import cut_patches
from proj4_code.given.explore.apparatus.streets import Frames
from proj4_code.given.explore.depth import claims_of
from proj4_code.given.explore.models.residual import Block, SmallNet, deepened

MILLIONS = {20: 0.27, 32: 0.46, 44: 0.66, 56: 0.85}
"""Parameters of the networks in table 6 of the paper."""


@pytest.mark.parametrize("layers", MILLIONS)
def test_the_networks_have_the_papers_numbers_of_parameters(layers: int) -> None:
    counts = {sum(p.numel() for p in SmallNet(layers, residual, 16, 10).parameters()) for residual in (False, True)}
    assert len(counts) == 1  # shortcuts have no parameters
    assert counts.pop() / 1e6 == pytest.approx(MILLIONS[layers], abs=0.006)


@pytest.mark.parametrize("layers", [9, 2, 21])
def test_other_numbers_of_layers_are_refused(layers: int) -> None:
    with pytest.raises(ValueError, match=rf"{layers} layers: expected 6n\+2"):
        SmallNet(layers, True, 4, 10)


def test_a_residual_block_adds_its_input_and_a_plain_one_does_not() -> None:
    x = torch.rand(2, 3, 8, 8)
    plain, residual = (Block(3, 5, 2, residual).eval() for residual in (False, True))
    residual.load_state_dict(plain.state_dict())
    torch.nn.init.constant_(plain.bn2.bias, 9)  # so that no ReLU cuts anything off
    torch.nn.init.constant_(residual.bn2.bias, 9)
    shortcut = residual(x) - plain(x)
    torch.testing.assert_close(shortcut[:, :3], x[..., ::2, ::2])
    assert shortcut[:, 3:].abs().max() == 0


@pytest.mark.parametrize("residual", [False, True])
def test_identity_by_construction(residual: bool) -> None:
    torch.manual_seed(0)
    shallow = SmallNet(20, residual, 4, 11)
    for block in shallow.modules():
        if isinstance(block, Block):
            torch.nn.init.normal_(block.bn2.weight)  # as after training: residual blocks start as the identity
    shallow(torch.randn(16, 3, 12, 12))  # statistics of batch norm that are not those of the start
    x, classes = torch.randn(5, 3, 12, 12), torch.arange(5)
    deep = deepened(shallow, 56)
    assert len([m for m in deep.modules() if isinstance(m, torch.nn.Conv2d)]) == 55
    torch.testing.assert_close(deep(x), shallow(x), rtol=0, atol=1e-5)
    assert F.cross_entropy(deep(x), classes).item() == pytest.approx(
        F.cross_entropy(shallow(x), classes).item(), abs=1e-5
    )


def test_a_patch_shows_its_class_in_the_middle() -> None:
    masks = torch.randint(0, 3, (2, 20, 24), dtype=torch.uint8)
    masks[:, ::3] = 255
    patches = cut_patches(Frames(masks[:, None].expand(-1, 3, -1, -1).contiguous(), masks), each=7, side=8, seed=0)
    assert patches.classes.tolist() == [0] * 7 + [1] * 7 + [2] * 7
    assert torch.equal(patches.images[:, 0, 4, 4].long(), patches.classes)


def test_what_the_lecture_says_is_judged_by_the_training_error() -> None:
    def rows(*errors: float) -> list[dict]:
        return [{"train_error": [0.9, error], "val_error": [0.5, 0.1]} for error in errors]

    found = {"plain-20": rows(0.2, 0.2), "plain-56": rows(0.3, 0.2), "residual-20": rows(0.2), "residual-56": rows(0.2)}
    assert list(claims_of(found, 1e-6).values()) == [True, True, True]
    found = {"plain-20": rows(0.2), "plain-56": rows(0.2), "residual-20": rows(0.2), "residual-56": rows(0.21)}
    assert list(claims_of(found, 1e-3).values()) == [False, False, False]


def test_quickest(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    main(["depth", "--quickest", "--out", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "| residual-56 |" in printed
    assert "the largest difference is" in printed


@pytest.mark.deep
def test_quick(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    main(["depth", "--quick", "--out", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "✓ as the lecture says: the plain network of 56 layers has a higher training error" in printed
    assert "✓ as the lecture says: a deeper network that does as well exists" in printed
