"""Parts 4 to 6 of the reference against torchmetrics, scikit-learn, torchvision and closed forms."""

import math
from contextlib import nullcontext

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from sklearn import metrics
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torchmetrics.classification import MulticlassJaccardIndex
from torchvision import tv_tensors

from proj4_code.given.classes import CLASSES, IMAGENET_MEAN, IMAGENET_STD, TRAIN_COLORS, TRAIN_NAMES
from proj4_code.part4_camvid import CamVid, encode_labels, eval_transforms, train_transforms
from proj4_code.part5_iou import confusion_matrix, iou_per_class, mean_iou, pixel_accuracy
from proj4_code.part6_training import evaluate, parameter_groups, poly_factor, segmentation_loss, train_one_epoch

VOID = 255


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def _labels(*shape: int, classes: int = 11) -> torch.Tensor:
    labels = torch.randint(classes, shape)
    return torch.where(torch.rand(shape) < 0.1, VOID, labels)


def test_confusion_matrix_equals_scikit_learns():
    target, prediction = _labels(3, 20, 30), torch.randint(11, (3, 20, 30))
    scored = target != VOID
    expected = metrics.confusion_matrix(target[scored], prediction[scored], labels=range(11))
    assert np.array_equal(confusion_matrix(prediction, target, 11), expected)


def test_iou_equals_torchmetrics_and_scikit_learns():
    target, prediction = _labels(4, 16, 16, classes=9), torch.randint(9, (4, 16, 16))
    matrix = confusion_matrix(prediction, target, 9)
    scored = target != VOID
    theirs = metrics.jaccard_score(target[scored], prediction[scored], average=None)
    np.testing.assert_allclose(iou_per_class(matrix), theirs, rtol=1e-12)
    jaccard = MulticlassJaccardIndex(9, ignore_index=VOID)
    assert mean_iou(matrix) == pytest.approx(float(jaccard(prediction, target)), rel=1e-6)
    assert pixel_accuracy(matrix) == pytest.approx(metrics.accuracy_score(target[scored], prediction[scored]))


def test_cross_entropy_equals_torchs_mean_and_float64():
    outputs = {"out": torch.randn(2, 5, 7, 9), "aux": torch.randn(2, 5, 7, 9)}
    target = _labels(2, 7, 9, classes=5)
    expected = F.cross_entropy(outputs["out"].double(), target, ignore_index=VOID)
    expected += 0.4 * F.cross_entropy(outputs["aux"].double(), target, ignore_index=VOID)
    torch.testing.assert_close(segmentation_loss(outputs, target).double(), expected, rtol=1e-6, atol=0)


def test_gradients_of_the_loss_agree_with_finite_differences():
    logits = torch.randn(1, 3, 2, 3, dtype=torch.float64, requires_grad=True)
    target = torch.tensor([[[0, 1, 2], [VOID, 1, 0]]])
    assert torch.autograd.gradcheck(lambda x: segmentation_loss({"out": x}, target), (logits,))


def test_a_batch_of_void_has_a_zero_that_can_be_backpropagated():
    logits = torch.randn(1, 3, 4, 4, requires_grad=True)
    loss = segmentation_loss({"out": logits, "aux": logits}, torch.full((1, 4, 4), VOID))
    loss.backward()
    assert loss == 0
    assert logits.grad.eq(0).all()


def test_poly_is_torchs_polynomial_schedule():
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=30, power=0.9)
    for step in range(31):
        assert poly_factor(step, 30) == pytest.approx(schedule.get_last_lr()[0], abs=1e-12)
        optimizer.step()
        schedule.step()


def test_parameter_groups_of_a_torchvision_network():
    from torchvision.models.segmentation import fcn_resnet50

    model = fcn_resnet50(weights=None, weights_backbone=None, num_classes=4, aux_loss=True)
    backbone, heads = parameter_groups(model, lr=0.01)
    assert [backbone["lr"], heads["lr"]] == pytest.approx([0.01, 0.1])
    grouped = [id(parameter) for group in (backbone, heads) for parameter in group["params"]]
    assert sorted(grouped) == sorted(id(parameter) for parameter in model.parameters())
    assert {id(p) for p in backbone["params"]} == {id(p) for p in model.backbone.parameters()}


