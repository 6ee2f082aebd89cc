"""Pyramid pooling with other bins and the maximum; distances from edges."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from proj4_code.given.explore.__main__ import main
from proj4_code.given.explore.apparatus.edges import DISTANCES, accuracy_by_distance, distance_to_edge
from proj4_code.given.explore.apparatus.fitting import Plan, fit, predict, random_batch
from proj4_code.given.explore.apparatus.streets import Frames
from proj4_code.given.explore.models.backbone import SmallBackbone
from proj4_code.given.explore.models.pooling import maximum_pooling
from proj4_code.part1_ppm import PPM


def test_distances_are_those_to_the_nearest_pixel_that_touches_another_class() -> None:
    masks = torch.zeros(2, 40, 50, dtype=torch.uint8)
    masks[0, 10:14, 20:23], masks[1, :, 30:] = 4, 255
    pixels = torch.cartesian_prod(torch.arange(40), torch.arange(50)).float()
    for mask, found in zip(masks, distance_to_edge(masks), strict=True):
        near = torch.cdist(pixels, pixels, p=torch.inf) <= 1
        touches = (near & (mask.reshape(-1, 1) != mask.reshape(1, -1))).any(1)
        expected = 1 + torch.cdist(pixels, pixels[touches], p=torch.inf).amin(1)
        assert torch.equal(found.flatten(), expected.clamp(max=DISTANCES[-1] + 1).long())


def test_accuracy_by_distance_leaves_void_out() -> None:
    masks = torch.zeros(1, 8, 60, dtype=torch.uint8)
    masks[..., 30:] = 255
    right = torch.zeros_like(masks)
    right[..., 29] = 1  # wrong where the distance is 1, and only there
    assert accuracy_by_distance(right, masks) == [0, 1, 1, 1, 1, 1]
    assert accuracy_by_distance(masks[..., :20], masks[..., :20]) == [None] * 5 + [1]


def test_the_maximum_takes_the_place_of_the_average() -> None:
    torch.manual_seed(0)
    x = torch.rand(2, 4, 9, 9)
    with maximum_pooling():
        assert torch.equal(F.adaptive_avg_pool2d(x, 3), F.adaptive_max_pool2d(x, 3))
        assert torch.equal(nn.AdaptiveAvgPool2d(2)(x), F.adaptive_max_pool2d(x, 2))
    ppm = PPM(4, 2, bins=(1, 2)).eval()
    with maximum_pooling():
        highest = ppm(x)
    assert torch.equal(highest[:, :4], x)
    assert not torch.allclose(highest[:, 4:], ppm(x)[:, 4:])


def test_a_module_without_such_pooling_is_refused() -> None:
    with (
        pytest.raises(ValueError, match="your PPM does not average with torch's adaptive_avg_pool2d"),
        maximum_pooling(),
    ):
        torch.rand(1, 2, 4, 4).mean((2, 3))


def test_the_small_backbone_has_the_interface_of_part_2() -> None:
    backbone = SmallBackbone(8)
    features, middle = backbone(torch.rand(2, 3, 49, 65))
    assert (features.shape, middle.shape) == ((2, 32, 7, 9), (2, 16, 13, 17))
    assert (backbone.out_channels, backbone.aux_channels) == (32, 16)
    x = torch.rand(1, 3, 257, 257, requires_grad=True)
    backbone.eval()(x)[0][0, :, 16, 16].sum().backward()
    rows = x.grad[0].abs().sum((0, 2)).nonzero()
    assert (rows.max() - rows.min() + 1).item() == 15


class Colours(nn.Module):
    """A network that can only learn which colour is which class."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 11, 1)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        assert x.shape[-1] % 8 == 1, "PSPNet would refuse this size"
        return {"out": self.layer(x)}


def test_a_network_is_fitted_and_predicts() -> None:
    torch.manual_seed(0)
    masks = torch.randint(0, 2, (3, 20, 30), dtype=torch.uint8)
    frames = Frames(masks[:, None].expand(-1, 3, -1, -1) * 200, masks)
    model = Colours()
    fit(model, frames, Plan(steps=60, batch=2, crop=17, rate=0.3), 0, torch.device("cpu"))
    assert torch.equal(predict(model, frames, torch.device("cpu")), masks)


def test_crops_keep_image_and_mask_together_and_are_void_outside() -> None:
    masks = torch.randint(0, 11, (2, 12, 40), dtype=torch.uint8)
    frames = Frames(masks[:, None].expand(-1, 3, -1, -1).contiguous(), masks)
    images, cut = random_batch(frames, Plan(1, 6, 17, 0.1), torch.Generator().manual_seed(0))
    assert (images.shape, cut.shape) == ((6, 3, 17, 17), (6, 17, 17))
    inside = cut != 255
    assert torch.equal(images[:, 0][inside], cut[inside])
    assert inside.sum() == 6 * 12 * 17


def test_a_loss_that_is_not_finite_stops() -> None:
    masks = torch.zeros(1, 17, 17, dtype=torch.uint8)
    frames = Frames(masks[:, None].expand(-1, 3, -1, -1), masks)
    with pytest.raises(FloatingPointError, match="the loss is nan at step 0"):
        fit(
            Colours(),
            frames,
            Plan(1, 2, 17, 0.1),
            0,
            torch.device("cpu"),
            lambda outputs, masks: outputs["out"].sum() * torch.nan,
        )


def test_quickest(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    main(["context", "--quickest", "--out", str(tmp_path)])
    assert "| 1 2 3 6, average |" in capsys.readouterr().out
    assert (tmp_path / "predictions.png").is_file()


@pytest.mark.deep
def test_quick(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    main(["context", "--quick", "--out", str(tmp_path)])
    assert "✓ as the lecture says: four bins are better than one, with averages" in capsys.readouterr().out
