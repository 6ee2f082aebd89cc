"""Tests of `proj4_code.given.networks.measures`: distances by scipy, calibration by torchmetrics, and closed forms."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.ndimage import distance_transform_edt
from torch import Tensor
from torchmetrics.functional.classification import multiclass_calibration_error

from proj4_code.given.classes import NUM_CLASSES, TRAIN_NAMES, VOID
from proj4_code.given.networks.measures import TOLERANCE, Measures, boundary_f1, disk, edges
from proj4_code.given.pictures.charts import draw_calibration


def random_ids(height: int, width: int, seed: int) -> Tensor:
    """Draw patches of classes, some void, with single pixels among them."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, NUM_CLASSES - 1, (height // 8 + 1, width // 8 + 1)).repeat(8, 0).repeat(8, 1)[:height, :width]
    ids = np.where(rng.random((height, width)) < 0.02, rng.integers(0, NUM_CLASSES - 1, (height, width)), ids)
    return torch.from_numpy(np.where(rng.random((height, width)) < 0.02, VOID, ids))


def edges_by_shifts(ids: np.ndarray, train_id: int) -> np.ndarray:
    """Find a class's edges pixel by pixel."""
    found = np.zeros(ids.shape, bool)
    for y, x in np.argwhere(ids == train_id):
        for other in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if 0 <= other[0] < ids.shape[0] and 0 <= other[1] < ids.shape[1]:
                found[y, x] |= ids[other] not in (train_id, VOID)
    return found


@pytest.mark.parametrize("size", [(48, 64), (81, 161)])
def test_boundary_f1_is_that_of_scipys_distances(size: tuple[int, int]) -> None:
    target, prediction = random_ids(*size, 0), random_ids(*size, 1).where(random_ids(*size, 2) != VOID, 3)
    prediction = torch.where(torch.rand(size, generator=torch.Generator().manual_seed(0)) < 0.7, target, prediction)
    most = TOLERANCE * math.hypot(*size)
    expected = []
    masked = np.where(target.numpy() == VOID, VOID, prediction.numpy())
    for train_id in range(NUM_CLASSES):
        true, found = (edges_by_shifts(ids, train_id) for ids in (target.numpy(), masked))
        if not true.any():
            expected.append(math.nan)
            continue
        recall = (distance_transform_edt(~found)[true] <= most).mean() if found.any() else 0
        precision = (distance_transform_edt(~true)[found] <= most).mean() if found.any() else 0
        expected.append(2 * precision * recall / max(precision + recall, 1e-300))
    found = boundary_f1(prediction, target)
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64), equal_nan=True, rtol=1e-12, atol=0)
    assert found[:10].isfinite().all()
    assert found[10].isnan(), "a class that is not in the target has no edge there"


def test_edges_are_those_of_a_square_in_closed_form() -> None:
    ids = torch.zeros(20, 30, dtype=torch.int64)
    ids[5:10, 5:12] = 3
    found = edges(ids)
    assert found[3].sum() == 2 * (5 + 7) - 4
    assert found[0].sum() == 2 * (5 + 7)
    ids[0] = VOID
    assert not edges(ids)[0, 1].any(), "void is no class, and the frame's end no edge"


@pytest.mark.parametrize(("shift", "expected"), [(0, 1.0), (3, 1.0), (4, 0.0)])
def test_an_edge_within_the_tolerance_counts_and_one_beyond_does_not(shift: int, expected: float) -> None:
    """In a frame of 240×320, with a diagonal of 400, the tolerance is 3 pixels."""
    target, prediction = torch.zeros(240, 320, dtype=torch.int64), torch.zeros(240, 320, dtype=torch.int64)
    target[:, 100:] = prediction[:, 100 + shift :] = 5
    found = boundary_f1(prediction, target)
    assert found[[0, 5]].tolist() == [expected] * 2
    assert found.isnan().sum() == NUM_CLASSES - 2


def test_a_disk_holds_the_pixels_within_its_radius() -> None:
    assert disk(1.0).tolist() == [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    assert disk(3.01).sum() == 29, "lattice points within 3: the Gauss circle problem's N(3)"
    assert disk(0.9).tolist() == [[1]]


def test_calibration_error_is_that_of_torchmetrics() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(4, NUM_CLASSES, 24, 32, generator=generator)
    target = torch.stack([random_ids(24, 32, seed) for seed in range(4)])
    measures = Measures()
    measures.add(logits[:1], target[:1])
    measures.add(logits[1:], target[1:])
    expected = multiclass_calibration_error(logits, target, NUM_CLASSES, 15, "l1", VOID)
    assert measures.scores()["calibration_error"] == pytest.approx(expected.item(), rel=1e-5)


def test_calibration_error_in_closed_form() -> None:
    """Always sure to 0.7, and right in 4 of 10 pixels: 0.3 too sure."""
    logits = torch.full((1, NUM_CLASSES, 1, 10), math.log(0.03))
    logits[:, 2] = math.log(0.7)
    target = torch.full((1, 1, 10), 5)
    target[..., :4] = 2
    measures = Measures()
    measures.add(logits, target)
    assert measures.scores()["calibration_error"] == pytest.approx(0.3)


def test_boundary_f1_is_averaged_by_frame_as_in_the_segnet_paper() -> None:
    """A frame with one class of two right counts a half, however many classes the other frame has."""
    targets = torch.zeros(2, 60, 80, dtype=torch.int64)
    targets[0, 30:] = 1
    targets[1, 10:30], targets[1, 30:] = 1, 2
    predictions = targets.clone()
    predictions[0, 30:] = 3  # class 1 is missed; the edge of class 0 is where it was
    logits = 20 * torch.nn.functional.one_hot(predictions, NUM_CLASSES).movedim(-1, 1).float()
    measures = Measures()
    measures.add(logits, targets)
    scores = measures.scores()
    assert scores["boundary_f1"] == pytest.approx((0.5 + 1) / 2)
    assert [scores["boundary_f1_of"][name] for name in TRAIN_NAMES[:4]] == [1, 0.5, 1, None]


def test_nothing_to_score_is_none_and_an_empty_chart(tmp_path: Path) -> None:
    measures = Measures()
    measures.add(torch.zeros(1, NUM_CLASSES, 8, 8), torch.full((1, 8, 8), VOID))
    assert measures.scores() == {
        "boundary_f1": None,
        "boundary_f1_of": dict.fromkeys(TRAIN_NAMES),
        "calibration_error": None,
    }
    draw_calibration(measures.bins, None, "title", tmp_path / "calibration.png")
    assert (tmp_path / "calibration.png").stat().st_size > 5_000