class _Linear(nn.Module):
    """A network whose epochs can be worked out by hand: one 1×1 convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Conv2d(3, 4, 1)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"out": self.backbone(x)}


def test_an_epoch_is_plain_sgd():
    images, targets = torch.randn(5, 3, 6, 6), _labels(5, 6, 6, classes=4)
    model, twin = _Linear(), _Linear()
    twin.load_state_dict(model.state_dict())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5**step)
    loss = train_one_epoch(model, DataLoader(TensorDataset(images, targets), 2), optimizer, schedule, "cpu")

    losses = []
    for step, part in enumerate((slice(0, 2), slice(2, 4), slice(4, 5))):
        one = F.cross_entropy(twin(images[part])["out"], targets[part], ignore_index=VOID)
        gradients = torch.autograd.grad(one, list(twin.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(twin.parameters(), gradients, strict=True):
                parameter -= 0.1 * 0.5**step * gradient
        losses += [one.item()] * (part.stop - part.start)
    assert loss == pytest.approx(np.mean(losses), rel=1e-6)
    for mine, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs)


def test_an_epoch_with_autocast_and_scaler_runs():
    model = _Linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
    loader = DataLoader(TensorDataset(torch.randn(4, 3, 6, 6), _labels(4, 6, 6, classes=4)), 2)
    scaler = torch.amp.GradScaler("cpu")
    autocast = lambda: torch.autocast("cpu", torch.bfloat16)  # noqa: E731
    loss = train_one_epoch(model, loader, optimizer, schedule, "cpu", autocast=autocast, scaler=scaler)
    assert 0 < loss < 5
    assert train_one_epoch(model, loader, optimizer, schedule, "cpu", autocast=nullcontext) < loss


def test_evaluation_equals_scikit_learns():
    model, images, targets = _Linear(), torch.randn(5, 3, 6, 6), _labels(5, 6, 6, classes=4)
    model.train()
    matrix = evaluate(model, DataLoader(TensorDataset(images, targets), 2), 4, "cpu")
    assert model.training
    prediction, scored = model(images)["out"].argmax(1), targets != VOID
    expected = metrics.confusion_matrix(targets[scored], prediction[scored], labels=range(4))
    assert np.array_equal(matrix, expected)


def test_colours_are_grouped_as_facts_say():
    groups = {
        "Building": "Bridge Building Wall Tunnel Archway",
        "Tree": "Tree VegetationMisc",
        "Sky": "Sky",
        "Car": "Car SUVPickupTruck Truck_Bus Train OtherMoving",
        "SignSymbol": "SignSymbol Misc_Text TrafficLight",
        "Road": "Road LaneMkgsDriv LaneMkgsNonDriv",
        "Pedestrian": "Pedestrian Child CartLuggagePram Animal",
        "Fence": "Fence",
        "Column_Pole": "Column_Pole TrafficCone",
        "Sidewalk": "Sidewalk ParkingBlock RoadShoulder",
        "Bicyclist": "Bicyclist MotorcycleScooter",
    }
    expected = {name: train_id for train_id, names in enumerate(groups.values()) for name in names.split()}
    assert list(groups) == list(TRAIN_NAMES)
    assert len(CLASSES) == len({c.color for c in CLASSES}) == 32
    for name, color, _ in CLASSES:
        label = encode_labels(torch.tensor(color, dtype=torch.uint8).reshape(3, 1, 1))
        assert label.item() == expected.get(name, VOID)


def test_an_unknown_colour_is_named():
    colors = torch.zeros(3, 4, 5, dtype=torch.uint8)
    colors[:, 2, 3] = torch.tensor([12, 34, 56])
    with pytest.raises(ValueError, match=r"\(12, 34, 56\)"):
        encode_labels(colors)


def test_camvid_reads_the_real_data(shared_data):
    dataset = CamVid(shared_data / "camvid", "val")
    names = (shared_data / "camvid" / "val.txt").read_text().split()
    assert len(dataset) == len(names) == 101
    image, mask = dataset[7]
    with Image.open(shared_data / "camvid" / "images" / f"{names[7]}.jpg") as picture:
        assert np.array_equal(image.permute(1, 2, 0), np.asarray(picture))
    with Image.open(shared_data / "camvid" / "labels" / f"{names[7]}_L.png") as label:
        colors = np.asarray(label)
    for train_id, color in enumerate(TRAIN_COLORS):
        assert np.array_equal(mask == train_id, (colors == color).all(axis=-1))


def test_augmented_frames_of_the_real_data(shared_data):
    dataset = CamVid(shared_data / "camvid", "train", train_transforms((201, 201)))
    image, mask = dataset[3]
    assert (image.shape, image.dtype, mask.shape, mask.dtype) == ((3, 201, 201), torch.float32, (201, 201), torch.int64)
    assert set(mask.unique().tolist()) <= {*range(11), VOID}


def test_evaluation_frames_are_normalised_by_the_formula():
    image = tv_tensors.Image(torch.randint(256, (3, 13, 21), dtype=torch.uint8))
    mask = tv_tensors.Mask(_labels(13, 21))
    padded, padded_mask = eval_transforms()(image, mask)
    assert padded.shape == (3, 17, 25)
    mean, std = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_STD)
    expected = (image.double() / 255 - mean[:, None, None]) / std[:, None, None]
    torch.testing.assert_close(padded[:, :13, :21].double(), expected, rtol=1e-5, atol=1e-6)
    assert padded_mask[13:].eq(VOID).all() and padded_mask[:, 21:].eq(VOID).all()
    # An 8-bit mean colour is at most half a step from the mean: 0.5 / 255 / 0.224.
    assert padded[:, 13:].abs().max() < 0.5 / 255 / 0.224 + 1e-6


def test_scales_are_uniform_between_a_half_and_two():
    """A frame of one class, whole in a large crop: the labelled area tells the scale. Kolmogorov-Smirnov by hand."""
    transforms = train_transforms((137, 169))
    frame = tv_tensors.Image(torch.zeros(3, 60, 80, dtype=torch.uint8)), tv_tensors.Mask(torch.zeros(60, 80).long())
    scales = sorted(math.sqrt(transforms(*frame)[1].eq(0).sum().item() / (60 * 80)) for _ in range(300))
    # Rotation by up to 10° turns corners out of the frame, up to 7 % of its area.
    places = np.interp(scales, [0.5, 2.0], [0, 1])
    assert np.abs(places - (np.arange(300) + 0.5) / 300).max() < 0.12
